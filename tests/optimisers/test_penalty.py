"""The penalised loss has the gradient it says, and infeasible trials rank behind feasible ones by violation."""

import dataclasses

import numpy as np
import pytest

from designopt.benchmarks.problems import mixed_shelf
from designopt.evaluation.evaluator import Allowance, Evaluator
from designopt.evaluation.ranking import Ranking
from designopt.optimisers.common.augmented_lagrangian import Penalty
from designopt.records.trial import Needs

PROBLEM = mixed_shelf(limit=2.0)


def trials(points, needs):
    return Evaluator(PROBLEM, Allowance(10**6)).evaluate(points, needs)


def test_gradient_of_the_penalised_loss_is_its_finite_difference():
    u = np.random.default_rng(0).uniform(0.2, 0.8, PROBLEM.size)
    penalty, step = Penalty(1, 10.0, 0.01), 1e-6
    shifts = np.eye(PROBLEM.size)[:4] * step
    (here, *others) = trials(np.concatenate([u[None], u + shifts, u - shifts]), Needs.GRADIENT)
    assert here.violations["amount"] > 0
    penalty.update(here)
    value, gradient = penalty.value_and_gradient(here)
    assert value > here.loss
    up, down = others[:4], others[4:]
    for k in range(4):
        slope = (penalty.value_and_gradient(up[k])[0] - penalty.value_and_gradient(down[k])[0]) / (2 * step)
        assert gradient[k] == pytest.approx(slope, rel=1e-5, abs=1e-7)


def test_every_feasible_trial_ranks_before_every_infeasible_one():
    (base,) = trials(np.full((1, PROBLEM.size), 0.5), Needs.SCORE)
    made = [
        dataclasses.replace(base, score=score, built_violations={"amount": g})
        for score, g in ((5.0, -1.0), (1.0, -1.0), (0.0, 0.1), (0.0, 3.0), (0.0, 1e9))
    ]
    ranking = Ranking()
    ranking.see(made)
    values = [ranking.value(trial) for trial in made]
    assert values == sorted([values[1], values[0], *values[2:]], key=lambda v: v) or values[1] < values[0] < values[2]
    assert values[0] < values[2] < values[3] < values[4] < np.inf
