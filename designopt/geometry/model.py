"""A detector as parts of one substance each, its notes, and the bill of materials it is checked against."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from designopt.geometry.solids import AbstractSolid

SUM = 1e-3
"""Mass fractions may miss one by so much (rounded tables); they are scaled to add up to one."""


@dataclass(frozen=True)
class Substance:
    """A material: density in g/cm3 and mass fractions of elements by symbol. Raises ValueError where they cannot be."""

    name: str
    density: float
    fractions: Mapping[str, float]

    def __post_init__(self) -> None:
        total = sum(self.fractions.values())
        if not (math.isfinite(self.density) and self.density > 0 and abs(total - 1) < SUM):
            raise ValueError(
                f"The material '{self.name}' has {self.density:g} g/cm3 and mass fractions that add up to {total:g}. "
                "Give a positive density, and fractions that add up to 1."
            )

    def mass(self, volume: float) -> float:
        """Mass in kg of a volume in mm3."""
        return self.density * volume * 1e-6


VACUUM = Substance("vacuum", 1e-25, {"H": 1.0})
"""What stands between the parts; the density is that of Geant4's G4_Galactic."""


@dataclass(frozen=True)
class Part:
    """One solid of one substance, its middle at `place` (x, y, z in mm).

    `marks` are words on it that no solid can say, such as the pitch of its cells, by name with unit.
    """

    name: str
    solid: AbstractSolid
    substance: Substance
    place: tuple[float, float, float] = (0.0, 0.0, 0.0)
    marks: Mapping[str, str] = field(default_factory=dict)

    @property
    def mass(self) -> float:
        """Mass in kg."""
        return self.substance.mass(self.solid.volume)


@dataclass(frozen=True)
class Geometry:
    """A detector in space.

    Attributes:
        parts: side by side in vacuum; none inside another.
        notes: sentences on what the parts leave out or stand for.
        bill: kg by substance as the detector's own model counts them, not added up from the parts; empty where a
            model has no mass. `checked` holds the parts against it.
    """

    parts: tuple[Part, ...]
    notes: tuple[str, ...] = ()
    bill: Mapping[str, float] = field(default_factory=dict)

    @property
    def masses(self) -> dict[str, float]:
        """Mass of the parts by substance, kg."""
        found: dict[str, float] = {}
        for part in self.parts:
            found[part.substance.name] = found.get(part.substance.name, 0.0) + part.mass
        return found

    def checked(self, tolerance: float = 1e-6) -> "Geometry":
        """Itself. Raises ValueError where the parts weigh something else than the bill says, or there are none."""
        if not self.parts:
            raise ValueError("The geometry has no parts: nothing of this design stands anywhere.")
        masses = self.masses
        for name in {**masses, **self.bill} if self.bill else {}:
            made, billed = masses.get(name, 0.0), self.bill.get(name, 0.0)
            if abs(made - billed) > tolerance * max(made, billed):
                raise ValueError(
                    f"The parts hold {made:.9g} kg of {name}, but the detector's own count is {billed:.9g} kg. The "
                    "geometry of this detector is wrong: mend its `geometry`."
                )
        return self
