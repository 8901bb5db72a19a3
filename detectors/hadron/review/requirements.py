"""What a review board asks of a hadron calorimeter: every requirement with its default, its source and its option."""

from collections.abc import Mapping
from typing import Any

from designopt.detectors.few_kinds import SECOND_READOUT_RANGE, WHY_SECOND_READOUT
from designopt.detectors.hadron.limits import HIGHEST_VOLTAGE, RESISTIVITY
from designopt.detectors.hadron.review.prices import FIELD
from designopt.problem.requirements import Requirement
from designopt.units import mm

BOARD = 4.5 * mm
LINEARITY = 0.02
LEAKAGE = 0.05
COARSEST = 100 * mm
KINDS = 4
# Option: what is asked, how much of it, who says so, the side limit, what a board might set where it is assumed.
_ASKED: dict[str, tuple[str, str, str, str | None, tuple[float, float] | None]] = {
    "coil": (
        "Depth is paid: the coil stands outside, 0.523 (E/MJ)^0.662 million dollars",
        "{:g} T, the block's share of CLD's barrel",
        f"PDG, Particle Detectors at Accelerators (recalled); CLD {FIELD:g} T; assumed range 2-4 T",
        None,
        (2.0, 4.0),
    ),
    "board": (
        "Every sensor has a board, a cassette and air",
        "{:g} mm a layer",
        "CLD's hadron barrel: 26.5 mm a layer, 19 mm steel, 3 mm tile (key4hep/k4geo, CLD_o2_v07); assumed, 3-8 mm",
        None,
        (3.0 * mm, 8.0 * mm),
    ),
    "kinds": (
        "Few kinds of layer (thickness of its plate, sensor)",
        "at most {:g}",
        "assumed, 1-6: CLD has one, the CALICE tail catcher two (recalled)",
        None,
        None,  # changes what can be designed
    ),
    "second_readout": (*WHY_SECOND_READOUT, None, SECOND_READOUT_RANGE),
    "voltage": (
        f"Silicon is depleted, V = d^2/(2 eps mu rho) at {RESISTIVITY:g} Ohm cm",
        "at most {:g} V",
        f"assumed, 600-1000 V; default {HIGHEST_VOLTAGE:g}",
        "depletion voltage",
        (600.0, 1000.0),
    ),
    "linearity": (
        "The response to pions of 20-175 GeV is constant, as half its relative change",
        "at most {:g}",
        "assumed, 0.01-0.04",
        "pion linearity",
        (0.01, 0.04),
    ),
    "leakage": (
        "Few pions of 100 GeV leave more than a tenth of their energy behind the last sensor",
        "at most {:g} of them",
        "assumed, 0.02-0.2; nothing stands in front of the block and no tail catcher behind",
        "leakage tail",
        (0.02, 0.2),
    ),
    "coarsest": (
        "Showers and muons are followed from sensor to sensor: steel between two",
        "at most {:g} mm",
        "the coarse part of the CALICE tail catcher has 100 mm (recalled); assumed, 50-150 mm",
        "coarsest gap",
        (50.0 * mm, 150.0 * mm),
    ),
}


def requirements_of(options: Mapping[str, Any]) -> tuple[Requirement, ...]:
    """The requirements that the options of the maker leave standing."""
    return tuple(
        Requirement(option, meaning, value.format(options[option]), source, limit, range=ends)
        for option, (meaning, value, source, limit, ends) in _ASKED.items()
        if options[option]
    )
