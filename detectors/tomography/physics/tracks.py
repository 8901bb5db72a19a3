"""Panels on one side of the ladle: which of them a muon hits, and how well a line through the hits is known."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.detectors.tomography.physics.ladle import MIDDLE

OPEN = 100.0
"""Standard deviations in m and rad of a line's place and slope before any hit: hits change nothing of them."""


class Panels(eqx.Module):
    """Panels on one side: middle, height and spans in m, and whether each is there (0..1). Any order."""

    x: Float[Array, " panel"]
    y: Float[Array, " panel"]
    z: Float[Array, " panel"]
    span_x: Float[Array, " panel"]
    span_y: Float[Array, " panel"]
    present: Float[Array, " panel"]


class Hits(eqx.Module):
    """How panels measure: error of a hit in m, its probability, and the width of the edge in m."""

    resolution: float
    efficiency: float
    edge: float


class Patterns(eqx.Module):
    r"""Every set of at least two panels that may be hit, by pattern and muon.

    `chance` is its probability; `slope` is the variance of the slope, `offset` that of the place in the middle plane
    of the volume, `both` their covariance: rad2, m2, m rad; the same in x and y.
    """

    chance: Float[Array, "pattern ray"]
    slope: Float[Array, "pattern ray"]
    both: Float[Array, "pattern ray"]
    offset: Float[Array, "pattern ray"]


def profile(
    panels: Panels, edge: float | Float[Array, ""], place: Float[Array, "ray 2"], slope: Float[Array, "ray 2"]
) -> Float[Array, "panel ray"]:
    r"""How much of its efficiency and precision a panel has where a muon crosses it: 1 inside, 0 far outside.

    $\prod_{x,y} S((h-d)/w)\,S((h+d)/w)$ with d the distance from the middle, h the half-span, S the logistic function:
    half at the edge, smooth everywhere.

    Args:
        panels: the panels, m.
        edge: w, m.
        place, slope: of the muons in the middle plane of the volume, m and rad.
    """
    found = jnp.ones((panels.z.size, place.shape[0]))
    for axis, (middle, span) in enumerate(((panels.x, panels.span_x), (panels.y, panels.span_y))):
        away = place[:, axis] + (panels.z - MIDDLE)[:, None] * slope[:, axis] - middle[:, None]
        half = 0.5 * span[:, None]
        found = found * jax.nn.sigmoid((half - away) / edge) * jax.nn.sigmoid((half + away) / edge)
    return found


def patterns(panels: Panels, hits: Hits, place: Float[Array, "ray 2"], slope: Float[Array, "ray 2"]) -> Patterns:
    r"""Probability and covariance of the straight line for every set of at least two hit panels.

    With weights $w_i = (g_i/\sigma)^2$, g the panel's profile: mean height $\bar z = \sum wz/\sum w$, variance of the
    slope $V = 1/\sum w(z-\bar z)^2$, of the place at z = 0 $1/\sum w + \bar z^2V$, covariance $-\bar zV$. Two panels dz
    apart: $\sqrt V = \sqrt2\,\sigma/dz$. Scattering in panels and air is left out.
    Time grows as two to the number of panels.

    Args:
        panels, hits: the panels on one side, and how they measure.
        place, slope: of the muons in the middle plane of the volume, m and rad.
    """
    count = panels.z.size
    every = np.array([[(k >> i) & 1 for i in range(count)] for k in range(2**count)], float)
    sets = jnp.asarray(every[every.sum(axis=1) >= 2])
    there = profile(panels, hits.edge, place, slope)
    hit = hits.efficiency * panels.present[:, None] * there
    chance = jnp.ones(())
    for i in range(count):  # its slope is cheaper than that of `prod`
        chance = chance * (sets[:, i, None] * (2.0 * hit[i] - 1.0) + (1.0 - hit[i]))
    weight = (there / hits.resolution) ** 2
    about = jnp.mean(panels.z)  # near the panels, so that little is lost in the difference below
    z = (panels.z - about)[:, None]
    total = sets @ weight + OPEN**-2
    mean = sets @ (weight * z) / total
    tilt = 1.0 / (sets @ (weight * z**2) - total * mean**2 + OPEN**-2)
    away = mean + about - MIDDLE
    return Patterns(chance, tilt, -away * tilt, 1.0 / total + away**2 * tilt)


def at_least_two(hit: Float[Array, "panel *shape"]) -> Float[Array, "*shape"]:
    r"""$1 - \prod(1-e_i) - \sum_i e_i\prod_{j\neq i}(1-e_j)$: the probability of two hits or more.

    Args:
        hit: e, the probability of each panel.
    """
    none, one = jnp.ones(hit.shape[1:]), jnp.zeros(hit.shape[1:])
    for each in hit:
        none, one = none * (1.0 - each), one * (1.0 - each) + none * each
    return 1.0 - none - one
