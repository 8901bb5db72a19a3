"""A pile of slabs along z, each against the next: calorimeters of flat layers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from designopt.geometry.model import Part, Substance
from designopt.geometry.solids import Box


@dataclass(frozen=True)
class Slab:
    """One slab: name, substance, thickness in mm, and words on it (see `Part`)."""

    name: str
    substance: Substance
    thickness: float
    marks: Mapping[str, str] = field(default_factory=dict)


def stacked(slabs: Iterable[Slab], width: float, start: float = 0.0) -> tuple[Part, ...]:
    """The slabs as squares of `width` mm, the first one's front at z = `start` mm; those of no thickness left out."""
    parts, z = [], start
    for slab in slabs:
        if slab.thickness > 0:
            solid = Box(width, width, slab.thickness)
            parts.append(Part(slab.name, solid, slab.substance, (0.0, 0.0, z + slab.thickness / 2), slab.marks))
            z += slab.thickness
    return tuple(parts)
