"""Searches that model the score by a Gaussian process and ask where it expects most."""

from typing import TYPE_CHECKING

from designopt.lazy import homes_within, lazy_names
from designopt.optimisers import _HOMES as _ALL

if TYPE_CHECKING:
    from designopt.optimisers.bayesian.gradient_search import GradientBayes as GradientBayes
    from designopt.optimisers.bayesian.optuna_search import OptunaBayes as OptunaBayes
    from designopt.optimisers.bayesian.skopt_search import BayesianSearch as BayesianSearch

_HOMES = homes_within(__name__, _ALL)
__all__ = sorted(_HOMES)

if not TYPE_CHECKING:  # type checkers see the imports above, and report any other name
    __getattr__, __dir__ = lazy_names(__name__, _HOMES)
