"""Every optimiser of the line-up keeps the contract on both toy problems."""

import pytest

from designopt.benchmarks.problems import mixed_shelf, square_root_law
from designopt.optimisers.auto import Auto, RaceOrHybrid
from designopt.optimisers.baselines import RandomSearch, SobolSearch
from designopt.optimisers.bayesian.gradient_search import GradientBayes
from designopt.optimisers.bayesian.skopt_search import BayesianSearch
from designopt.optimisers.composite import Neighbours, Then
from designopt.optimisers.evolution.annealing import SimulatedAnnealing
from designopt.optimisers.evolution.cma_es import CmaEs
from designopt.optimisers.evolution.differential_evolution import DifferentialEvolution
from designopt.optimisers.evolution.novelty import NoveltyCmaEs
from designopt.optimisers.gradient.finite_differences import FiniteDifferences
from designopt.optimisers.gradient.methods import Adam, Lbfgs, Slsqp, TrustConstr
from designopt.optimisers.gradient.race import Race
from designopt.optimisers.reinforcement.agents import Ppo, Sac
from designopt.optimisers.reinforcement.compiled import CompiledPpo
from designopt.optimisers.reinforcement.masked import MaskedPpo
from designopt.optimisers.surrogate.global_surrogate import GlobalSurrogate
from designopt.optimisers.surrogate.local_surrogate import LocalSurrogate
from designopt.testing.optimiser_contract import check_beats_chance, check_optimiser

SMOOTH, MIXED = square_root_law(8), mixed_shelf()
CALLS = {"BayesianSearch": 40, "LocalSurrogate": 60, "GlobalSurrogate": 30, "PlainBayes": 50, "GradientBayes": 60}
OPTIMISERS = [
    RandomSearch(), SobolSearch(), Adam(), Lbfgs(), Slsqp(), TrustConstr(), BayesianSearch(), CmaEs(),
    NoveltyCmaEs(), SimulatedAnnealing(), DifferentialEvolution(), FiniteDifferences(), LocalSurrogate(),
    GlobalSurrogate(batch=20), GradientBayes(), GradientBayes(gradients=False, batch=3), Ppo(), Sac(), MaskedPpo(),
    CompiledPpo(), Race(), RaceOrHybrid(), Then(CmaEs(), Slsqp()), Then(Lbfgs(), Neighbours(), 0.7), Auto(),
]  # fmt: skip


@pytest.mark.parametrize("problem", [SMOOTH, MIXED], ids=lambda problem: problem.name)
@pytest.mark.parametrize("optimiser", OPTIMISERS, ids=lambda optimiser: optimiser.name)
def test_optimiser_keeps_the_contract(optimiser, problem):
    check_optimiser(optimiser, problem, CALLS.get(optimiser.name, 120) * problem.events, seed=3)


@pytest.mark.parametrize("optimiser", OPTIMISERS[2:], ids=lambda optimiser: optimiser.name)
def test_optimiser_beats_chance(optimiser):
    check_beats_chance(optimiser, SMOOTH, CALLS.get(optimiser.name, 100) * SMOOTH.events, seeds=3)
