"""A view of the strings from above, and one from the side."""

from typing import TYPE_CHECKING

import numpy as np

from designopt.detectors.neutrino_telescope.strings import Strings

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOUR, FAINT = "#1f77b4", "#c9d1d8"


def draw_strings(strings: Strings, radius: float, depths: tuple[float, float], axes: "Axes") -> None:
    """Draw strings from above on `axes`, to scale, and from the side on an inset to its right, in m.

    Depths are written to the right of the inset, where no label of the other view stands. A string that is there by
    half is half transparent. The cylinder in which events begin is grey.

    Args:
        strings: lengths in m.
        radius: of the cylinder of events, m.
        depths: its top and bottom, m below the surface.
        axes: of matplotlib.
    """
    from matplotlib.patches import Circle, Rectangle

    names = ("x", "y", "top_depth", "spacing", "modules", "present")
    x, y, top, spacing, modules, present = (np.asarray(getattr(strings, name), float) for name in names)
    axes.add_patch(Circle((0.0, 0.0), radius, fill=False, color=FAINT))
    side = axes.inset_axes((1.15, 0.0, 0.6, 1.0))
    side.add_patch(Rectangle((-radius, depths[0]), 2 * radius, depths[1] - depths[0], fill=False, color=FAINT))
    for i in np.flatnonzero(present > 1e-3):
        alpha = float(np.clip(present[i], 0.15, 1.0))
        axes.plot(x[i], y[i], "o", color=COLOUR, ms=6, alpha=alpha)
        axes.annotate(f"{modules[i]:.0f}", (x[i], y[i]), xytext=(4, 4), textcoords="offset points", fontsize="x-small")
        depth = top[i] + spacing[i] * np.arange(max(round(modules[i]), 1))
        side.plot(np.full_like(depth, x[i]), depth, ".-", color=COLOUR, ms=2, lw=0.4, alpha=alpha)
    axes.plot(0.0, 0.0, "+", color="#5b6770")
    reach = 1.05 * max(radius, float(np.max(np.abs(np.concatenate([x, y])), initial=0.0)))
    axes.set_xlim(-reach, reach)
    axes.set_ylim(-reach, reach)
    axes.set_aspect("equal")
    axes.set_xlabel("x (m)")
    axes.set_title("from above; modules", fontsize="small")
    axes.set_ylabel("y (m)")
    side.set_xlabel("x (m)")
    side.set_ylabel("depth (m)")
    side.invert_yaxis()
    side.set_title("from the side", fontsize="small")
    side.yaxis.tick_right()
    side.yaxis.set_label_position("right")
    for each, spines in ((axes, ["top", "right"]), (side, ["top", "left"])):
        each.spines[spines].set_visible(False)
        each.locator_params(axis="x", nbins=4)
