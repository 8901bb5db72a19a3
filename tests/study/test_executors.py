"""Workers: deaths are counted by run, progress is never held against one, what is not a run's own error is raised."""

import multiprocessing
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import jax
import numpy as np
import pytest

from designopt.benchmarks.busy_study import MARKS
from designopt.optimisers.base import AbstractOptimiser
from designopt.records.ledger import LedgerMismatch, RunFile, read_runs
from designopt.study.executors import carry_out
from designopt.study.script import Script
from designopt.study.study import Study

TOY = Path(__file__).with_name("toy_study.py")
STUCK = Path(__file__).with_name("stuck_study.py")


def test_a_run_that_only_dies_is_given_up_and_one_that_dies_with_progress_is_not(tmp_path, monkeypatch):
    marks = tmp_path / "marks"
    monkeypatch.setenv("STUCK", "dying")
    monkeypatch.setenv(MARKS, str(marks))
    script = Script(str(STUCK), quick=True)
    study, run_dir = script.load(), tmp_path / "runs"
    carry_out(script, study, run_dir, 2, "test", lambda: None)
    starts = marks.read_text().split()
    assert starts.count("Dies0") == 3
    assert starts.count("Dies3") == 4  # three deaths, each after one more trial
    assert [plan.optimiser.name for plan in study.missing(run_dir)] == ["Dies0"]
    failed = next(run for run in read_runs(run_dir) if run.failure)
    assert "killed 3 times in a row" in failed.failure["why"]
    assert "-9" in failed.failure["why"]


def test_an_error_that_is_not_the_runs_own_is_raised_and_ends_the_workers(tmp_path, monkeypatch):
    script = Script(str(TOY), quick=True)
    study = script.load()
    plan = study.plans()[0]
    header = plan.header("test")
    RunFile(plan.path(tmp_path), header | {"problem": header["problem"] | {"size": 99}}).close()  # of that very name
    monkeypatch.setattr(Study, "missing", lambda *_: [plan])  # as if it were written after the study looked
    with pytest.raises(LedgerMismatch, match="another run"):
        carry_out(script, study, tmp_path, 2, "test", lambda: None)
    assert not multiprocessing.active_children()


@dataclass(frozen=True)
class SaysWhere(AbstractOptimiser):
    where: ClassVar = []

    def search(self, evaluator, seed):
        self.where.append(os.getpid())
        raise RuntimeError("enough")


def test_one_worker_is_this_process(tmp_path):
    script = Script(str(TOY), quick=True)
    study = replace(script.load(), optimisers=[SaysWhere()], seeds=[0])
    carry_out(script, study, tmp_path, 1, "test", lambda: None)
    assert SaysWhere.where == [os.getpid()]


def test_what_watching_raises_is_raised(tmp_path):
    def tick():
        raise OSError("the screen is gone")

    script = Script(str(TOY), quick=True)
    with pytest.raises(OSError, match="screen"):
        carry_out(script, script.load(), tmp_path, 1, "test", tick)
    assert len(script.load().missing(tmp_path)) > 0


@dataclass(frozen=True)
class Interrupted(AbstractOptimiser):
    """Its simulator is called back by JAX, and the user presses Ctrl-C inside."""

    def search(self, evaluator, seed):
        evaluator.evaluate(np.full((3, evaluator.size), 0.5))

        def simulator(x):
            raise KeyboardInterrupt

        np.asarray(jax.pure_callback(simulator, jax.ShapeDtypeStruct((), float), 0.0))


def test_a_run_interrupted_inside_its_simulator_is_not_marked_failed(tmp_path):
    study = replace(Script(str(TOY), quick=True).load(), optimisers=[Interrupted()], seeds=[0])
    plan = study.plans()[-1]
    with pytest.raises(KeyboardInterrupt):
        plan.execute(tmp_path, "test")
    (run,) = read_runs(tmp_path)
    assert run.failure is None
    assert len(run.trials) == 3
