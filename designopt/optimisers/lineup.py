"""The entrants of a comparison, one setting each for all problems."""

from designopt.optimisers.base import AbstractOptimiser
from designopt.optimisers.baselines import RandomSearch, SobolSearch
from designopt.optimisers.bayesian.skopt_search import BayesianSearch
from designopt.optimisers.evolution.cma_es import CmaEs
from designopt.optimisers.gradient.methods import Adam, Lbfgs
from designopt.optimisers.reinforcement.agents import Ppo
from designopt.optimisers.surrogate.local_surrogate import LocalSurrogate


def default_lineup(quick: bool = False) -> list[AbstractOptimiser]:
    """Random and Sobol points and the five families. `quick` leaves out Sobol, Adam and the local surrogate.

    A study adds the reference designs of its problem (`Reference`).
    """
    if quick:
        return [RandomSearch(), Lbfgs(), BayesianSearch(), CmaEs(), Ppo()]
    return [RandomSearch(), SobolSearch(), Adam(), Lbfgs(), BayesianSearch(), LocalSurrogate(), CmaEs(), Ppo()]
