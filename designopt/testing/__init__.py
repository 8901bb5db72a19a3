"""Contracts that every optimiser keeps, and problems with known answers to try them on; for other packages too."""

from typing import TYPE_CHECKING

from designopt.lazy import lazy_names

if TYPE_CHECKING:
    from designopt.benchmarks import known_optima as problems  # noqa: F401
    from designopt.testing.optimiser_contract import check_beats_chance as check_beats_chance
    from designopt.testing.optimiser_contract import check_optimiser as check_optimiser

_HOMES = {
    "check_beats_chance": "designopt.testing.optimiser_contract",
    "check_optimiser": "designopt.testing.optimiser_contract",
    "problems": "designopt.benchmarks.known_optima",
}
__all__ = sorted(_HOMES)

if not TYPE_CHECKING:  # type checkers see the imports above, and report any other name
    __getattr__, __dir__ = lazy_names(__name__, _HOMES)
