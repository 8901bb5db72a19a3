"""A quarter section of a tracker to scale, the material a track meets, and the errors beside the reference's."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from designopt.detectors.tracker.layout.assembly import Assembly
from designopt.detectors.tracker.layout.site import Site
from designopt.detectors.tracker.layout.technology import NAMES
from designopt.detectors.tracker.resolution.track_parameters import Resolution
from designopt.units import um

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = {"monolithic-pixel": "#0072B2", "hybrid-pixel": "#D55E00", "strip-pair": "#009E73"}
RAYS = (80, 60, 45, 30, 20, 10)  # degrees
CURVES = (("pt", 0.01, "$p_T$ (%)", "#0072B2"), ("d0", 10 * um, "$d_0$ (10 µm)", "#D55E00"),
          ("z0", 10 * um, "$z_0$ (10 µm)", "#009E73"))  # fmt: skip
MOMENTA = np.geomspace(1.0, 200.0, 25)
STEPS = 60

Measure = Callable[[np.ndarray, np.ndarray], Resolution]
"""Resolutions at pairs of a momentum (GeV) and a cot(theta)."""


def draw_tracker(
    built: Assembly, site: Site, cosine: float, axes: "Axes", own: Measure, expert: Measure | None = None
) -> None:
    """Draw a tracker on `axes`: sensors coloured by technology, lines of constant theta, the pipe.

    Below, left: x/X0 on the way out against theta. Right: errors against pT at 90 degrees and, dotted, at the last
    |cos(theta)|; thin grey lines are the `expert`'s at 90 degrees. A layer that is half there is half transparent.
    """
    _draw_section(built, site, axes)
    left, right = axes.inset_axes((0.0, -0.66, 0.36, 0.42)), axes.inset_axes((0.7, -0.66, 0.36, 0.42))
    angles = np.linspace(np.arccos(cosine), np.pi / 2, STEPS)
    steps = np.full(STEPS, 10.0), 1.0 / np.tan(angles)
    left.fill_between(np.degrees(angles), 100 * np.asarray(own(*steps).material), color="#9db8cc", lw=0)
    if expert is not None:
        left.plot(np.degrees(angles), 100 * np.asarray(expert(*steps).material), color="grey", lw=1, label="reference")
        left.legend(frameon=False, fontsize="small")
    left.set_xlabel("Polar angle (degrees)")
    left.set_ylabel("Material (% of $X_0$)")
    left.set_ylim(bottom=0)
    _draw_errors(right, own, expert, cosine)
    for panel in (left, right):
        panel.spines[["top", "right"]].set_visible(False)


def _draw_section(built: Assembly, site: Site, axes: "Axes") -> None:
    from matplotlib.lines import Line2D

    layout = built.layout
    barrels = layout.radius.size - 1
    share, gate = np.asarray(built.share), np.asarray(built.installed)
    used = []
    for slot in map(int, np.flatnonzero(gate > 1e-3)):
        name = NAMES[int(np.argmax(share[slot]))]
        used.append(name)
        style: dict[str, Any] = dict(
            color=COLOURS[name], lw=2.2, solid_capstyle="butt", alpha=float(np.clip(gate[slot], 0.15, 1.0))
        )
        if slot < barrels:
            radius = float(layout.radius[slot + 1])
            axes.plot([0, float(layout.half_length[slot + 1])], [radius, radius], **style)
        else:
            z = float(layout.z[slot - barrels])
            axes.plot([z, z], [float(layout.inner[slot - barrels]), float(layout.outer[slot - barrels])], **style)
    high, wide = 1.05 * site.radius, 1.05 * site.half_length
    axes.fill_between([0, wide], 0, site.pipe, color="#cccccc", lw=0)
    for theta in RAYS:
        slope = np.tan(np.radians(theta))
        end = min(wide, high / slope)
        axes.plot([0, end], [0, end * slope], color="#bbbbbb", lw=0.6, zorder=0)
        axes.annotate(f"{theta}°", (end, end * slope), fontsize="x-small", color="grey", ha="center", va="bottom")
    axes.set_xlim(0, wide)
    axes.set_ylim(0, high)
    axes.set_aspect("equal")
    axes.set_xlabel("z (mm)")
    axes.set_ylabel("Radius (mm)")
    axes.spines[["top", "right"]].set_visible(False)
    handles = [
        Line2D([], [], color=COLOURS[name], lw=2.2, label=name.replace("-", " ")) for name in dict.fromkeys(used)
    ]
    axes.legend(
        handles=handles, loc="lower center", bbox_to_anchor=(0.5, 1.03), ncol=3, frameon=False, fontsize="small"
    )


def _draw_errors(axes: "Axes", own: Measure, expert: Measure | None, cosine: float) -> None:
    from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

    straight = np.zeros_like(MOMENTA)
    slanted = straight + cosine / np.sqrt(1 - cosine**2)
    found: Mapping[str, Resolution] = {"-": own(MOMENTA, straight), ":": own(MOMENTA, slanted)}
    if expert is not None:
        reference = expert(MOMENTA, straight)
        for name, unit, _, _ in CURVES:
            axes.plot(MOMENTA, np.asarray(getattr(reference, name)) / unit, color="grey", lw=0.9)
    for style, result in found.items():
        for name, unit, label, colour in CURVES:
            values = np.asarray(getattr(result, name)) / unit
            axes.plot(MOMENTA, values, style, color=colour, lw=1.6, label=label if style == "-" else None)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(10, subs=(1.0, 2.0, 5.0)))
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel("$p_T$ (GeV)")
    axes.set_ylabel("Error")
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize="small", handlelength=1.2)
