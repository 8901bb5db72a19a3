"""Resolutions of a tracker at every momentum and angle that is asked for, on the side that the track goes to."""

import math
from collections.abc import Sequence
from functools import partial
from typing import Any, Literal

import jax
import jax.numpy as jnp
import numpy as np

from designopt.design.variables import Number
from designopt.detectors.tracker.approximations import CURLING, trajectory_notes, turning_angle
from designopt.detectors.tracker.description import Surface, layout_of, sides_of
from designopt.detectors.tracker.fields import MINUS
from designopt.detectors.tracker.layout.surfaces import Layout
from designopt.detectors.tracker.resolution.crossing import Tracks
from designopt.detectors.tracker.resolution.track_parameters import Resolution, resolution
from designopt.stored import StoredJit
from designopt.units import um

FLAT = 90.0  # degrees
GENTLE = 0.6  # rad: tracks that turn less are parabolas to some per mille


def on_both_sides(
    surfaces: Sequence[Surface],
    grid: Sequence[tuple[float, float]],
    field: float,
    mass: float,
    logarithm: float | Literal["total"] | None,
    shape: str,
) -> tuple[list[dict[str, Any]], list[str], str]:
    """The points of the grid, each on the side that its track goes to; notes on how tracks were traced, and how."""
    points: dict[tuple[float, float], dict[str, Any]] = {}
    notes, ways = [], set()
    sides = sides_of(surfaces)
    for side, there in sides.items():
        own = [point for point in grid if len(sides) == 1 or (point[1] > FLAT) == (side == MINUS)]
        if own:
            found, told, how = _points(there, own, field, mass, logarithm, shape)
            points |= dict(zip(own, found, strict=True))
            notes += told
            ways.add(how)
    return [dict(points[point]) for point in grid], notes, ways.pop() if len(ways) == 1 else "both"


def _points(
    surfaces: Sequence[Surface],
    grid: Sequence[tuple[float, float]],
    field: float,
    mass: float,
    logarithm: float | Literal["total"] | None,
    shape: str,
) -> tuple[list[dict[str, Any]], list[str], str]:
    """The points of the grid, notes on how tracks were traced, and how: "parabola", "helix" or "both"."""
    layout, tracks = _padded(layout_of(surfaces), grid)
    turns = np.asarray(turning_angle(layout, tracks, jnp.asarray(field)))[: len(grid)].tolist()

    def traced(parabola: bool) -> list[dict[str, Any]]:
        found = _resolutions(layout, tracks, field, mass, logarithm, parabola)
        return [_point(found, row, pt, theta) for row, (pt, theta) in enumerate(grid)]

    if shape == "helix":
        return traced(False), [], "helix"
    straight = traced(True)
    if max(turns) < GENTLE:
        return straight, [], "parabola"
    exact = traced(False)
    curls = [shape == "auto" and turn > CURLING for turn in turns]
    points = [e if curl else s for s, e, curl in zip(straight, exact, curls, strict=True)]
    how = "helix" if all(curls) else "both" if any(curls) else "parabola"
    return points, trajectory_notes(curls, turns, straight, exact), how


@partial(StoredJit, quickly=True)
def _fit(layout: Layout, tracks: Tracks, field: Number, mass: Number, logarithm: Any, parabola: bool) -> Resolution:
    return resolution(layout, tracks, field, mass, logarithm, parabola=parabola)


def _padded(layout: Layout, grid: Sequence[tuple[float, float]]) -> tuple[Layout, Tracks]:
    """Slots and tracks filled up to few sizes, so that layouts share compiled programs."""
    rows = [*grid, *[grid[-1]] * (-len(grid) % 16)]
    of_each = np.array([[pt for pt, _ in rows], [_cotangent(theta) for _, theta in rows], np.zeros(len(rows))])
    tracks = Tracks(*map(jax.device_put, of_each))
    return layout.in_common_sizes(), tracks


def _resolutions(
    layout: Layout,
    tracks: Tracks,
    field: float,
    mass: float,
    logarithm: float | Literal["total"] | None,
    parabola: bool,
) -> Resolution:
    number = jnp.asarray(logarithm) if isinstance(logarithm, float) else logarithm
    found = _fit(layout, tracks, jnp.asarray(field), jnp.asarray(mass), number, parabola)
    return jax.tree.map(np.asarray, found)


def _cotangent(degrees: float) -> float:
    return 0.0 if degrees == 90.0 else 1.0 / math.tan(math.radians(degrees))


def _point(found: Resolution, row: int, pt: float, theta: float) -> dict[str, Any]:
    plane, longitudinal = found.hits_rphi[row] >= 3, found.hits_along[row] >= 2

    def value(name: str, enough: Any, unit: float = 1.0) -> float | None:
        number = float(getattr(found, name)[row]) / unit
        return number if enough and math.isfinite(number) else None

    return {
        "pt_gev": pt,
        "theta_deg": theta,
        "sigma_pt_over_pt": value("pt", plane),
        "sigma_d0_um": value("d0", plane, um),
        "sigma_z0_um": value("z0", longitudinal, um),
        "sigma_phi_rad": value("phi", plane),
        "sigma_cot_theta": value("cot", longitudinal),
        "hits": round(float(found.hits[row])),
        "x_over_x0": float(found.material[row]),
    }
