"""The sensors on offer, silicon and scintillator tiles: how thick, how they fluctuate, what voltage they need."""

from collections.abc import Sequence
from typing import NamedTuple

from designopt.design.numbers import shown
from designopt.detectors.hadron.limits import depletion_voltage
from designopt.detectors.hadron.simulation.noise import TILE, TILE_GRAIN, silicon_grain
from designopt.detectors.hadron.simulation.sensors import steel_equivalent
from designopt.suggestion import suggestion
from designopt.units import mm

SILICON, SCINTILLATOR = "Si", "tile"
WORDS = (SILICON, SCINTILLATOR)


class Offer(NamedTuple):
    """One kind of sensor: silicon or a tile, and its thickness in mm."""

    sensor: str
    thickness: float

    @property
    def material(self) -> str:
        """Its name in the table of materials and in the price book."""
        return "Si" if self.sensor == SILICON else "PS"

    @property
    def tile(self) -> float:
        """1 for a scintillator tile, 0 for silicon."""
        return float(self.sensor == SCINTILLATOR)

    @property
    def grain(self) -> float:
        """Variance of a signal over its mean, GeV of a slice."""
        return silicon_grain(self.thickness) if self.sensor == SILICON else TILE_GRAIN

    @property
    def deep(self) -> float:
        """Steel of as many interaction lengths, mm."""
        return steel_equivalent(self.material, self.thickness)

    @property
    def voltage(self) -> float:
        """V that depletes it; a tile needs none."""
        return depletion_voltage(self.thickness) if self.sensor == SILICON else 0.0


OFFERS = {
    **{f"{size:g} mm Si": Offer(SILICON, size * mm) for size in (0.2, 0.5, 1.0, 1.2, 1.5)},
    f"{TILE:g} mm tile": Offer(SCINTILLATOR, TILE),
}
"""By the names of the problem's choice. 0.2, 1.2 and 1.5 mm are those of the published study, arXiv 2412.10237."""


def offered(names: Sequence[str]) -> tuple[Offer, ...]:
    """The sensors of these names. ValueError, in a sentence, for none, one that is not known, or one named twice."""
    for name in names:
        if name not in OFFERS:
            raise ValueError(f"No sensor on offer is called {name!r}.{suggestion(name, tuple(OFFERS))}")
    if not names or len(set(names)) < len(names):
        raise ValueError(f"The sensors on offer are {shown(list(names))}. Name at least one, each once.")
    return tuple(OFFERS[name] for name in names)
