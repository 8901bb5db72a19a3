"""The study that is killed: an optimiser of every family on a toy, small enough that its runs take a second or two.

`study(quick=True)` has one of each family, twice. Where the environment asks for it, the disk is slow (`slow_disk`).
"""

from designopt import Allowance, Study
from designopt.benchmarks.campaign.studies.slow_disk import slow_if_asked
from designopt.benchmarks.campaign.studies.toy import toy
from designopt.optimisers.auto import Auto
from designopt.optimisers.base import AbstractOptimiser
from designopt.optimisers.baselines import RandomSearch
from designopt.optimisers.bayesian.gradient_search import GradientBayes
from designopt.optimisers.bayesian.skopt_search import BayesianSearch
from designopt.optimisers.composite import Neighbours, Then
from designopt.optimisers.evolution.cma_es import CmaEs
from designopt.optimisers.evolution.differential_evolution import DifferentialEvolution
from designopt.optimisers.evolution.successive_halving import SuccessiveHalving
from designopt.optimisers.gradient.finite_differences import FiniteDifferences
from designopt.optimisers.gradient.methods import Adam, Lbfgs, Slsqp
from designopt.optimisers.reinforcement.agents import Ppo
from designopt.optimisers.reinforcement.compiled import CompiledPpo
from designopt.optimisers.surrogate.local_surrogate import LocalSurrogate

FAMILIES: dict[str, list[AbstractOptimiser]] = {
    "gradient": [Lbfgs(), Slsqp(), FiniteDifferences(screened=4)],
    "bayesian": [BayesianSearch(screened=20, descents=1), GradientBayes(screened=8)],
    "evolution": [
        CmaEs(),
        DifferentialEvolution(members=8, screened=8),
        SuccessiveHalving(designs=8, rounds=3, knots=2),
    ],
    "surrogate": [LocalSurrogate(screened=16), LocalSurrogate(screened=20, samples=4)],
    "reinforcement": [Ppo(screened=4, agents=2, stacks=4, units=8, epochs=1)],
    "combined": [Then(CmaEs(), Neighbours(screened=4, batch=8)), Auto()],
}
"""What takes part beside random search, by family."""

QUICK: dict[str, AbstractOptimiser] = {
    "gradient": Adam(starts=2, screened=4),
    "bayesian": BayesianSearch(screened=20, descents=1),
    "evolution": CmaEs(),
    "surrogate": LocalSurrogate(screened=16),
    "reinforcement": CompiledPpo(screened=4, stacks=7),
    "combined": Then(CmaEs(), Neighbours(screened=4, batch=8)),
}
"""One of each family that needs no extra. Adam and CompiledPpo compile in every run, which a forked child cannot do."""

CALLS = 32
"""Evaluations that the allowance of a run pays for."""

slow_if_asked()


def study(quick: bool = False) -> Study:
    """One run of each; quick: two of one of each family."""
    problem, first = toy(), RandomSearch(batch=4)
    searches = [optimiser for family in FAMILIES.values() for optimiser in family if not optimiser.missing_extras()]
    optimisers, seeds = ([first, *QUICK.values()], [0, 1]) if quick else ([first, *searches], [0])
    return Study("campaign", [problem], optimisers, seeds, Allowance(CALLS * problem.events))
