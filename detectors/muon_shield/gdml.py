"""A muon shield in space: eight blocks of iron a magnet; and a design as JSON."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from designopt.detectors.geant4.magnets import shield_blocks
from designopt.detectors.muon_shield.cost import DENSITY, masses
from designopt.detectors.muon_shield.magnets.installed import installed_table
from designopt.detectors.muon_shield.magnets.row import CHALLENGE_NAMES, Magnets
from designopt.detectors.muon_shield.magnets.units_check import THINNEST
from designopt.geometry import Block, Geometry, Part, Substance
from designopt.units import cm, kg, mm

IRON = Substance("iron of yokes", DENSITY / (kg / cm**3) * 1e3, {"Fe": 1.0})
"""Iron with the density that the cost is counted with."""
HEADINGS = {"magnets": tuple(f"{name} ({'T' if name == 'B' else 'cm'})" for name in CHALLENGE_NAMES)}
NOTES = (
    "Fields are not in GDML: the field of every magnet (T, in the leg that carries the coil) is a word on its volumes.",
    "Iron alone: coils, supports, cavern and target are left out. The front face of the first magnet is at z = 0.",
    "A magnet is eight blocks with mitred corners and faces that run straight from its entrance to its exit.",
)


def written_shield(magnets: Magnets) -> dict[str, Any]:
    """A built shield in the words of `designopt evaluate`: fifteen numbers a magnet, cm and T; no size that is none."""
    table = magnets.table()
    sizes, field = table[:, :-1], table[:, -1:]
    table = np.concatenate([np.where(np.abs(sizes) < THINNEST / cm, 0.0, sizes), field], axis=1)
    return {"magnets": [[float(f"{value:.12g}") for value in row] for row in table.tolist()]}


def shield_geometry(written: Mapping[str, Any], slit: float = 0.0, free: float = 0.0) -> Geometry:
    """The iron of a written shield. `slit` (mm) stands open between the halves of cores; `free` mm have no field.

    Raises ValueError, as `designopt evaluate` does, for what is no shield.
    """
    magnets = Magnets.from_table(written.get("magnets"))
    parts = []
    for number, row in enumerate(installed_table(magnets.table(), slit, free)):
        words = {"magnet": str(number), "field_t": repr(float(row[14]))}
        # One at a time, so that every block knows its magnet; what stands before it shifts it.
        for place, block in enumerate(shield_blocks([row.tolist()], None), start=1):
            front, back = (tuple((x / mm, y / mm) for x, y in face) for face in block["corners"])
            begin, end = (z / mm for z in block["z"])
            solid = Block(front, back, end - begin)
            parts.append((f"magnet_{number}_block_{place}", solid, (begin + end) / 2, words))
    starts = _starts(installed_table(magnets.table(), slit, free))
    made = tuple(
        Part(name, solid, IRON, (0.0, 0.0, z + starts[int(words["magnet"])]), words) for name, solid, z, words in parts
    )
    notes = (*NOTES, *_more(slit, free))
    return Geometry(made, notes, {IRON.name: float(np.sum(np.asarray(masses(magnets)))) / kg})


def _starts(table: np.ndarray) -> list[float]:
    """Where the air in front of each magnet begins, mm."""
    lengths = (table[:, 0] + 2 * table[:, 1]) * cm / mm
    return [0.0, *np.cumsum(lengths)[:-1].tolist()]


def _more(slit: float, free: float) -> tuple[str, ...]:
    found = []
    if slit:
        found.append(f"The halves of all cores stand at least {slit / mm:g} mm apart, as they are installed.")
    if free:
        found.append(f"The last {free / mm:g} mm carry no field; a magnet that reaches into them is two here.")
    return tuple(found)
