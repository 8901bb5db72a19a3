"""Gas detectors that a written tracker may have: how their channels are counted; prices are in the price book."""

import math
from dataclasses import dataclass

from designopt.units import cm, mm


@dataclass(frozen=True)
class Gas:
    """One kind of gas detector. Resolution and material belong to its gas and its design: a layout states them.

    Attributes:
        name: as in the price book.
        cell: width (mm) of a cell across, if a layout does not say.
        ends: channels of a cell that runs along the whole layer: wires are read at one end, the pads of a time
            projection chamber stand on both end plates. 0: strips, counted by the area.
        strip: length (mm) of a strip, where there are strips.
        power: W of one channel, assumed.
    """

    name: str
    cell: float
    ends: int
    strip: float
    power: float

    @property
    def sensors(self) -> int:
        """Sensors of silicon in a layer: none."""
        return 0

    @property
    def thickness(self) -> float:
        """Of a sensor of silicon, in mm: there is none."""
        return 0.0

    @property
    def chip(self) -> float:
        """Of read-out chips in the layer, in mm: they are elsewhere."""
        return 0.0

    def channels(self, circumference: float, area: float, cell: float) -> float:
        """Channels of a layer of this circumference (mm) and area (mm2), with cells of this width (mm)."""
        return self.ends * circumference / cell if self.ends else 2 * area / (cell * self.strip)


DRIFT = Gas("drift-chamber", 12 * mm, 1, math.inf, 0.1)
"""Cells of 12-14 mm, as IDEA's chamber has (56 448 in 112 layers; recalled); field wires count with their cell."""
STRAWS = Gas("straw-tubes", 10 * mm, 1, math.inf, 0.05)
TIME_PROJECTION = Gas("time-projection", 1 * mm, 2, math.inf, 0.01)
"""A layer is one row of pads: 1 mm wide as ILD's (recalled), at both ends of the chamber."""
MICROPATTERN = Gas("micropattern-gas", 0.4 * mm, 0, 50 * cm, 0.005)
"""Triple GEM, Micromegas, micro-RWELL: two views of strips, 50 cm long (assumed)."""
GASES = (DRIFT, STRAWS, TIME_PROJECTION, MICROPATTERN)
GAS_NAMES = tuple(gas.name for gas in GASES)


def gas_of(name: str) -> Gas:
    """The gas detector of a name of `GAS_NAMES`."""
    return GASES[GAS_NAMES.index(name)]
