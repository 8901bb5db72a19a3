"""The entrants of a comparison, one setting each for all problems."""

import logging
from functools import lru_cache
from multiprocessing import parent_process

from designopt.optimisers.auto import Auto
from designopt.optimisers.base import AbstractOptimiser
from designopt.optimisers.baselines import RandomSearch, SobolSearch
from designopt.optimisers.bayesian.skopt_search import BayesianSearch
from designopt.optimisers.evolution.cma_es import CmaEs
from designopt.optimisers.extras import install_command
from designopt.optimisers.gradient.methods import Adam, Lbfgs
from designopt.optimisers.reinforcement.agents import Ppo
from designopt.optimisers.surrogate.local_surrogate import LocalSurrogate

log = logging.getLogger(__name__)


def default_lineup(quick: bool = False) -> list[AbstractOptimiser]:
    """Random and Sobol points, `Auto` and the five families. `quick` leaves out Sobol, Adam and the local surrogate.

    Who needs an extra that is not installed is left out, and a logged warning says who that is and how to get it.
    A study adds the reference designs of its problem (`Reference`).
    """
    entrants: list[AbstractOptimiser] = [RandomSearch(), Auto(), Lbfgs(), BayesianSearch(), CmaEs(), Ppo()]
    if not quick:
        descents: list[AbstractOptimiser] = [Auto(), Adam(), Lbfgs()]
        models: list[AbstractOptimiser] = [BayesianSearch(), LocalSurrogate()]
        entrants = [RandomSearch(), SobolSearch(), *descents, *models, CmaEs(), Ppo()]
    absent = [entrant for entrant in entrants if entrant.missing_extras()]
    if absent and parent_process() is None:  # not in every worker process
        command = install_command(extra for entrant in absent for extra in entrant.missing_extras())
        _say_once(", ".join(entrant.name for entrant in absent), command)
    return [entrant for entrant in entrants if entrant not in absent]


@lru_cache
def _say_once(names: str, command: str) -> None:
    """A script may be loaded more than once in a process."""
    log.warning("Left out for want of an extra: %s (%s).", names, command)
