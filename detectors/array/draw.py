"""An array from above: its units, the hub, the ground that is paid for, and where cores fall."""

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float
from numpy import ndarray

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HUB, GROUND = "#c0392b", "#d9dde1"


def draw_array(
    x: Float[ndarray, " unit"], y: Float[ndarray, " unit"], present: Float[ndarray, " unit"], reach: float, axes: "Axes"
) -> None:
    """Draw units on `axes`, to scale in m, fainter where there in part, their lines to the hub, and the disc of cores.

    Args:
        x: m.
        y: m.
        present: 0 to 1.
        reach: radius of the disc, m.
    """
    from matplotlib.patches import Circle

    axes.add_patch(Circle((0.0, 0.0), reach, color=GROUND, lw=0, zorder=0))
    there = present > 1e-3
    x, y, present = x[there], y[there], present[there]
    if len(x):
        for i in range(len(x)):
            axes.plot([x[i], 0.0], [y[i], 0.0], color=HUB, lw=0.4, alpha=0.5 * present[i], zorder=1)
        colours = [(0.12, 0.47, 0.71, float(np.clip(part, 0.15, 1.0))) for part in present]
        axes.scatter(x, y, s=14, c=colours, zorder=2)
        axes.plot(0.0, 0.0, marker="s", ms=5, color=HUB, zorder=3)
    edge = 1.05 * max(reach, float(np.max(np.abs(np.concatenate([x, y])), initial=0.0)))
    axes.set_xlim(-edge, edge)
    axes.set_ylim(-edge, edge)
    axes.set_aspect("equal")
    axes.set_xlabel(f"x (m); {len(x)} units, grey: where cores fall")
    axes.set_ylabel("y (m)")
    axes.spines[["top", "right"]].set_visible(False)
