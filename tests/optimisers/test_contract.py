"""Every optimiser of the line-up keeps the contract on both toy problems."""

import pytest

from designopt.optimisers.auto import Auto
from designopt.optimisers.baselines import RandomSearch, SobolSearch
from designopt.optimisers.bayesian import BayesianSearch
from designopt.optimisers.compiled import CompiledPpo
from designopt.optimisers.differences import FiniteDifferences
from designopt.optimisers.evolution import CmaEs, DifferentialEvolution
from designopt.optimisers.global_surrogate import GlobalSurrogate
from designopt.optimisers.gradient import Adam, Lbfgs, Slsqp, TrustConstr
from designopt.optimisers.gradient_bayes import GradientBayes
from designopt.optimisers.hybrid import Neighbours, Then
from designopt.optimisers.masked import MaskedPpo
from designopt.optimisers.policy import Ppo, Sac
from designopt.optimisers.surrogate import LocalSurrogate
from designopt.testing.optimiser_contract import check_beats_chance, check_optimiser
from designopt.testing.problems import mixed_shelf, square_root_law

SMOOTH, MIXED = square_root_law(8), mixed_shelf()
CALLS = {"BayesianSearch": 40, "LocalSurrogate": 60, "GlobalSurrogate": 30, "PlainBayes": 50, "GradientBayes": 60}
OPTIMISERS = [
    RandomSearch(), SobolSearch(), Adam(), Lbfgs(), Slsqp(), TrustConstr(), BayesianSearch(), CmaEs(),
    DifferentialEvolution(), FiniteDifferences(), LocalSurrogate(), GlobalSurrogate(batch=20),
    GradientBayes(), GradientBayes(gradients=False, batch=3), Ppo(), Sac(), MaskedPpo(), CompiledPpo(),
    Then(CmaEs(), Slsqp()), Then(Lbfgs(), Neighbours(), 0.7), Auto(),
]  # fmt: skip


@pytest.mark.parametrize("problem", [SMOOTH, MIXED], ids=lambda problem: problem.name)
@pytest.mark.parametrize("optimiser", OPTIMISERS, ids=lambda optimiser: optimiser.name)
def test_optimiser_keeps_the_contract(optimiser, problem):
    check_optimiser(optimiser, problem, CALLS.get(optimiser.name, 120) * problem.events, seed=3)


@pytest.mark.parametrize("optimiser", OPTIMISERS[2:], ids=lambda optimiser: optimiser.name)
def test_optimiser_beats_chance(optimiser):
    check_beats_chance(optimiser, SMOOTH, CALLS.get(optimiser.name, 100) * SMOOTH.events, seeds=3)
