"""The fill height from the weighted mean z of points of closest approach: its expected squared error."""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.detectors.tomography.physics.ladle import BOTTOM, FILL, MIDDLE, TOP, Levels, Rays, inside_weight
from designopt.detectors.tomography.physics.tracks import Patterns

NOTHING = 1e-12
"""Added to the probability of a weighted muon: where no muon is seen, the error is that of knowing nothing."""

NODES = 5
PRIOR = (FILL[1] - FILL[0]) / 12**0.5
"""m: how well the fill height is known beforehand."""


class Side(NamedTuple):
    r"""Sums over the patterns of one side, with the weight $q = 1/(1 + V/\theta^2)$ once and twice, by muon.

    $\theta$ is the reference scattering: a line that is known worse than muons scatter counts less. Letters stand for
    the variance of the slope (v), the covariance (c) and the variance of the place (p).
    """

    seen: Float[Array, " ray"]
    once: Float[Array, "3 ray"]  # 1, v, c
    offset: Float[Array, " ray"]  # p, once
    twice: Float[Array, "8 ray"]  # 1, v, c, p, vv, vc, vp, cc


def sums(found: Patterns, reference: float) -> Side:
    """Sums over patterns.

    Args:
        found: the patterns of one side.
        reference: variance of the reference scattering, rad2.
    """
    v, c, p = found.slope, found.both, found.offset
    q = 1.0 / (1.0 + v / reference)
    once, twice = found.chance * q, found.chance * q**2
    parts = [found.chance, once, once * v, once * c, once * p]
    parts += [twice, *(twice * part for part in (v, c, p, v * v, v * c, v * p, c * c))]
    added = jnp.sum(jnp.stack(parts), axis=1)
    return Side(added[0], added[1:4], added[4], added[5:])


def together(a: Side, b: Side) -> Side:
    """The sums of both sides: weights and chances are multiplied, variances added.

    Args:
        a, b: sums above and below.
    """
    once = [a.once[0] * b.once[0], *(a.once[k] * b.once[0] + a.once[0] * b.once[k] for k in (1, 2))]
    x, y = a.twice, b.twice
    first = [x[k] * y[0] + x[0] * y[k] for k in range(1, 8)]
    cross = [jnp.zeros_like(x[0])] * 3
    cross += [2 * x[1] * y[1], x[1] * y[2] + x[2] * y[1], x[1] * y[3] + x[3] * y[1], 2 * x[2] * y[2]]
    twice = [x[0] * y[0], *(one + two for one, two in zip(first, cross, strict=True))]
    offset = a.offset * b.once[0] + a.once[0] * b.offset
    return Side(a.seen * b.seen, jnp.stack(once), offset, jnp.stack(twice))


class Estimate(NamedTuple):
    """What the estimator gives by level: mean of H and its variance (m, m2), and what is left of the fill's (m2)."""

    mean: Float[Array, " level"]
    variance: Float[Array, " level"]
    squared_error: Float[Array, ""]


