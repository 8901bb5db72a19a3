"""Searches along a model that was learnt from scored designs."""

from typing import TYPE_CHECKING

from designopt.lazy import lazy_names

if TYPE_CHECKING:
    from designopt.optimisers.surrogate.global_surrogate import GlobalSurrogate as GlobalSurrogate
    from designopt.optimisers.surrogate.local_surrogate import LocalSurrogate as LocalSurrogate

_HOMES = {
    "GlobalSurrogate": "designopt.optimisers.surrogate.global_surrogate",
    "LocalSurrogate": "designopt.optimisers.surrogate.local_surrogate",
}
__all__ = sorted(_HOMES)

if not TYPE_CHECKING:  # type checkers see the imports above, and report any other name
    __getattr__, __dir__ = lazy_names(__name__, _HOMES)
