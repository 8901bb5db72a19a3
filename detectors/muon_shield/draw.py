"""A muon shield from above and from the side: iron, the field in it, and some muons; where the hits come from."""

from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.detectors.muon_shield.magnets.field import leg_fields
from designopt.detectors.muon_shield.magnets.row import Magnets
from designopt.detectors.muon_shield.muons.hits import HALF_HEIGHT, HALF_WIDTH
from designopt.detectors.muon_shield.transport.shield import PLANE
from designopt.detectors.muon_shield.transport.tracks import tracks
from designopt.units import T, m

if TYPE_CHECKING:
    from matplotlib.axes import Axes

UP, DOWN, FULL = "#b2182b", "#2166ac", 2.0 * T
POSITIVE, NEGATIVE, HIT = "#d95f02", "#1b9e77", "#111111"
INK, GREY = "#222222", "#8a8a8a"
WINDOW = "#f1e8c9"
MUONS = 400
DEPTHS = np.linspace(0.0, 1.0, 13)


def draw_plan(magnets: Magnets, axes: "Axes", saturation: bool = True, seed: int = 0) -> None:
    """The shield from above at y = 0, with muons, and from the side below it; lengths in m.

    Red iron has its field upwards (out of the plan), blue downwards, pale where it is weak. Orange muons are positive,
    green negative; those that end within the sensitive plane at z = 82 m are black.
    """
    z, x, y, sample = tracks(magnets, jax.random.key(seed), MUONS, saturation)
    path = {name: np.asarray(values) / m for name, values in (("z", z), ("x", x), ("y", y))}
    charge = np.asarray(sample.charge)
    side = axes.inset_axes((0, -0.92, 1, 0.7))
    for view, across in ((axes, "x"), (side, "y")):
        _draw_iron(magnets, view, across, saturation)
        _draw_muons(path, charge, view, across)
        view.set_xlim(0, PLANE / m + 1)
        view.set_ylabel(f"{across} (m)")
        view.spines[["top", "right"]].set_visible(False)
    axes.set_ylim(-4.4, 4.4)
    side.set_ylim(-4.4, 4.4)
    axes.tick_params(axis="x", labelbottom=False)
    side.set_xlabel("z (m)")
    _legend(axes)


def _there(magnets: Magnets) -> ndarray:
    return np.flatnonzero(np.asarray(magnets.lengths) > 0)


def _draw_iron(magnets: Magnets, axes: "Axes", across: str, saturation: bool) -> None:
    """Blocks cut by the plane y = 0 (plan) or by the middle of the core (elevation), mirrored, and field arrows."""
    section = magnets.section(jnp.asarray(DEPTHS))
    fields = leg_fields(magnets, section, saturation)
    core, height, window, yoke, top, middle = (
        np.asarray(getattr(section, name)) / m for name in ("core", "height", "window", "yoke", "top", "middle")
    )
    z_in, lengths = np.asarray(magnets.z_in) / m, np.asarray(magnets.lengths) / m
    for k in _there(magnets):
        z = z_in[k] + DEPTHS * lengths[k]
        inner, outer = middle[:, k] + core[:, k], middle[:, k] + core[:, k] + window[:, k]
        in_core, in_side = float(np.mean(fields.core[:, k])), float(np.mean(fields.side[:, k]))
        parts: list[tuple[ndarray, ndarray, Any]]
        if across == "x":
            parts = [
                (middle[:, k], inner, _colour(in_core)),
                (inner, outer, WINDOW),
                (outer, outer + yoke[:, k], _colour(in_side)),
            ]
        else:
            parts = [(0 * z, height[:, k] + top[:, k] / 2, _colour(in_core))]
        for low, high, colour in parts:
            for sign in (1, -1):
                axes.fill_between(z, sign * low, sign * high, color=colour, lw=0.3, ec=GREY)
        centre = z_in[k] + lengths[k] / 2
        if across == "x":
            _field_mark(axes, centre, float(middle[6, k] + core[6, k] / 2), in_core)
            _field_mark(axes, centre, float(outer[6] + yoke[6, k] / 2), in_side)
        elif abs(in_core) > 0:
            reach = 0.7 * float(height[6, k] + top[6, k] / 2) * np.sign(in_core)
            arrow = {"arrowstyle": "-|>", "color": INK, "lw": 1.0, "mutation_scale": 8}
            axes.annotate("", (centre, reach), (centre, -reach), arrowprops=arrow)


