"""Reference layouts: the three baselines of the reinforcement-learning study (arXiv 2412.10237), and equal spacing."""

import math
from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np

from designopt.design.space import Design, DesignSpace
from designopt.detectors.hadron.simulation.sensors import Sensors
from designopt.detectors.hadron.simulation.showers import DEPTH
from designopt.units import mm

Cells = list[dict[str, Any]]


def alpha(thickness: float = 0.2) -> Cells:
    """14 x [Si, 6 mm Cu, Si, 2.1 mm Pb, 0.6 mm steel, 0.1 mm Cu], 12 x [35 mm steel, Si, 6 mm Cu], 16 x [68, Si, 6].

    56 sensors of 0.2 mm. In the block copper and lead are the steel of the same number of interaction lengths.
    """
    return _published(("Cu", "Pb"), thickness)


def beta(thickness: float = 0.2) -> Cells:
    """The same layers all in steel, plate for plate as thick: 56 sensors of 0.2 mm."""
    return _published(("SS", "SS"), thickness)


def gamma(thickness: float = 0.06) -> Cells:
    """Steel with one sensor in each electromagnetic double layer: 14 + 12 + 16 = 42 sensors of 0.06 mm."""
    double = [{"absorber": 6.0 + 2.1 + 0.6 + 0.1, "thickness": thickness}] * 14
    return double + _hadronic("SS", thickness)


def uniform(sensors: int, thickness: float = 0.2, depth: float = DEPTH) -> Cells:
    """Equally spaced sensors over the whole block, in steps of half a millimetre, the last one inside it."""
    gap = math.ceil(2 * (depth / sensors - thickness) - 1) / 2
    return [{"absorber": gap, "thickness": thickness}] * sensors


def _published(metals: tuple[str, str], thickness: float) -> Cells:
    copper, lead = metals
    plate = [{"material": copper, "thickness": 6.0}]
    back = [
        {"material": lead, "thickness": 2.1},
        {"material": "SS", "thickness": 0.6},
        {"material": copper, "thickness": 0.1},
    ]
    cells: Cells = []
    for layer in range(14):
        cells += [
            {"absorber": back if layer else [], "thickness": thickness},
            {"absorber": plate, "thickness": thickness},
        ]
    cells += [{"absorber": [*back, _steel(35.0)], "thickness": thickness}]
    return cells + _hadronic(copper, thickness)[1:]


def _hadronic(plate: str, thickness: float) -> Cells:
    """12 x [35 mm steel, Si, 6 mm plate] and 16 x [68 mm steel, Si, 6 mm plate]; the plate stands before the next."""
    cells = [{"absorber": [_steel(35.0)], "thickness": thickness}]
    for steel, number in ((35.0, 11), (68.0, 16)):
        cells += [{"absorber": [{"material": plate, "thickness": 6.0}, _steel(steel)], "thickness": thickness}] * number
    return cells


def _steel(thickness: float) -> dict[str, Any]:
    return {"material": "SS", "thickness": thickness}


def design_of(cells: Cells, space: DesignSpace, thicknesses: Sequence[float]) -> Design:
    """A layout as a design: gaps within the space's range, the nearest thickness on offer."""
    slots = space["gap"].count or 1
    sensors = Sensors.from_cells(cells, slots)
    gap = space["gap"]
    design = {
        "gap": jnp.clip(sensors.gap, gap.lower, gap.upper),  # type: ignore[union-attr]
        "present": sensors.present,
    }
    if "thickness" in space.slices:
        offered = np.asarray(thicknesses) * mm
        nearest = np.argmin(np.abs(np.asarray(sensors.thickness)[:, None] - offered), axis=1)
        design["thickness"] = jnp.eye(offered.size)[nearest]
    return design
