"""What the loss of any one surface's hit does to the errors of a track: one smoothing pass, no second fit."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.detectors.tracker.resolution.information import (
    LOST,
    SIZE,
    Track,
    Turns,
    Ways,
)

WATCHED = (0, 2, 3)
"""Parameters whose losses are told: d0, rho (pT), z0."""
ESSENTIAL = 1e-13
"""Part of its own variance that a hit's residual keeps at least: below it, rounding decides."""
SEEN = 1e-3
"""Part of the weightiest hit from which a hit counts as the last one of a track."""


Spread = Float[Array, "5 5 track"]
Cross = Float[Array, "3 5 track"]
Rows = Float[Array, "5 track"]


class _Step(NamedTuple):
    """One surface or all: what its kicks amount to at the beam line, the rows of its hits, their weights; the kick."""

    plane: Float[Array, "*surface 5 track"]
    polar: Float[Array, "*surface 5 track"]
    first: Float[Array, "*surface 5 track"]
    second: Float[Array, "*surface 5 track"]
    across: Float[Array, "*surface track"]
    along: Float[Array, "*surface track"]
    kick: Float[Array, "*surface track"]


class _Kick(NamedTuple):
    r"""What a kick did on the way in: $\Lambda b$ and $g = q/(1 + q\,b^T\Lambda b)$."""

    image: Float[Array, "5 track"]
    gain: Track


def errors_and_losses(
    ways: Ways, turns: Turns, prior: Float[Array, "5 track"]
) -> tuple[Float[Array, "5 track"], Float[Array, "3 surface track"]]:
    r"""Standard deviations of all parameters, and $\sigma_{without}^2/\sigma^2 - 1$ of d0, rho, z0 for each surface.

    `filtered_errors` with the surface's material left in its place and its hits taken away: a downdate of the
    information by the rows of its hits. On the way out the smoother (Rauch, Tung and Striebel, AIAA J. 3 (1965) 1445,
    in fixed parameters) carries $K$, the covariance of the track at a surface given all hits, and $G$, that with the
    parameters at the beam line. With the rows h of a surface's hits and their weights $w = g/\sigma^2$,
    $\sigma_{without}^2 = \sigma^2 + (Gh)(W^{-1} - h^TKh)^{-1}(Gh)^T$. Through a kick, going out,
    $G \leftarrow G(I - g\,\Lambda b\,b^T)$, and K from both sides, plus $g\,bb^T$. Exact; the work is proportional to
    the number of surfaces. A hit of no weight loses nothing. `prior` has to be finite.

    The last hit of a track is left out in a filter of its own: of a track that turns round on it, it keeps so little
    of its own variance that rounding would decide.

    Args:
        ways: tracks at every surface, in the order of their path.
        turns: what a polar kick does, by track.
        prior: by parameter and track.
    """
    steps, watched = _steps(ways, turns), np.asarray(WATCHED)
    start, kicks = _filtered(steps, prior)
    variance = _diagonal(start)
    order = jnp.arange(len(ways.path))[:, None]
    last = jnp.max(jnp.where(ways.across > SEEN * jnp.max(ways.across, axis=0), order, 0), axis=0)
    inside = (order < last).astype(variance.dtype)
    shorter = steps._replace(across=inside * steps.across, along=inside * steps.along, kick=inside * steps.kick)
    without_last = _diagonal(_filtered(shorter, prior)[0])[watched] - variance[watched]

    def outwards(state: tuple[Spread, Cross], entry: tuple[_Step, tuple[_Kick, _Kick]]) -> tuple[Any, Any]:
        step, (turned, tilted) = entry
        state = _through(*_through(*state, tilted, step.polar), turned, step.plane)
        return state, _lost(*state, step)

    _, lost = jax.lax.scan(outwards, (start, start[watched]), (steps, kicks))
    lost = jnp.where((order == last)[:, None], jnp.maximum(without_last, 0.0), lost)
    return jnp.sqrt(variance), jnp.swapaxes(lost / variance[watched], 0, 1)


def _filtered(steps: _Step, prior: Float[Array, "5 track"]) -> tuple[Spread, Any]:
    """The covariance at the beam line from all surfaces, and what their kicks did."""
    nothing = jnp.zeros((SIZE, SIZE, prior.shape[-1]))
    matrix, kicks = jax.lax.scan(_inwards, nothing, steps, reverse=True)
    return _inverse(matrix + jnp.eye(SIZE)[:, :, None] * prior**-2), kicks


