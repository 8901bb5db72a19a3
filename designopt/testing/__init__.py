"""Contracts that every detector and every optimiser keeps, and problems with known answers; for other packages too."""

from typing import TYPE_CHECKING

from designopt.lazy import lazy_names

if TYPE_CHECKING:
    from designopt.benchmarks import problems as problems
    from designopt.testing.detector_contract import DetectorCheck as DetectorCheck
    from designopt.testing.detector_contract import check_detector as check_detector
    from designopt.testing.optimiser_contract import check_beats_chance as check_beats_chance
    from designopt.testing.optimiser_contract import check_optimiser as check_optimiser
    from designopt.testing.rules.case import RuleBroken as RuleBroken

_HOMES = {
    "RuleBroken": "designopt.testing.rules.case",
    "DetectorCheck": "designopt.testing.detector_contract",
    "check_beats_chance": "designopt.testing.optimiser_contract",
    "check_detector": "designopt.testing.detector_contract",
    "check_optimiser": "designopt.testing.optimiser_contract",
    "problems": "designopt.benchmarks.problems",
}
__all__ = sorted(_HOMES)

if not TYPE_CHECKING:  # type checkers see the imports above, and report any other name
    __getattr__, __dir__ = lazy_names(__name__, _HOMES)
