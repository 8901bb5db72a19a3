"""Layouts made by hand: grids of hexagons, triangles and squares, a core with a ring, and rings, for the same money."""

from collections.abc import Callable, Mapping

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float
from numpy import ndarray

import designopt as do
from designopt.detectors.array.cost import Prices, bill
from designopt.detectors.array.layout import homes
from designopt.units import m

Points = Float[ndarray, "unit 2"]
FAR = 12
"""Cells of a grid on each side of its middle: more than anybody's slots fill."""


def triangles(count: int) -> Points:
    """Places of a grid of triangles, step 1: the `count` nearest the middle one (7, 19, 37, 61, 91 fill a hexagon).

    Args:
        count: how many.

    Returns places in units of the step.
    """
    return _nearest(_grid(np.array([[1.0, 0.0], [0.5, np.sqrt(0.75)]])), count)


def hexagons(count: int) -> Points:
    """Corners of a grid of hexagons, side 1, around the middle of one: the `count` nearest (6, 24, 54 are whole).

    Args:
        count: how many.

    Returns places in units of the side.
    """
    middles = _grid(np.array([[np.sqrt(3.0), 0.0], [np.sqrt(0.75), 1.5]]))
    up = np.array([0.0, 1.0])
    corners = np.concatenate([middles + up, middles - up])
    return _nearest(corners, count)


def squares(count: int) -> Points:
    """Places of a square grid, step 1, around the middle of a square or a place of it, as fills better.

    Args:
        count: how many.

    Returns places in units of the step.
    """
    side = np.ceil(np.sqrt(count))
    grid = _grid(np.eye(2)) + (0.5 if side % 2 == 0 else 0.0)
    order = np.lexsort((np.hypot(*grid.T), np.round(np.max(np.abs(grid), axis=1), 6)))
    return grid[order[:count]]


def rings(count: int) -> Points:
    """One unit in the middle and rings of 6, 12, 18, ... evenly spaced around it, the last one with what is left.

    Args:
        count: how many.

    Returns places in units of the distance between rings.
    """
    found, ring = [np.zeros((1, 2))], 1
    while (left := count - sum(map(len, found))) > 0:
        found.append(circle(min(6 * ring, left), float(ring)))
        ring += 1
    return np.concatenate(found)


def wide_rings(count: int) -> Points:
    """One unit in the middle, of the others one in eight, one in four and the rest on three rings.

    The outermost ring is fullest: shares and radii are the best of a climb (`studies/array_by_hand.py`).

    Args:
        count: how many.

    Returns places in units of the outermost radius.
    """
    inner, middle = round((count - 1) * 5 / 41), round((count - 1) * 10 / 41)
    outer = count - 1 - inner - middle
    return np.concatenate([np.zeros((1, 2)), circle(inner, 0.3), circle(middle, 0.62), circle(outer, 1.0)])


def core_and_ring(count: int) -> Points:
    """Three units of five in a dense grid of triangles, the others on one ring two and a half times as wide.

    Args:
        count: how many.

    Returns places in units of the step of the core.
    """
    core = triangles(max(1, round(0.6 * count)))
    edge = 2.5 * max(1.0, float(np.max(np.hypot(*core.T))))
    return np.concatenate([core, circle(count - len(core), edge)])


HANDMADE: Mapping[str, tuple[Callable[[int], Points], float]] = {
    "uniform hexagons": (hexagons, 0.40),
    "uniform triangles": (triangles, 0.35),
    "uniform squares": (squares, 0.40),
    "rings": (rings, 0.35),
    "wide rings": (wide_rings, 0.40),
    "core and ring": (core_and_ring, 0.45),
}
"""Layouts by name, each with the share of the money that goes into its units; the rest pays for its width. The shares
are the best ones, to 0.05, at the default budget: each layout is as good as it can be made by hand."""


def references(slots: int, budget: float, prices: Prices, widths: tuple[float, float]) -> dict[str, do.Design]:
    """Every layout made by hand as a design that costs the budget (kCHF): so many units, as far apart as can be paid.

    Args:
        slots: the most units.
        budget: kCHF.
        prices: kCHF for a unit, a metre and a square metre.
        widths: the smallest and the largest, mm.
    """
    found = {}
    for name, (layout, share) in HANDMADE.items():
        count = int(np.clip(round(share * budget / prices.unit), 1, slots))
        found[name] = filled(layout(count), slots, budget, prices, widths)
    return found


def filled(points: Points, slots: int, budget: float, prices: Prices, widths: tuple[float, float]) -> do.Design:
    """A layout as a design, as wide as the budget (kCHF) pays for; every unit takes the nearest slot.

    Args:
        points: places in any unit, one a unit.
        slots: the most units.
        budget: kCHF.
        prices: kCHF for a unit, a metre and a square metre.
        widths: the smallest and the largest, mm.
    """
    from scipy.optimize import linear_sum_assignment

    places = 0.5 * points / max(float(np.max(np.abs(points))), 1e-9)
    fixed, *growing = (
        float(item)
        for item in bill(prices, jnp.asarray(places[:, 0]), jnp.asarray(places[:, 1]), jnp.ones(len(points))).values()
    )
    line, ground = growing  # kCHF for a width of one metre: the one grows with it, the other with its square
    left = max(budget - fixed, 0.0)
    root = np.sqrt(line**2 + 4.0 * ground * left) + line
    width = float(np.clip(2.0 * left / root * m if root > 0 else widths[1], *widths))
    home = homes(slots)
    away = np.sum((places[:, None] - home) ** 2, axis=2)
    unit, slot = linear_sum_assignment(away)
    moved, present = np.zeros((slots, 2)), np.zeros(slots)
    moved[slot], present[slot] = places[unit] - home[slot], 1.0
    x, y = jnp.asarray(moved.T)
    return {"x": x, "y": y, "width": jnp.asarray(width), "present": jnp.asarray(present)}


def _grid(steps: Float[ndarray, "2 2"]) -> Points:
    rows = np.arange(-FAR, FAR + 1)
    return np.stack(np.meshgrid(rows, rows), axis=-1).reshape(-1, 2) @ steps


def _nearest(points: Float[ndarray, "place 2"], count: int) -> Points:
    """The nearest by the distance across a hexagon, then by the straight one."""
    sides = np.deg2rad(np.arange(0.0, 360.0, 60.0) + 30.0)
    across = np.max(points @ np.stack([np.cos(sides), np.sin(sides)]), axis=1)
    order = np.lexsort((np.arctan2(points[:, 1], points[:, 0]), np.round(np.hypot(*points.T), 6), np.round(across, 6)))
    return points[order[:count]]


def circle(count: int, radius: float) -> Points:
    """Places evenly around the middle.

    Args:
        count: how many; may be 0.
        radius: of the circle; the places have its unit.
    """
    angle = 2.0 * np.pi * (np.arange(count) + 0.5) / max(count, 1)
    return radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)
