"""Where all is whole, what models of built scores ask for is built as something new, until nothing new is left."""

import numpy as np
import pytest

from designopt.benchmarks.problems import knapsack, square_root_law
from designopt.evaluation.evaluator import Allowance, Evaluator
from designopt.optimisers.bayesian.gradient_search import GradientBayes
from designopt.optimisers.bayesian.skopt_search import BayesianSearch
from designopt.optimisers.common.built_before import BuiltBefore
from designopt.optimisers.stop import Stop
from designopt.optimisers.surrogate.local_surrogate import LocalSurrogate
from designopt.problem.rounding import built_point

SHELF = knapsack(items=3, budget=7.0, most=2)


def designs(trials):
    return [np.round(built_point(SHELF, trial.u, trial.sharpness), 9).tobytes() for trial in trials]


@pytest.mark.parametrize("optimiser", [BayesianSearch(), LocalSurrogate(), GradientBayes(gradients=False)])
def test_no_design_of_whole_numbers_is_asked_for_twice_by_a_model(optimiser):
    door = Evaluator(SHELF, Allowance(80 * SHELF.events))
    assert optimiser.run(door, 0) is Stop.EXHAUSTED
    known, later = set(designs(door.trials[:16])), designs(door.trials[16:])
    assert later
    assert len(set(later)) == len(later)
    assert not known & set(later)
    grid = np.stack(np.meshgrid(*[np.linspace(0, 1, 7)] * 3), -1).reshape(-1, 3)
    assert known | set(later) >= {np.round(built_point(SHELF, u), 9).tobytes() for u in grid}


def test_sizes_without_steps_are_never_alike():
    law, u = square_root_law(4), np.full(4, 0.5)
    built = BuiltBefore(law)
    for _ in range(2):
        assert built.new_one(u, np.asarray, np.random.default_rng(0)) is u
