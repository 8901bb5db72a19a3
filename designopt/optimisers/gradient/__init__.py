"""Searches along exact or estimated gradients."""

from typing import TYPE_CHECKING

from designopt.lazy import homes_within, lazy_names
from designopt.optimisers import _HOMES as _ALL

if TYPE_CHECKING:
    from designopt.optimisers.gradient.finite_differences import FiniteDifferences as FiniteDifferences
    from designopt.optimisers.gradient.methods import Adam as Adam
    from designopt.optimisers.gradient.methods import Lbfgs as Lbfgs
    from designopt.optimisers.gradient.methods import Slsqp as Slsqp
    from designopt.optimisers.gradient.methods import TrustConstr as TrustConstr
    from designopt.optimisers.gradient.race import Race as Race
    from designopt.optimisers.gradient.renewed_descent import RenewedDescent as RenewedDescent

_HOMES = homes_within(__name__, _ALL)
__all__ = sorted(_HOMES)

if not TYPE_CHECKING:  # type checkers see the imports above, and report any other name
    __getattr__, __dir__ = lazy_names(__name__, _HOMES)
