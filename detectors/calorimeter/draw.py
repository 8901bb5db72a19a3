"""A side view of a calorimeter: layers to scale, the cells of each, and the shower's profile over it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from jax.typing import ArrayLike
from jaxtyping import Float

from designopt.detectors.calorimeter.layers import Layers
from designopt.detectors.materials import NAMES
from designopt.units import mm

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Absorbers in greys and browns, sensors in saturated colours; any other material takes its colour from the last list.
COLOURS = {
    "W": "#5b6770",
    "W-alloy": "#6f7b84",
    "Pb": "#9aa3ab",
    "U": "#7d7f4f",
    "Fe": "#a98467",
    "SS": "#b79b84",
    "Cu": "#c77b4a",
    "brass": "#c9a24d",
    "Al": "#c9ced3",
    "G10": "#a7c4a0",
    "Si": "#1f77b4",
    "PS": "#2ca089",
    "PVT": "#2ca089",
    "LAr": "#7fb8d6",
    "LKr": "#6f9fd0",
    "PbWO4": "#8fb8de",
}
LABELS = {"PS": "scintillator", "G10": "board"}
OTHERS = ("#b5a7c7", "#d6c08d", "#c2b2a3", "#9fb7b5", "#d4a5a5")
PROFILE_COLOURS = ("#7b1e3a", "#c0392b", "#e67e22", "#f1b04c")
HALF_HEIGHT = 90 * mm  # transverse window of the side view
WIDEST = 6  # entries of a key in one line
THINNEST_LINE = 0.0035  # of the depth: thinner sensors are drawn this thick, or they would vanish
WHITE = (1.0, 1.0, 1.0, 1.0)

Colour = tuple[float, float, float, float]
Box = tuple[float, float, float, float]
"""Where it begins in depth, how thick it is, where it begins transversely, how high it is; mm."""
Piece = tuple[Box, Colour]


def draw_stack(
    layers: Layers,
    axes: "Axes",
    profiles: Mapping[str, Float[ArrayLike, " layer"] | Sequence[float]] | None = None,
    profile_label: str = "Energy (% per $X_0$)",
) -> None:
    """Draw a stack from the side on `axes`, beam from the left, lengths in mm.

    `profiles` gives one value a layer by label, drawn over the layers against the right-hand axis. The bars below
    are the pitch of each layer. Absent layers are left out; a layer that is half there is half transparent.

    Args:
        layers: the stack, from the front; thicknesses and pitches in mm.
        axes: of matplotlib.
        profiles: by label, shape (layer,) each.
        profile_label: what the right-hand axis says.
    """
    from matplotlib.colors import to_rgba

    absorber, active, pitch, present = (
        np.asarray(x, float) for x in (layers.absorber, layers.active, layers.pitch, layers.present)
    )
    there = np.flatnonzero(present > 1e-3)
    depth = float((absorber + active)[there].sum()) or 1 * mm
    palette = _palette(absorber, active)
    front, middles, fronts, backs = 0.0, [], [], []
    pieces: list[Piece] = []
    for i in map(int, there):
        fronts.append(front)
        alpha = float(np.clip(present[i], 0.15, 1.0))
        for m in map(int, np.flatnonzero(absorber[i] > 0)):
            pieces.append((_whole(front, absorber[i, m]), to_rgba(palette[m], alpha)))
            front += absorber[i, m]
        sensor = front
        for m in map(int, np.flatnonzero(active[i] > 0)):
            pieces += _cells(front, active[i, m], pitch[i], to_rgba(palette[m], alpha), depth)
            front += active[i, m]
        middles.append((sensor + front) / 2)
        backs.append(front)
    _draw_pieces(axes, pieces)
    axes.set_xlim(0, depth)
    axes.set_ylim(-HALF_HEIGHT, HALF_HEIGHT)
    axes.set_ylabel("Transverse (mm)")
    axes.spines[["top"]].set_visible(False)
    _draw_pitch(axes, np.array(fronts), np.array(backs), pitch[there], depth)
    handles = _swatches(palette)
    if profiles:
        handles += _draw_profiles(axes, np.array(middles), profiles, there, profile_label)
    columns = len(handles) if len(handles) <= WIDEST else (len(handles) + 1) // 2
    axes.legend(handles=handles, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncol=columns, frameon=False,
                fontsize="small", handlelength=1.2, columnspacing=1.2)  # fmt: skip


def _palette(absorber: np.ndarray, active: np.ndarray) -> dict[int, str]:
    """Colour of every material that occurs."""
    used = [int(m) for m in np.flatnonzero((absorber + active).sum(axis=0) > 0)]
    unnamed = [m for m in used if NAMES[m] not in COLOURS]
    return {m: COLOURS.get(NAMES[m]) or OTHERS[unnamed.index(m) % len(OTHERS)] for m in used}


def _whole(front: float, thickness: float) -> Box:
    """A plate from the bottom to the top of the window."""
    return front, thickness, -HALF_HEIGHT, 2 * HALF_HEIGHT


def _cells(front: float, thickness: float, pitch: float, colour: Colour, depth: float) -> list[Piece]:
    """One sensor as a column of cells with a gap between neighbours, a cell's middle on the beam."""
    width = max(thickness, THINNEST_LINE * depth)
    left = front + (thickness - width) / 2
    reach = int(np.ceil(HALF_HEIGHT / pitch))
    gap = min(0.12 * pitch, 1.2 * mm)
    bottoms = ((np.arange(-reach, reach + 1) - 0.5) * pitch).tolist()
    cells: list[Piece] = [((left, width, bottom + gap / 2, pitch - gap), colour) for bottom in bottoms]
    return [(_whole(left, width), WHITE), *cells]


