"""An expensive simulator on an executor: one task an evaluation, each worked out once, whoever dies meanwhile."""

import pickle
import subprocess
import sys
from concurrent.futures import BrokenExecutor, Future
from dataclasses import replace
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from designopt.benchmarks.campaign.comparison import compare
from designopt.benchmarks.toy import AbstractToy
from designopt.design.space import DesignSpace
from designopt.design.variables import Real
from designopt.evaluation.allowance import Allowance
from designopt.optimisers.baselines import RandomSearch
from designopt.problem.command_detector import CommandDetector, CommandFailed
from designopt.problem.command_detector.side_by_side import side_by_side, spread_by
from designopt.problem.problem import Problem
from designopt.study.executors.engines import Engine
from designopt.study.executors.spread import carry_out_spread, expensive
from designopt.study.study import Study

CALLS: list[tuple[float, ...]] = []


def program(amounts: tuple[float, ...]) -> float:
    """Stands for a simulator that is a program: values only."""
    CALLS.append(amounts)
    if amounts[0] > 0.999:
        raise RuntimeError("the program crashed")
    return sum((amount - 0.3) ** 2 for amount in amounts)


class Simulated(AbstractToy):
    """Its response comes from outside of JAX, batch by batch."""

    @property
    def expensive(self) -> bool:
        return True

    def response(self, design, key=None):
        shape = jax.ShapeDtypeStruct((), float)
        return {"loss": jax.pure_callback(_simulated, shape, design["amount"], vmap_method="expand_dims")}

    def cost(self, design):
        return {"all": jnp.sum(design["amount"])}


def _simulated(amounts: np.ndarray) -> np.ndarray:
    rows = np.asarray(amounts).reshape(-1, np.shape(amounts)[-1])
    found = side_by_side(program, [tuple(row.tolist()) for row in rows], at_once=2)
    return np.asarray(found, dtype=float).reshape(np.shape(amounts)[:-1])


def problem() -> Problem:
    space = DesignSpace([Real("amount", 0.0, 1.0, count=3)])
    return Problem("simulated", Simulated(), space, lambda r: r["loss"], 1.0, {"amount": 1}, 1, gradient_price=None)


class Died(Exception):
    pass


class Inline:
    def __init__(self, wrong):
        self.wrong, self.tasks = wrong, 0

    def submit(self, function, *args):
        future: Future = Future()
        self.tasks += 1
        error = self.wrong.pop(0) if self.wrong else None
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(function(*args))
        return future

    def shutdown(self, wait=True, cancel_futures=False):
        pass


def carried_out(folder: Path, *wrong) -> Inline:
    executor = Inline(list(wrong))
    engine = Engine("a test's executor", lambda: executor, lambda error: isinstance(error, Died))
    study = Study("spread", [problem()], [RandomSearch(batch=5)], [0], Allowance(20))
    assert expensive(study)
    carry_out_spread(engine, study, folder, "test", lambda: None, study.missing(folder), {})
    assert study.missing(folder) == []
    return executor


def test_every_evaluation_is_a_task_and_lost_ones_are_given_out_again(tmp_path):
    right, disturbed = tmp_path / "right", tmp_path / "disturbed"
    Study("spread", [problem()], [RandomSearch(batch=5)], [0], Allowance(20)).run(right)
    CALLS.clear()
    tasks = carried_out(disturbed, None, Died(), None, BrokenExecutor("gone"), Died()).tasks
    assert compare(disturbed, right).none
    *trials, _winner = CALLS
    assert len(trials) == len(set(trials)) == 20  # padded rows, and what had ended, are not simulated again
    assert tasks == len(CALLS) + 3


def test_a_cluster_that_is_only_lost_fails_the_run_in_a_sentence(tmp_path):
    engine = Engine("a test's executor", lambda: Inline([Died()] * 100), lambda error: isinstance(error, Died))
    study = Study("spread", [problem()], [RandomSearch(batch=5)], [0], Allowance(20))
    carry_out_spread(engine, study, tmp_path, "test", lambda: None, study.missing(tmp_path), {})
    (path,) = (tmp_path / "ledger").iterdir()
    assert "lost 5 evaluations 3 times in a row" in path.read_text()


def test_order_is_kept_and_errors_of_the_function_are_raised():
    assert side_by_side(abs, [-1, 2, -1, -3]) == [1, 2, 1, 3]
    assert side_by_side(len, [[1], [1, 2]], at_once=2) == [1, 2]
    with pytest.raises(RuntimeError, match="crashed"):
        side_by_side(program, [(1.0,)], at_once=4)


def test_who_wraps_an_expensive_detector_is_expensive():
    from designopt.problem.free_budget import with_savings

    assert with_savings(problem(), 0.5).detector.expensive
    assert not replace(problem(), detector=Plain()).detector.expensive


class Plain(AbstractToy):
    def response(self, design, key=None):
        return {"loss": jnp.sum(design["amount"])}

    def cost(self, design):
        return {"all": jnp.sum(design["amount"])}


def test_a_program_is_spread_and_its_answers_come_home(tmp_path):
    (script := tmp_path / "program.sh").write_text("#!/bin/sh\necho '{\"loss\": 0.5}'\n")
    script.chmod(0o755)
    detector = CommandDetector(
        [str(script)], [Real("amount", 0.0, 1.0, count=3)], {"loss": ()},
        cost=lambda design: {"all": jnp.sum(design["amount"])}, cache=tmp_path / "answers",
    )  # fmt: skip
    assert detector.expensive
    tasks = []

    def spread(function, items):
        function = pickle.loads(pickle.dumps(function))  # as to another process
        tasks.extend(items)
        return [function(item) for item in items]

    design = {"amount": jnp.asarray([0.1, 0.2, 0.3])}
    with spread_by(spread):
        assert float(detector.response(design)["loss"]) == 0.5
        assert float(detector.response(design)["loss"]) == 0.5  # kept: no second task
    assert len(tasks) == 1


ALONE = """
import pickle, sys
from designopt.study.executors.task import worked_out
one, item = pickle.load(open(sys.argv[1], "rb"))
worked, answer = worked_out(one, item)
assert worked and answer == {"loss": 0.25}, answer
assert "jax" not in sys.modules, "a worker that only runs programs started JAX"
"""


def test_a_worker_that_runs_programs_starts_no_jax(tmp_path):
    detector = CommandDetector(
        ["echo", '{"loss": 0.25}'], [Real("amount", 0.0, 1.0)], {"loss": ()},
        cost=lambda design: design["amount"], version="1", cache=tmp_path,
    )  # fmt: skip
    asked = {"design": {"amount": 0.5}, "seed": 1, "events": 1}
    (tmp_path / "task").write_bytes(pickle.dumps((detector.program.one, ("key", asked))))
    subprocess.run([sys.executable, "-c", ALONE, str(tmp_path / "task")], check=True)


def test_a_program_that_fails_elsewhere_is_a_sentence(tmp_path):
    detector = CommandDetector(
        ["false"], [Real("amount", 0.0, 1.0)], {"loss": ()}, cost=lambda design: design["amount"],
        version="1", cache=tmp_path,
    )  # fmt: skip
    with spread_by(lambda _, items: [None] * len(items)):  # its folder, with the reasons, is on another machine
        with pytest.raises(CommandFailed, match=r"reasons stand in .* of the machine on which it ran"):
            detector.program.simulate({"amount": np.array([0.5])}, np.array([1]))
