"""A side view of panels and ladle, and the panels seen from above."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from designopt.detectors.tomography.physics.ladle import BOTTOM, FILL, HEIGHT, SIDE, TOP, WALL

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = ("#1f77b4", "#c0392b")  # above, below
IRON, STEEL, SLAG = "#7f8c8d", "#e8b07a", "#d9dde1"
THICK = 0.012  # m on paper


def draw_panels(sides: Sequence[Float[np.ndarray, "panel 6"]], axes: "Axes") -> None:
    """Draw panels in metres: x over z with the ladle filled by half, and x over y beside it.

    A panel that is there in part is as transparent.

    Args:
        sides: panels above and below: x, y, z, span_x, span_y in m, and presence.
        axes: to draw on.
    """
    from matplotlib.patches import Rectangle

    level = 0.5 * sum(FILL)
    for left, low, wide, high, colour in (
        (0, BOTTOM, SIDE, TOP - BOTTOM, IRON),
        (WALL, BOTTOM + WALL, SIDE - 2 * WALL, TOP - BOTTOM - WALL, "white"),
        (WALL, BOTTOM + WALL, SIDE - 2 * WALL, level - BOTTOM - WALL, STEEL),
        (WALL, level, SIDE - 2 * WALL, 0.1, SLAG),
    ):
        axes.add_patch(Rectangle((left, low), wide, high, color=colour, lw=0))
    axes.text(SIDE / 2, 0.5 * (BOTTOM + WALL + level), "steel", ha="center", va="center")
    plan = axes.inset_axes((1.3, 0.3, 0.5, 0.5))
    plan.add_patch(Rectangle((0, 0), SIDE, SIDE, fill=False, ec=IRON, lw=2))
    for side, colour in zip(sides, COLOURS, strict=True):
        for x, y, z, span_x, span_y, present in side[side[:, 5] > 1e-3]:
            alpha = float(np.clip(present, 0.15, 1.0))
            axes.add_patch(Rectangle((x - span_x / 2, z - THICK / 2), span_x, THICK, color=colour, alpha=alpha, lw=0))
            corner = (x - span_x / 2, y - span_y / 2)
            plan.add_patch(Rectangle(corner, span_x, span_y, fill=False, ec=colour, alpha=alpha))
    there = np.concatenate(sides)
    there = there[there[:, 5] > 1e-3]
    ends = np.abs(there[:, :2] - SIDE / 2) + there[:, 3:5] / 2
    reach = float(np.max(ends, initial=0.6 * SIDE))
    for one in (axes, plan):
        one.set_xlim(SIDE / 2 - 1.05 * reach, SIDE / 2 + 1.05 * reach)
        one.set_aspect("equal")
        one.set_xlabel("x (m)")
    heights = [0.0, HEIGHT, *there[:, 2].tolist()]
    axes.set_ylim(min(heights) - 0.05, max(heights) + 0.05)
    plan.set_ylim(plan.get_xlim())
    axes.set_ylabel("z (m)")
    plan.set_ylabel("y (m)")
    plan.set_title("from above;\nblue above, red below", fontsize="small")
    axes.spines[["top", "right"]].set_visible(False)