def _diagonal(spread: Spread) -> Rows:
    return jnp.stack([spread[i, i] for i in range(SIZE)])


def _steps(ways: Ways, turns: Turns) -> _Step:
    """The vectors of all surfaces, as `information._known` has them."""
    none, one = jnp.zeros_like(ways.path), jnp.ones_like(ways.path)
    curling, rising = turns

    def vector(*entries: Array) -> Array:
        return jnp.stack(entries, axis=1)

    return _Step(
        plane=vector(-ways.lever, ways.cosine, none, none, none),
        polar=vector(curling * ways.bulge, -curling * ways.lever, curling * one, -rising * ways.path, rising * one),
        first=vector(ways.cosine, ways.lever, ways.bulge, none, none),
        second=vector(none, none, none, one, ways.path),
        across=ways.across,
        along=ways.along,
        kick=ways.kick,
    )


@jax.custom_vjp
def _inverse(matrix: Spread) -> Spread:
    r"""The inverse S of positive definite matrices by sweeps (Goodnight, Am. Stat. 33 (1979) 149), after scaling.

    Its slope is $-S\,dM\,S$: led back through the sweeps it took a compiler ten minutes and more.
    """
    scale = jnp.sqrt(jnp.stack([matrix[i, i] for i in range(SIZE)]))
    matrix = matrix / (scale[:, None] * scale)
    for k in range(SIZE):
        unit = jnp.asarray(np.arange(SIZE) == k)[:, None]
        pivot = jnp.maximum(matrix[k, k], LOST)
        column = jnp.where(unit, -1.0, matrix[k])
        rest = jnp.where(unit[:, None] | unit, 0.0, matrix)
        matrix = rest - column[:, None] * column / pivot
    return -matrix / (scale[:, None] * scale)


def _inverse_backward(inverse: Spread, slope: Spread) -> tuple[Spread]:
    return (-jnp.einsum("ij...,jk...,kl...->il...", inverse, slope, inverse),)


_inverse.defvjp(lambda matrix: (_inverse(matrix),) * 2, _inverse_backward)


def _inwards(matrix: Spread, step: _Step) -> tuple[Spread, tuple[_Kick, _Kick]]:
    """One surface nearer to the beam; what its two kicks did is kept."""
    matrix = (
        matrix + (step.across * step.first)[:, None] * step.first + (step.along * step.second)[:, None] * step.second
    )
    matrix, turned = _kicked(matrix, step.plane, step.kick)
    matrix, tilted = _kicked(matrix, step.polar, step.kick)
    return matrix, (turned, tilted)


def _kicked(matrix: Spread, b: Rows, variance: Track) -> tuple[Spread, _Kick]:
    image = jnp.sum(matrix * b, axis=1)
    gain = variance / (1.0 + variance * jnp.sum(b * image, axis=0))
    return matrix - (gain * image)[:, None] * image, _Kick(image, gain)


def _through(spread: Spread, cross: Cross, kick: _Kick, b: Rows) -> tuple[Spread, Cross]:
    """K and G on the outer side of a kick."""
    image, gain = kick
    side = gain * jnp.sum(spread * image, axis=1)
    both = gain * (jnp.sum(image * side, axis=0) + 1.0)
    found = spread - b[:, None] * (side - 0.5 * both * b) - (side - 0.5 * both * b)[:, None] * b
    return found, cross - (gain * jnp.sum(cross * image, axis=1))[:, None] * b


def _lost(spread: Spread, cross: Cross, step: _Step) -> Float[Array, "3 track"]:
    """How much the variance of each watched parameter grows without the two hits of a surface."""
    first, second = step.first, step.second
    one, two = jnp.sum(spread * first, axis=1), jnp.sum(spread * second, axis=1)
    a, c = step.across * jnp.sum(first * one, axis=0), step.along * jnp.sum(second * two, axis=0)
    b = jnp.sum(second * one, axis=0)
    u, v = jnp.sum(cross * first, axis=1), jnp.sum(cross * second, axis=1)
    # One hit after the other: sums of positive numbers, where the two at once would cancel.
    alone = step.across / jnp.maximum(1.0 - a, ESSENTIAL)
    rest = jnp.maximum(1.0 - c - step.along * alone * b**2, ESSENTIAL)
    return alone * u**2 + step.along * (v + alone * b * u) ** 2 / rest
