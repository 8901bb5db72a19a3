"""A hadron calorimeter in space: steel and sensors along the block; and a design as JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from designopt.detectors.compositions import substance
from designopt.detectors.hadron.simulation.sensors import KEYS, STEEL, Sensors, plates_of
from designopt.detectors.hadron.simulation.showers import DEPTH, HALF_WIDTH
from designopt.detectors.layer_input import entries, length
from designopt.detectors.materials import NAMES, material
from designopt.geometry import Geometry, Slab, stacked
from designopt.units import mm
from designopt.written import Entry, Form

SENSOR, SCINTILLATOR = "Si", "PS"
HEADINGS = {"absorber": "mm of steel", "thickness": "mm", "sections": "mm"}
NOTES = (
    "Sensors are whole squares of silicon between plates: no boards, no gaps, no cables. Their cells are not cut.",
    "Behind the last sensor the steel goes on to the end of the block.",
    "The model simulated its showers in steel; where the design lists other plates, they stand here as listed.",
    "No field: the calorimeter of this problem stands in none, and GDML holds no fields.",
)
TILES = (
    "Sensors are whole squares of silicon or scintillator: no boards, no gaps, no cables. Behind the last, nothing.",
    *NOTES[2:],
)


def written_sensors(sensors: Sensors) -> dict[str, Any]:
    """A built layout in the words of `designopt evaluate`, lengths in mm; equal neighbours in one entry."""
    rows: list[dict[str, Any]] = []
    there = np.asarray(sensors.present) > 0.5
    for gap, thickness in zip(np.asarray(sensors.gap)[there], np.asarray(sensors.thickness)[there], strict=True):
        row = {"absorber": round(float(gap), 9), "thickness": round(float(thickness), 9)}
        if rows and all(rows[-1][key] == value for key, value in row.items()):
            rows[-1]["repeat"] += 1
        else:
            rows.append({**row, "repeat": 1})
    return {"sensors": rows}


def block_geometry(written: Mapping[str, Any], form: Form = KEYS) -> Geometry:
    """The block of a written layout, its front at z = 0, as wide as the simulated one. ValueError for no layout.

    The `form` of a sensor may say which it is, `sensor`: silicon or a tile; such a calorimeter ends with its last one.
    """
    tiles = "sensor" in form
    slabs: list[Slab] = []
    cells = entries(written.get("sensors"), form, "sensor")[0]
    for number, cell in enumerate(cells, start=1):
        for place, (row, thickness) in enumerate(plates_of(cell), start=1):
            slabs.append(Slab(f"absorber_{number}_{place}", substance(NAMES[row]), thickness))
        sensor = length(cell, "thickness")
        made = substance(SCINTILLATOR if tiles and cell["sensor"] == "tile" else SENSOR)
        slabs.append(Slab(f"sensor_{number}", made, sensor, {"sensor": "yes"}))
    if not tiles and (rest := DEPTH / mm - sum(slab.thickness for slab in slabs)) > 0:
        slabs.append(Slab("absorber_behind", substance(STEEL), rest))
    return Geometry(stacked(slabs, 2 * HALF_WIDTH / mm), TILES if tiles else NOTES, _bill(cells, tiles))


def _bill(cells: Sequence[Entry], tiles: bool) -> dict[str, float]:
    """Kilograms by material: area times thickness times density; silicon's block is filled with steel to its end."""
    depth: dict[str, float] = {}
    for cell in cells:
        made = SCINTILLATOR if tiles and cell["sensor"] == "tile" else SENSOR
        for name, thickness in [(NAMES[row], d) for row, d in plates_of(cell)] + [(made, length(cell, "thickness"))]:
            depth[name] = depth.get(name, 0.0) + thickness
    if not tiles:
        depth[STEEL] = depth.get(STEEL, 0.0) + max(DEPTH / mm - sum(depth.values()), 0.0)
    area = (2 * HALF_WIDTH) ** 2
    return {name: area * thickness * material(name).density * 1e-6 for name, thickness in depth.items() if thickness}