def _colour(field: float) -> Any:
    """Red for upwards, blue for downwards, paler where weaker than 2 T."""
    from matplotlib.colors import to_rgb

    strength = 0.25 + 0.55 * min(abs(field) / FULL, 1.0) if field else 0.0
    full = np.array(to_rgb(UP if field > 0 else DOWN if field < 0 else GREY))
    return tuple(1 - strength * (1 - full)) if field else "#d0d0d0"


def _field_mark(axes: "Axes", z: float, x: float, field: float) -> None:
    """A field out of the paper is a dot in a circle, one into it a cross, on both sides of the beam."""
    if not field:
        return
    for place in (x, -x):
        axes.plot([z], [place], "o", ms=5, mfc="white", mec=INK, mew=0.6)
        axes.plot([z], [place], "." if field > 0 else "x", ms=2.5, color=INK, mew=0.7)


def _draw_muons(path: dict[str, ndarray], charge: ndarray, axes: "Axes", across: str) -> None:
    """Tracks, those that end in the sensitive plane on top."""
    hit = (np.abs(path["x"][-1]) < HALF_WIDTH / m) & (np.abs(path["y"][-1]) < HALF_HEIGHT / m)
    for colour, which, width, alpha in (
        (POSITIVE, (charge > 0) & ~hit, 0.4, 0.45),
        (NEGATIVE, (charge < 0) & ~hit, 0.4, 0.45),
        (HIT, hit, 0.7, 0.9),
    ):
        axes.plot(path["z"][:, which], path[across][:, which], color=colour, lw=width, alpha=alpha)
    half = (HALF_WIDTH if across == "x" else HALF_HEIGHT) / m
    axes.plot([PLANE / m] * 2, [-half, half], color=INK, lw=3, solid_capstyle="butt")


def _legend(axes: "Axes") -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles = [
        Patch(color=_colour(FULL), label="field up"),
        Patch(color=_colour(-FULL), label="field down"),
        Patch(color=WINDOW, label="coil window"),
        Line2D([], [], color=POSITIVE, lw=1, label="$\\mu^+$"),
        Line2D([], [], color=NEGATIVE, lw=1, label="$\\mu^-$"),
        Line2D([], [], color=HIT, lw=1, label="hit"),
    ]
    axes.legend(handles=handles, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncol=6, frameon=False, fontsize="small",
                handlelength=1.2, columnspacing=1.0)  # fmt: skip


def draw_origins(
    axes: "Axes",
    momentum: Float[ndarray, " muon"],
    place: Float[ndarray, " muon"],
    weight: Float[ndarray, " muon"],
    hit: Float[ndarray, " muon"],
) -> None:
    """Where the muons that survive come from: initial momentum (GeV) against q x at z = 82 m (mm).

    Every dot has the area of its weight; those on the sensitive plane are black. A muon should leave to q x < 0.

    Args:
        axes: of matplotlib.
        momentum: initial, GeV.
        place: q x at z = 82 m, mm.
        weight: muons of the spectrum for each.
        hit: 1 on the sensitive plane, else 0.
    """
    area = 2 + 40 * weight / max(float(np.max(weight, initial=0.0)), 1e-300)
    kept = hit > 0
    axes.scatter(momentum[~kept], place[~kept] / m, s=area[~kept], color=GREY, alpha=0.25, lw=0, label="beside it")
    axes.scatter(momentum[kept], place[kept] / m, s=area[kept], color=UP, alpha=0.6, lw=0, label="on the plane")
    axes.axhspan(-HALF_WIDTH / m, HALF_WIDTH / m, color=GREY, alpha=0.12, lw=0)
    axes.set_xscale("log")
    axes.set_xticks([10, 20, 50, 100, 200, 400], ["10", "20", "50", "100", "200", "400"])
    axes.minorticks_off()
    axes.set_xlabel("momentum behind the target (GeV)")
    axes.set_ylabel("q x at z = 82 m (m)")
    axes.legend(frameon=False, fontsize="small", loc="lower right")
