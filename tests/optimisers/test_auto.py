"""The optimiser that chooses says what it chose and why, where the user looks: in the ledger and on the screen."""

import io

import pytest
from rich.console import Console

from designopt.benchmarks.problems import bowl, knapsack, limited_law, noisy_law, two_kinds
from designopt.cli.progress_table import ProgressTable
from designopt.evaluation.evaluator import Allowance, Evaluator
from designopt.optimisers.auto import Auto
from designopt.optimisers.evolution.cma_es import CmaEs
from designopt.optimisers.gradient.methods import Adam, Lbfgs
from designopt.optimisers.gradient.probe import GRADIENTS
from designopt.optimisers.surrogate.local_surrogate import LocalSurrogate
from designopt.problem.registry import make
from designopt.problem.rounding import HARD
from designopt.records.trial import Needs
from designopt.study.plan import RunPlan

BOWL = bowl(4)


def plan(optimiser, problem, calls, seed=0):
    return RunPlan("choice", problem, optimiser, seed, Allowance(calls * problem.events))


@pytest.mark.parametrize(
    ("problem", "calls", "chosen", "why"),
    [
        (BOWL, 200, "Lbfgs", "smooth and exact in 4 coordinates"),
        (limited_law(), 200, "Slsqp", "side limits as constraints"),
        (BOWL, 20, "LocalSurrogate", "6 gradients only"),
        (noisy_law(), 200, "Adam", "noisy"),
        (knapsack(), 200, "CmaEs-then-Neighbours", "whole or a choice"),
        (two_kinds(), 200, "Slsqp-then-Neighbours", "harden whole numbers and choices"),
        (two_kinds(), 400, "RaceOrHybrid", "few choices"),
        (two_kinds(24, 120.0), 400, "Slsqp-then-Neighbours", "harden whole numbers and choices"),
    ],
)
def test_the_reason_names_the_choice_and_is_in_the_ledger(problem, calls, chosen, why):
    reason = plan(Auto(), problem, calls).header("")["reason"]
    assert reason.startswith(f"{chosen}: ")
    assert why in reason


def test_what_is_said_is_what_is_done():
    few, many = (Evaluator(BOWL, Allowance(calls * BOWL.events)) for calls in (20, 200))
    for evaluator in (few, many):
        Auto().run(evaluator, 0)
    assert not any(Needs.GRADIENT in trial.needs for trial in few.trials)
    assert any(Needs.GRADIENT in trial.needs for trial in many.trials)


def test_a_probe_decides_between_a_race_and_descents_that_harden():
    tight, loose = two_kinds(), make("spectrometer-layout-v1", granularity="continuous")
    drawn = []
    for problem in (tight, loose):
        door = Evaluator(problem, Allowance(400 * problem.events))
        Auto().run(door, 0)
        drawn.append(sum(trial.sharpness == HARD and not Needs.GRADIENT & trial.needs for trial in door.trials[:80]))
        assert sum(Needs.GRADIENT in trial.needs for trial in door.trials[:15]) == GRADIENTS
    assert drawn[0] == 0
    assert drawn[1] > 50
    assert door.best.score < -5.25


def test_the_screen_tells_the_reason_once_and_nothing_of_those_who_do_not_choose(tmp_path):
    console = Console(file=io.StringIO(), width=200)
    with ProgressTable([plan(o, BOWL, 200, seed) for o in (Auto(), Lbfgs()) for seed in range(3)], tmp_path, console):
        pass
    told = console.file.getvalue()
    assert told.count("Auto is Lbfgs: The loss is smooth") == 1
    assert "Lbfgs is" not in told


def test_the_number_of_settings_that_were_tried_is_in_the_ledger():
    assert [plan(o, BOWL, 10).header("")["settings_tried"] for o in (Adam(), LocalSurrogate(), CmaEs())] == [5, 4, 1]
