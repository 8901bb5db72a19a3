"""Where the units of a design stand, how far apart, and what ground they enclose."""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from numpy import ndarray

from designopt import Design
from designopt.units import m

DIRECTIONS = 64
SHARPNESS = 128
"""Power of the mean that stands for the farthest unit in a direction; grids come out up to 3 % too large."""


GOLDEN = np.pi * (3.0 - np.sqrt(5.0))


def homes(slots: int) -> Float[ndarray, "slot 2"]:
    """Where units stand that are not displaced, in units of the width: an even spiral over a disc of radius 0.5.

    Args:
        slots: how many there are.
    """
    rank = np.arange(slots)
    radius, angle = 0.5 * np.sqrt((rank + 0.5) / slots), GOLDEN * rank
    return radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def placed(design: Design) -> tuple[Float[Array, " slot"], Float[Array, " slot"], Float[Array, " slot"]]:
    """x, y in m and presence (0 to 1) of every slot: the width times its home and displacement.

    Args:
        design: `x`, `y` from -1 to 1 and `present` from 0 to 1, each (slot,); `width` in mm.
    """
    width, home = design["width"] / m, homes(design["x"].shape[0])
    return width * (home[:, 0] + design["x"]), width * (home[:, 1] + design["y"]), design["present"]


def trench(x: Float[Array, " unit"], y: Float[Array, " unit"], present: Float[Array, " unit"]) -> Float[Array, ""]:
    r"""Metres of trench and cable: every unit by a straight line to the hub in the middle, $\sum_u g_u|r_u|$.

    In proportion to the width. What one shared trench would need at least is `spanning_tree`.

    Args:
        x: from the hub, m.
        y: from the hub, m.
        present: 0 to 1.
    """
    return jnp.sum(present * jnp.sqrt(x**2 + y**2 + 1e-12))


def enclosed(x: Float[Array, " unit"], y: Float[Array, " unit"], present: Float[Array, " unit"]) -> Float[Array, ""]:
    r"""Area in m2 of a smooth hull, a polygon with sides at $h_k = (\sum_u (g_u r_un_k)_+^{128})^{1/128}$ from the hub.

    The $n_k$ are 64 directions. It is the convex hull of units and hub and up to 3 % more, changes smoothly with every
    unit, never falls as one is added, and is in proportion to the square of the width. Of a line of units,
    whose hull is empty, it is up to 2.5 % of the square of the length. The hull itself is `convex_hull`.

    Args:
        x: from the hub, m.
        y: from the hub, m.
        present: 0 to 1.
    """
    angle = 2.0 * np.pi * np.arange(DIRECTIONS) / DIRECTIONS
    outward = jnp.outer(jnp.cos(angle), x) + jnp.outer(jnp.sin(angle), y)
    reach = jnp.maximum(present * outward, 0.0)
    farthest = jax.lax.stop_gradient(jnp.max(reach, axis=1))  # each direction's own: no power of it vanishes
    scale = jnp.where(farthest > 0.0, farthest, 1.0)
    parts = jnp.where(farthest > 0.0, jnp.sum((reach / scale[:, None]) ** SHARPNESS, axis=1), 1.0)
    distance = jnp.where(farthest > 0.0, scale * parts ** (1.0 / SHARPNESS), 0.0)
    step = 2.0 * np.pi / DIRECTIONS
    side = (jnp.roll(distance, 1) + jnp.roll(distance, -1) - 2.0 * distance * np.cos(step)) / np.sin(step)
    return jnp.maximum(0.5 * jnp.sum(distance * side), 0.0)


def crowding(
    x: Float[Array, " unit"], y: Float[Array, " unit"], present: Float[Array, " unit"], spacing: float
) -> Float[Array, ""]:
    r"""How much units stand nearer than `spacing`: not positive where none does.

    With $v_{ij} = g_ig_j(2 - d_{ij}/s) - 1$, the sum of all that are positive; without any the largest.

    Args:
        x: m.
        y: m.
        present: 0 to 1.
        spacing: s, m.
    """
    distance = jnp.sqrt((x[:, None] - x) ** 2 + (y[:, None] - y) ** 2 + 1e-9)
    first, second = np.triu_indices(x.shape[0], 1)
    near = (present[:, None] * present * (2.0 - distance / spacing) - 1.0)[first, second]
    return jnp.sum(jnp.maximum(near, 0.0)) + jnp.minimum(jnp.max(near, initial=-1.0), 0.0)


def convex_hull(x: ndarray, y: ndarray) -> float:
    """Area of the convex hull of points, m2; 0 for points on a line.

    Args:
        x: m.
        y: m.
    """
    points = sorted(set(zip(x.tolist(), y.tolist(), strict=True)))

    def half(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
        kept: list[tuple[float, float]] = []
        for p in points:
            while len(kept) > 1 and _turn(kept[-2], kept[-1], p) <= 0:
                kept.pop()
            kept.append(p)
        return kept[:-1]

    around = half(points) + half(points[::-1])
    return 0.5 * abs(sum(a[0] * b[1] - a[1] * b[0] for a, b in zip(around, around[1:] + around[:1], strict=True)))


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def nearest(x: ndarray, y: ndarray) -> float:
    """Smallest distance of two units, m; infinite for one alone.

    Args:
        x: m.
        y: m.
    """
    from scipy.spatial import cKDTree

    if len(x) < 2:
        return float("inf")
    points = np.stack([x, y], axis=1)
    return float(np.min(cKDTree(points).query(points, k=2)[0][:, 1]))


def spanning_tree(x: ndarray, y: ndarray) -> float:
    """Length of the shortest trenches that join all units, m: what a shared trench would need at least.

    Args:
        x: m.
        y: m.
    """
    away, last, total = np.full(len(x), np.inf), 0, 0.0
    left = np.ones(len(x), bool)
    for _ in range(len(x) - 1):
        left[last] = False
        away = np.minimum(away, np.hypot(x - x[last], y - y[last]))
        last = int(np.argmin(np.where(left, away, np.inf)))
        total += float(away[last])
    return total
