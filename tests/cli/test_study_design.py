"""A design that a report wrote gets its score again from the command line, whatever its detector is called."""

import json

import pytest

from designopt.cli.commands.example import example_of
from designopt.cli.commands.schema import schema_of
from designopt.cli.commands.study_design import StudyDesign, evaluation_of

SCRIPT = '''
import designopt as do


def detector(budget=10.0):
    """Plates <x/\u03b3>."""
    return do.problem(
        "plates-of-a-script-v1",
        variables=[do.Real("thick <x/\u03b3>", 1.0, 5.0, label="mm"), do.Integer("plates", 1, 9)],
        response=lambda design: {"\u03c3<x/\u03b3>": 1.0 / (design["thick <x/\u03b3>"] * design["plates"])},
        cost=lambda design: {"iron <a/\u03b3>": design["thick <x/\u03b3>"] + design["plates"]},
        objective=lambda response: response["\u03c3<x/\u03b3>"],
        budget=budget,
    )


def study(quick=False):
    return do.Study("plates", [detector(), detector(12.0)], ["RandomSearch"], [0], do.Allowance(8))
'''


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    import os

    from typer.testing import CliRunner

    from designopt.cli.app import app

    home = tmp_path_factory.mktemp("plates")
    (home / "plates.py").write_text(SCRIPT, encoding="utf-8")
    before = os.getcwd()
    os.chdir(home)
    try:
        done = CliRunner().invoke(app, ["run", "plates.py", "--workers", "1", "--out", "runs/plates"])
    finally:
        os.chdir(before)
    assert done.exit_code == 0, done.output
    return home


def evaluated(name, path):
    return evaluation_of(str(name), path).evaluate_design(json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("ending", [".json", ".found.json"])
@pytest.mark.parametrize("study", ["runs/plates", "plates.py"])
def test_the_winner_of_a_script_gets_its_score_again(folder, study, ending):
    found = sorted((folder / "runs/plates/designs").glob("*Random-search.json"))
    assert len(found) == 2
    for path in found:
        kept = json.loads(path.with_name(f"{path.stem}.found.json").read_text(encoding="utf-8"))
        result = evaluated(folder / study, path.with_name(path.stem + ending))
        assert result["score"] == pytest.approx(kept["score"], rel=1e-6)
        assert result["total_cost"] == pytest.approx(kept["cost"], rel=1e-6)


def test_a_script_gives_an_example_that_is_evaluated_and_its_fields(tmp_path):
    script, path = tmp_path / "one.py", tmp_path / "design.json"
    script.write_text(SCRIPT.replace("detector(), detector(12.0)", "detector()"), encoding="utf-8")
    assert set(schema_of(str(script))["properties"]) >= {"thick <x/\u03b3>", "plates"}
    path.write_text(json.dumps(example_of(str(script))), encoding="utf-8")
    assert evaluated(script, path)["total_cost"] <= 10.0 + 1e-6


def test_a_design_that_does_not_say_whose_it_is_is_refused(folder, tmp_path):
    path = tmp_path / "design.json"
    path.write_text('{"thick <x/\u03b3>": 2.0, "plates": 3}', encoding="utf-8")
    with pytest.raises(ValueError, match=r"has 2 problems that .* may be a design of"):
        evaluation_of(str(folder / "plates.py"), path)


def test_a_name_stays_a_name(tmp_path):
    assert not isinstance(evaluation_of("plane-spacing-v1", tmp_path / "any.json"), StudyDesign)


def test_the_page_of_a_foreign_detector_shows_its_names_as_they_are(folder):
    page = (folder / "runs/plates/report.html").read_text(encoding="utf-8")
    assert "<x/" not in page
    assert "thick &lt;x/\u03b3&gt; (mm)" in page
    assert "iron &lt;a/\u03b3&gt;" in page
