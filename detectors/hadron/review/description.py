"""A layout of silicon and tiles as a user writes it down: the fields of the first version, and which sensor it is."""

from typing import Any

import jax.numpy as jnp
import numpy as np

from designopt.detectors.hadron.description import FORM as FIRST
from designopt.detectors.hadron.description import SENSOR as SILICON_SENSOR
from designopt.detectors.hadron.review.offered import SCINTILLATOR, SILICON, WORDS, Offer
from designopt.detectors.hadron.simulation.noise import TILE
from designopt.detectors.hadron.simulation.sensors import Sensors, steel_of
from designopt.detectors.layer_input import MOST, entries
from designopt.units import mm
from designopt.written import Form, Rows, Word

SENSOR = Form(
    SILICON_SENSOR.meaning,
    {**SILICON_SENSOR, "sensor": Word(f"Silicon, or a scintillator tile of {TILE:g} mm.", WORDS, SILICON)},
)
FORM = Form(
    "Silicon or scintillator tiles along a block of stainless steel, at most 2 m deep.",
    {**FIRST, "sensors": Rows("The sensors, front to back.", SENSOR, "Sensor", MOST, of="sensor, front to back")},
)
HEADINGS = {"absorber": "mm of steel", "thickness": "mm", "sections": "mm"}


def example() -> dict[str, Any]:
    """CLD's hadron barrel: 44 layers of 19 mm steel and a tile of 3 mm."""
    return {"sensors": [{"absorber": 19.0, "thickness": TILE, "sensor": SCINTILLATOR, "repeat": 44}],
            "energies": [50.0, 100.0]}  # fmt: skip


def read_layout(cells: Any, slots: int | None = None) -> tuple[Sensors, list[Offer]]:
    """A written layout, and what each sensor is, up to `slots` (or as many as there are) by repeating the last one.

    Raises ValueError, in a sentence, for tiles of another thickness than was simulated and whatever is no layout.
    """
    found, size = entries(cells, SENSOR, "sensor", slots)
    kinds = [Offer(cell["sensor"], cell.number("thickness") * mm) for cell in found]
    for place, one in enumerate(kinds, start=1):
        if one.sensor == SCINTILLATOR and one.thickness != TILE:
            raise ValueError(
                f"Sensor {place} is a tile of {one.thickness:g} mm, but only tiles of {TILE:g} mm were simulated. "
                f"Write {TILE:g}, or take silicon."
            )
    filled = [*range(len(kinds)), *[len(kinds) - 1] * (size - len(kinds))]
    gap, *columns = (
        jnp.asarray([column[place] for place in filled])
        for column in (
            [steel_of(cell) for cell in found],
            *([getattr(one, name) for one in kinds] for name in ("thickness", "grain", "deep")),
        )
    )
    present = jnp.asarray((np.arange(size) < len(kinds)).astype(float))
    return Sensors(gap, columns[0], present, *columns[1:]), kinds