def _draw_pieces(axes: "Axes", pieces: Sequence[Piece]) -> None:
    """All boxes in one collection: one patch each, a stack of many cells would take seconds."""
    from matplotlib.collections import PolyCollection

    x, width, y, height = np.array([box for box, _ in pieces]).reshape(-1, 4).T
    corners = np.stack([np.stack([x, x + width, x + width, x]), np.stack([y, y, y + height, y + height])]).T
    colours = [colour for _, colour in pieces]
    axes.add_collection(PolyCollection(list(corners), facecolors=colours, linewidths=0), autolim=False)


def _draw_pitch(axes: "Axes", fronts: np.ndarray, backs: np.ndarray, pitch: np.ndarray, depth: float) -> None:
    """Bars of the pitch under the side view, on the same depth axis."""
    below = axes.inset_axes((0, -0.32, 1, 0.22))
    below.bar(fronts, pitch, backs - fronts, align="edge", color="#c9ced3", edgecolor="white", lw=0.4)
    below.set_xlim(0, depth)
    below.set_ylim(0, 1.15 * float(pitch.max(initial=1.0)))
    below.set_ylabel("Pitch (mm)")
    below.set_xlabel("Depth (mm)")
    below.spines[["top", "right"]].set_visible(False)
    axes.tick_params(axis="x", labelbottom=False)


def _draw_profiles(
    axes: "Axes", middles: np.ndarray, profiles: Mapping[Any, Any], there: np.ndarray, label: str
) -> list[Any]:
    """Shower profiles against the right-hand axis, with a white edge so that they read over any material."""
    from matplotlib import patheffects

    right = axes.twinx()
    right.spines[["top"]].set_visible(False)
    lines = []
    for i, (name, values) in enumerate(profiles.items()):
        colour = PROFILE_COLOURS[i % len(PROFILE_COLOURS)]
        edge = [patheffects.Stroke(linewidth=3.6, foreground="white"), patheffects.Normal()]
        style: dict[str, Any] = dict(color=colour, lw=1.8, marker="o", ms=2.5, label=name, path_effects=edge)
        lines += right.plot(middles, np.asarray(values, float)[there], **style)
    right.set_ylim(bottom=0)
    right.set_ylabel(label)
    return lines


def _swatches(palette: Mapping[int, str]) -> list[Any]:
    from matplotlib.patches import Patch

    return [Patch(color=colour, label=LABELS.get(NAMES[m], NAMES[m])) for m, colour in palette.items()]
