"""Studies: what is missing is computed, killed runs end as if they had not been killed, failures stay visible."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from designopt.optimisers.base import AbstractOptimiser
from designopt.optimisers.baselines import RandomSearch
from designopt.records.ledger import read_run, read_runs, run_files
from designopt.study.script import Script

TOY = Path(__file__).with_name("toy_study.py")
CLI = [sys.executable, "-c", "from designopt.cli.app import main; main()"]
TIMES = ("seconds", "at", "started", "command")


def contents(run_dir):
    """Everything in a study's ledger but the times."""
    found = {}
    for run in read_runs(run_dir):
        header = {k: v for k, v in run.header.items() if k not in TIMES}
        trials = [{k: v for k, v in trial.to_record().items() if k not in TIMES} for trial in run.trials]
        end = {k: v for k, v in (run.end or {}).items() if k not in TIMES}
        found[run.path.name] = (header, trials, end, run.winner, run.failure)
    return found


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    run_dir = tmp_path_factory.mktemp("toy")
    Script(str(TOY), quick=True).load().run(run_dir)
    return run_dir


def test_every_run_ends_with_a_winner_scored_again(finished):
    runs = list(read_runs(finished))
    assert len(runs) == 1 + 2 * 2
    for run in runs:
        assert run.complete
        assert run.failure is None
        assert sum(trial.events for trial in run.trials) <= 2000
        if run.winner is not None:
            assert run.winner["number"] == run.best.number
            assert run.winner["cost"] <= 12.0
            assert run.winner["cost"] == pytest.approx(sum(run.winner["cost_items"].values()))
            assert run.winner["score"] == pytest.approx(run.best.score)  # this problem has no noise


def test_a_finished_study_is_left_alone(finished):
    before = {path: path.stat().st_mtime_ns for path in run_files(finished)}
    study = Script(str(TOY), quick=True).load()
    assert study.missing(finished) == []
    study.run(finished)
    assert {path: path.stat().st_mtime_ns for path in run_files(finished)} == before


@pytest.mark.parametrize("lines", [1, 2, 77, 150])
def test_a_cut_run_goes_on_to_the_same_end(finished, tmp_path, lines):
    study = Script(str(TOY), quick=True).load()
    path = next(p for p in run_files(finished) if "RandomSearch--1" in p.name)
    kept = path.read_bytes().splitlines(keepends=True)[:lines]
    copy = tmp_path / "ledger" / path.name
    copy.parent.mkdir()
    copy.write_bytes(b"".join(kept) + b'{"kind":"tri')
    plan = next(p for p in study.plans() if p.path(tmp_path) == copy)
    plan.execute(tmp_path, "test")
    assert contents(tmp_path)[path.name] == contents(finished)[path.name]


def test_a_killed_study_resumes_to_what_an_unbroken_one_is(tmp_path):
    environment = dict(os.environ, PYTHONUNBUFFERED="1")
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    words = ["run", str(TOY), "--workers", "1", "--out"]
    process = subprocess.Popen([*CLI, *words, str(killed)], env=environment, start_new_session=True)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and not any(
        "Search" in path.name and path.stat().st_size > 12_000 for path in run_files(killed)
    ):
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert any(not read_run(path).complete for path in run_files(killed))
    subprocess.run([*CLI, "resume", str(killed), "--workers", "1"], env=environment, check=True, capture_output=True)
    subprocess.run([*CLI, *words, str(whole)], env=environment, check=True, capture_output=True)
    assert contents(killed) == contents(whole)


@dataclass(frozen=True)
class Breaks(AbstractOptimiser):
    def search(self, evaluator, seed):
        evaluator.evaluate(np.full((3, evaluator.size), 0.5))
        raise RuntimeError("the library gave up")


def test_a_failed_run_stays_in_the_ledger_and_is_tried_again(tmp_path):
    study = replace(Script(str(TOY), quick=True).load(), optimisers=[Breaks(), RandomSearch()], seeds=[0])
    study.run(tmp_path)
    run = next(run for run in read_runs(tmp_path) if run.header["optimiser"]["name"] == "Breaks")
    assert "the library gave up" in run.failure["why"]
    assert len(run.trials) == 3
    assert [plan.optimiser.name for plan in study.missing(tmp_path)] == ["Breaks"]


def test_a_study_without_seeds_or_with_twins_is_refused():
    study = Script(str(TOY), quick=True).load()
    with pytest.raises(ValueError, match="no seeds"):
        replace(study, seeds=[])
    with pytest.raises(ValueError, match="twice"):
        replace(study, optimisers=[RandomSearch(), RandomSearch()])


@pytest.mark.parametrize(("text", "says"), [("x = 1\n", "no function"), (None, "no study script")])
def test_a_script_without_a_study_is_refused(tmp_path, text, says):
    path = tmp_path / "script.py"
    if text:
        path.write_text(text)
    with pytest.raises(ValueError, match=says):
        Script(str(path), quick=True).load()
