"""Searches along a model that was learnt from scored designs."""

from typing import TYPE_CHECKING

from designopt.lazy import homes_within, lazy_names
from designopt.optimisers import _HOMES as _ALL

if TYPE_CHECKING:
    from designopt.optimisers.surrogate.global_surrogate import GlobalSurrogate as GlobalSurrogate
    from designopt.optimisers.surrogate.local_surrogate import LocalSurrogate as LocalSurrogate

_HOMES = homes_within(__name__, _ALL)
__all__ = sorted(_HOMES)

if not TYPE_CHECKING:  # type checkers see the imports above, and report any other name
    __getattr__, __dir__ = lazy_names(__name__, _HOMES)
