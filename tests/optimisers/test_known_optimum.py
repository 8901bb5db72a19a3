"""Each family comes as close to an exactly known optimum as its kind should, on problems it was not tuned on."""

import pytest

from designopt.benchmarks.problems import bowl, distance, knapsack, limited_law, square_root_law
from designopt.evaluation.evaluator import Allowance, Evaluator
from designopt.optimisers.auto import Auto
from designopt.optimisers.evolution.cma_es import CmaEs
from designopt.optimisers.evolution.differential_evolution import DifferentialEvolution
from designopt.optimisers.gradient.methods import Adam, Lbfgs, Slsqp, TrustConstr
from designopt.optimisers.surrogate.local_surrogate import LocalSurrogate

LAW, LIMITED, BOWL, KNAPSACK = square_root_law(8), limited_law(), bowl(), knapsack()


@pytest.mark.parametrize(
    ("problem", "optimiser", "calls", "close"),
    [
        (LAW, Lbfgs(), 100, 1e-3),
        (LAW, Adam(), 200, 0.1),
        (LAW, CmaEs(), 400, 0.1),
        (LAW, DifferentialEvolution(), 400, 0.1),
        (LAW, LocalSurrogate(), 100, 0.1),
        (LIMITED, Slsqp(), 200, 1e-4),
        (LIMITED, TrustConstr(), 200, 2e-2),
        (LIMITED, Lbfgs(), 300, 2e-2),
        (LIMITED, LocalSurrogate(), 100, 0.1),
        (BOWL, Slsqp(), 200, 1e-6),
        (BOWL, Lbfgs(), 200, 1e-6),
        (KNAPSACK, Auto(), 300, 0.1),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_the_optimum_is_found(problem, optimiser, calls, close):
    for seed in range(2):
        evaluator = Evaluator(problem, Allowance(calls * problem.events))
        optimiser.run(evaluator, seed)
        assert -1e-9 <= distance(problem, evaluator.best) <= close
