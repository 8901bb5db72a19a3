"""The block from the side: sensors as lines whose width is their thickness, and the mean shower over them."""

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from designopt.detectors.hadron.simulation.sensors import Sensors
from designopt.detectors.hadron.simulation.showers import DEPTH, SLICES
from designopt.units import m, mm

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STEEL, SILICON, SHOWER = "#b79b84", "#1f77b4", "#7b1e3a"
THINNEST_LINE = 0.6  # points; a sensor of 0.2 mm would vanish in 2 m


def draw_sensors(sensors: Sensors, axes: "Axes", shower: Float[np.ndarray, " slice"]) -> None:
    """Draw a layout on `axes`, beam from the left, lengths in mm; `shower` is the mean energy in each slice in GeV.

    Absent sensors are left out; one that is half there is half transparent.
    """
    middle, thickness, present = (np.asarray(a) for a in (sensors.middle, sensors.thickness, sensors.present))
    axes.axvspan(0, DEPTH / mm, color=STEEL, alpha=0.35, linewidth=0)
    thinnest = thickness.min() if thickness.size else 1.0
    for place, size, gate in zip(middle, thickness, present, strict=True):
        if gate > 1e-3:
            width = THINNEST_LINE * (size / thinnest) ** 0.5
            axes.axvline(place / mm, color=SILICON, linewidth=width, alpha=float(np.clip(gate, 0, 1)))
    depth = (np.arange(SLICES) + 0.5) * DEPTH / SLICES / mm
    right = axes.twinx()
    right.plot(depth, shower / (DEPTH / SLICES) * m, color=SHOWER, linewidth=1.2)
    right.set_ylabel("Mean energy, pions of 100 GeV (GeV/m)")
    right.set_ylim(bottom=0)
    axes.set_xlim(-0.01 * DEPTH, 1.01 * DEPTH)
    axes.set_yticks([])
    axes.set_xlabel("Depth in stainless steel (mm)")
    axes.set_title(f"{int(np.sum(present > 0.5))} sensors", fontsize="medium")
