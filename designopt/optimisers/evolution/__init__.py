"""Searches by a population of designs."""

from typing import TYPE_CHECKING

from designopt.lazy import homes_within, lazy_names
from designopt.optimisers import _HOMES as _ALL

if TYPE_CHECKING:
    from designopt.optimisers.evolution.annealing import SimulatedAnnealing as SimulatedAnnealing
    from designopt.optimisers.evolution.cma_es import CmaEs as CmaEs
    from designopt.optimisers.evolution.differential_evolution import DifferentialEvolution as DifferentialEvolution
    from designopt.optimisers.evolution.nondominated import Nsga2 as Nsga2
    from designopt.optimisers.evolution.novelty import NoveltyCmaEs as NoveltyCmaEs
    from designopt.optimisers.evolution.renewed_evolution import Phase as Phase
    from designopt.optimisers.evolution.renewed_evolution import RenewedCmaEs as RenewedCmaEs
    from designopt.optimisers.evolution.successive_halving import SuccessiveHalving as SuccessiveHalving

_HOMES = homes_within(__name__, _ALL)
__all__ = sorted(_HOMES)

if not TYPE_CHECKING:  # type checkers see the imports above, and report any other name
    __getattr__, __dir__ = lazy_names(__name__, _HOMES)