def fill_height(
    seen: Side,
    scattering: Float[np.ndarray, "3 level ray"],
    muons: Rays,
    levels: Levels,
    number: float | Float[Array, ""],
    degree: int,
) -> Estimate:
    r"""Expected squared error of the fill height, after the bias is taken out by a calibration curve.

    Two lines part by $d(z) = D + \delta z$; they come closest at $z = -D\cdot\delta/\delta\cdot\delta$, measured
    across the track. With weights $w\,\delta\cdot\delta$ ($1/\sigma_z^2$ up to the part w, of side and pattern)
    the mean is $H = \sum -w D\cdot\delta / \sum w\,\delta\cdot\delta$: no muon dominates. D and $\delta$ are normal.
    Scattering gives $\langle\delta^2\rangle = S_0$, $\langle D\delta\rangle = -S_1$, $\langle D^2\rangle = S_2$ on both
    axes across the track, hits add V, C, P (times $\cos^2\theta$ along the slope). Then by level
    $\langle H\rangle = \langle w(S_1 - C)\rangle/\langle w(S_0+V)\rangle$, and $N\,\mathrm{var}H =
    \langle w^2[\sum_i(\rho_i^2s_i + c_i^2) + (\sum_i c_i)^2]\rangle/\langle w\sum_i s_i\rangle^2$ with
    $R = D + H\delta$, $\rho^2 = \langle R^2\rangle$, $c = \langle R\delta\rangle$, $s = \langle\delta^2\rangle$.
    A polynomial in H then gives the fill height (`left_of_fill`).

    Valid for so many muons that the ratio is nearly linear (a hundred or more are seen); small angles.

    Args:
        seen: sums over the patterns of both sides.
        scattering: S by level and muon, from `ladle.moments`.
        muons: where they go.
        levels: the fill heights.
        number: N, muons that cross the square metre of the volume while one ladle stands there.
        degree: of the calibration curve.
    """
    top, bottom = (muons.place + (z - MIDDLE) * muons.slope for z in (TOP, BOTTOM))
    weight = inside_weight(top, bottom)
    once, twice = muons.chance * weight, muons.chance * weight**2
    along = 1.0 / (1.0 + np.sum(muons.slope**2, axis=1))
    flat, square = 1.0 + along, 1.0 + along**2  # sums over both axes of what hits add, and of its square
    s0, s1, s2 = scattering
    q, v, c = seen.once
    below = (2 * once * s0) @ q + (once * flat) @ v
    above = (2 * once * s1) @ q - (once * flat) @ c
    floor = NOTHING * 2 * s0 @ once
    h = above / (below + floor)
    one, v, c, p, vv, vc, vp, cc = seen.twice
    tilted = twice * flat
    kicks = (twice * (2 * s0 * s2 + 6 * s1**2)) @ one
    kicks = kicks - 16 * h * ((twice * s0 * s1) @ one) + 8 * h**2 * ((twice * s0**2) @ one)
    mixed = (tilted * s0) @ p + 8 * h * ((tilted * s0) @ c) - 6 * ((tilted * s1) @ c)
    mixed = mixed + 8 * h**2 * ((tilted * s0) @ v) - 8 * h * ((tilted * s1) @ v) + (tilted * s2) @ v
    moved = cc + 2 * h[:, None] * vc + h[:, None] ** 2 * vv
    hits = (moved + vp + 2 * h[:, None] * vc + h[:, None] ** 2 * vv) @ (twice * square) + moved @ (twice * flat**2)
    variance = (kicks + mixed + hits + floor**2) / (number * (below + floor) ** 2)
    return Estimate(h, variance, left_of_fill(h, variance, levels, degree))


def left_of_fill(
    height: Float[Array, " level"], variance: Float[Array, " level"], levels: Levels, degree: int
) -> Float[Array, ""]:
    r"""Mean squared error in m2 of the best polynomial in H for the fill height, where H is normal at every level.

    $\langle f^2\rangle - b^T G^{-1} b$ with $G = \langle\phi\phi^T\rangle$, $b = \langle f\phi\rangle$ and
    $\phi$ the powers of H, over levels and five nodes of Gauss and Hermite: exact up to the fourth degree.

    Args:
        height, variance: mean and variance of H by level, m and m2.
        levels: fill heights and their shares.
        degree: of the polynomial; 1 is a straight line.
    """
    node, weight = np.polynomial.hermite_e.hermegauss(NODES)
    share = jnp.outer(jnp.asarray(levels.share), jnp.asarray(weight / weight.sum())).ravel()
    found = (height[:, None] + jnp.sqrt(variance)[:, None] * jnp.asarray(node)).ravel()
    fill = jnp.repeat(jnp.asarray(levels.fill - levels.share @ levels.fill), NODES)
    away = found - share @ found
    unit = away / jnp.sqrt(share @ away**2)
    basis = jnp.stack([unit**k for k in range(degree + 1)])
    tied = basis @ (share * fill)
    return share @ fill**2 - tied @ jnp.linalg.solve((share * basis) @ basis.T, tied)
