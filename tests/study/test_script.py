"""A problem that is defined nowhere but in the study's script is found again by what reads the study's folder."""

import shutil
import sys
from pathlib import Path

import pytest

from designopt.cli.app import main
from designopt.problem.registry import remade
from designopt.records.ledger import read_runs
from designopt.study.script import Script, with_study_of

TOY = Path(__file__).with_name("toy_study.py")


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """A folder with the kept script and two runs of a problem that no maker is registered for."""
    folder = tmp_path_factory.mktemp("once")
    script = Script(str(TOY), quick=True).keep(folder)
    for plan in script.load().plans()[:2]:
        plan.execute(folder, "test")
    return folder


@pytest.fixture
def run_dir(once, tmp_path):
    """A copy of that folder, to be spoilt."""
    return Path(shutil.copytree(once, tmp_path / "runs"))


def test_a_problem_of_the_script_is_remade_from_its_card_within(run_dir):
    card = next(read_runs(run_dir)).header["problem"]
    with with_study_of(run_dir):
        assert remade(card).card() == card
        with pytest.raises(ValueError, match="No problem"):
            remade(card | {"budget": 13.0})
    with pytest.raises(ValueError, match="No problem"):
        remade(card)


def test_a_kept_script_that_cannot_be_loaded_is_said(run_dir):
    card = next(read_runs(run_dir)).header["problem"]
    (run_dir / "study.py").write_text("import no_such_package\n")
    with (
        with_study_of(run_dir),
        pytest.raises(ValueError, match=r"study\.py, which cannot be loaded .*no_such_package"),
    ):
        remade(card)


@pytest.fixture
def call(monkeypatch, capsys):
    def run(*words):
        monkeypatch.setattr(sys, "argv", ["designopt", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return ended.value.code or 0, out, err

    return run


def test_the_report_draws_it(run_dir, call):
    def page():
        assert call("report", run_dir)[0] == 0
        return (run_dir / "report.html").read_text()

    assert "could not be drawn" not in page()
    (run_dir / "study.json").unlink()
    assert "could not be drawn" in page()


def test_describe_finds_it_in_the_folder_and_in_the_script(run_dir, call):
    for place in (run_dir, TOY):
        code, out, err = call("describe", place)
        assert (code, err) == (0, "")
        for words in ("mixed-shelf-3", "amount", "Budget: 12.0 kCHF", "Side limits: amount", "slots=3"):
            assert words in out
    code, _, err = call("describe", run_dir, "--budget", "9")
    assert code == 2
    assert "in its script" in err
    (run_dir / "study.py").write_text("import no_such_package\n")
    code, _, err = call("describe", run_dir)
    assert code == 2
    assert "cannot import what it needs" in err


def test_verify_knows_it_and_says_that_nothing_simulates_it(run_dir, call):
    code, _, err = call("verify", run_dir)
    assert code == 2
    assert "No independent simulation of 'mixed-shelf-3' is installed" in err
