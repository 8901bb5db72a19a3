"""The search that stands on Optuna keeps the contract; without the extra `bayes` it is skipped."""

import pytest

from designopt.benchmarks.problems import limited_law, mixed_shelf, square_root_law
from designopt.optimisers.bayesian.optuna_search import OptunaBayes
from designopt.testing.optimiser_contract import check_beats_chance, check_optimiser

pytest.importorskip("optuna")


@pytest.mark.parametrize(
    "problem", [square_root_law(8), mixed_shelf(), limited_law()], ids=lambda problem: problem.name
)
def test_it_keeps_the_contract(problem):
    check_optimiser(OptunaBayes(), problem, 40 * problem.events, seed=3)


def test_it_beats_chance():
    problem = square_root_law(8)
    check_beats_chance(OptunaBayes(), problem, 40 * problem.events, seeds=3)
