"""Gradient and evolution find the square-root law of sampling layers within 2 per cent of the exact optimum."""

import pytest

from designopt.evaluation.evaluator import Allowance, Evaluator
from designopt.optimisers.evolution import CmaEs
from designopt.optimisers.gradient import Adam, Lbfgs
from designopt.testing.problems import square_root_law

PROBLEM = square_root_law(8)
OPTIMUM = PROBLEM.detector.best(PROBLEM.budget)[1]


@pytest.mark.parametrize(
    ("optimiser", "calls"), [(Lbfgs(), 100), (Adam(), 200), (CmaEs(), 400)], ids=lambda o: str(o)[:5]
)
def test_the_square_root_law_is_found(optimiser, calls):
    for seed in range(3):
        evaluator = Evaluator(PROBLEM, Allowance(calls * PROBLEM.events))
        optimiser.run(evaluator, seed)
        assert evaluator.best is not None
        assert OPTIMUM * (1 - 1e-9) <= evaluator.best.score <= 1.02 * OPTIMUM
