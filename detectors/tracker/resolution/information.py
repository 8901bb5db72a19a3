"""The errors of a track from an information filter: from the last surface inwards hits add, kicks take away."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

SIZE = 5
PAIRS = [(i, j) for i in range(SIZE) for j in range(i, SIZE)]
LOST = 1e-14
"""A pivot that is so small beside its diagonal is rounding: the hits leave that direction open."""
OPEN = 1e12
"""Variance over that with all other parameters known, above which hits do not determine a parameter."""

Track = Float[Array, " track"]
Vector = dict[int, Track]
Symmetric = dict[tuple[int, int], Track]
"""Upper half of a small matrix, each entry an array over tracks: plain arithmetic, which compilers make fast."""


class Ways(NamedTuple):
    r"""Tracks at every surface, in the order of their path: arrays (surface, track).

    `path` s; `cosine`, `lever`, `bulge` are $\cos\omega s$, $\sin(\omega s)/\omega$ and $(1-\cos\omega s)/\omega^2$
    ($\omega$: curvature), the displacements for a unit of d0, phi and rho. `across`, `along` are $g/\sigma^2$ of the
    two hits (0 where nothing is measured), `kick` is the variance of the angle in the transverse plane.
    """

    path: Float[Array, "surface track"]
    cosine: Float[Array, "surface track"]
    lever: Float[Array, "surface track"]
    bulge: Float[Array, "surface track"]
    across: Float[Array, "surface track"]
    along: Float[Array, "surface track"]
    kick: Float[Array, "surface track"]


class Turns(NamedTuple):
    r"""What a polar kick does, by track: to the curvature $\omega\cos\theta$, to the slope $1/\sin\theta$."""

    curling: Track
    rising: Track


def _times(matrix: Symmetric, vector: Vector) -> Vector:
    none = jnp.zeros(())
    return {i: sum((matrix[min(i, j), max(i, j)] * v for j, v in vector.items()), none) for i in range(SIZE)}


def _measured(matrix: Symmetric, row: Vector, weight: Track) -> Symmetric:
    return {
        (i, j): value + weight * row[i] * row[j] if i in row and j in row else value for (i, j), value in matrix.items()
    }


def _kicked(matrix: Symmetric, kick: Vector, variance: Track) -> Symmetric:
    image = _times(matrix, kick)
    gain = variance / (1.0 + variance * sum(kick[i] * image[i] for i in kick))
    lost = {i: gain * values for i, values in image.items()}
    return {(i, j): value - lost[i] * image[j] for (i, j), value in matrix.items()}


def _known(ways: Ways, turns: Turns) -> Symmetric:
    """Information of all surfaces on the parameters at the beam line."""

    def inwards(matrix: Symmetric, way: Ways) -> tuple[Symmetric, None]:
        s, c, n, u = way.path, way.cosine, way.lever, way.bulge
        polar = {0: turns.curling * u, 1: -turns.curling * n, 2: turns.curling, 3: -turns.rising * s, 4: turns.rising}
        matrix = _measured(matrix, {0: c, 1: n, 2: u}, way.across)
        matrix = _measured(matrix, {3: jnp.ones_like(s), 4: s}, way.along)
        return _kicked(_kicked(matrix, {0: -n, 1: c}, way.kick), polar, way.kick), None

    nothing = {pair: jnp.zeros_like(turns.rising) for pair in PAIRS}
    return jax.lax.scan(inwards, nothing, ways, reverse=True)[0]


def _variances(matrix: Symmetric) -> list[Track]:
    """Diagonal of the inverse, by a Cholesky decomposition; not a number where a parameter is open."""
    low: dict[tuple[int, int], Track] = {}
    inverse: dict[tuple[int, int], Track] = {}
    for j in range(SIZE):
        pivot = matrix[j, j] - sum(low[j, k] ** 2 for k in range(j))
        low[j, j] = jnp.sqrt(jnp.maximum(pivot, LOST * matrix[j, j] + 1e-60))
        for i in range(j + 1, SIZE):
            low[i, j] = (matrix[j, i] - sum(low[i, k] * low[j, k] for k in range(j))) / low[j, j]
    for j in range(SIZE):
        inverse[j, j] = 1.0 / low[j, j]
        for i in range(j + 1, SIZE):
            inverse[i, j] = -sum(low[i, k] * inverse[k, j] for k in range(j, i)) / low[i, i]
    found = [sum(inverse[k, i] ** 2 for k in range(i, SIZE)) for i in range(SIZE)]
    return [jnp.where((value * matrix[i, i] < OPEN) & (value < 1e50), value, jnp.nan) for i, value in enumerate(found)]


def filtered_errors(ways: Ways, turns: Turns, prior: Float[Array, "5 track"]) -> Float[Array, "5 track"]:
    r"""Standard deviations of d0, phi, rho, z0 and cot(theta) of every track: square roots of the diagonal of
    $C = (A^T V^{-1} A)^{-1}$, the same as from the covariance V of all hits with correlated scattering.

    From outside in, $\Lambda \leftarrow \Lambda + hh^T/\sigma^2$ for a hit and $\Lambda \leftarrow
    (\Lambda^{-1} + q\,bb^T)^{-1} = \Lambda - \frac{q}{1 + q\,b^T\Lambda b}\Lambda b\,b^T\Lambda$
    for a kick of variance q that amounts to b at the beam line: work proportional to the number of surfaces, one
    inverse at the end. It is the information form of the Kalman filter (Fruehwirth, Nucl. Instr. Meth. A 262 (1987)
    444) in fixed parameters. `prior` holds standard deviations known beforehand, infinite without. Metres and 10 um
    keep the numbers near one. What the hits leave open is not a number.

    Args:
        ways: tracks at every surface, in the order of their path.
        turns: what a polar kick does, by track.
        prior: by parameter and track.
    """
    known = {(i, j): v + prior[i] ** -2 if i == j else v for (i, j), v in _known(ways, turns).items()}
    return jnp.sqrt(jnp.stack(_variances(known)))


@jax.custom_vjp
def in_order(values: Float[Array, "track surface"], order: Array) -> Float[Array, "track surface"]:
    """Every track's values in its own order; the slope is put back by the inverse order, without a scatter."""
    return jnp.take_along_axis(values, order, axis=1)


def _put_back(order: Array, slope: Array) -> tuple[Array, None]:
    return jnp.take_along_axis(slope, jnp.argsort(order, axis=1), axis=1), None


in_order.defvjp(lambda values, order: (in_order(values, order), order), _put_back)
