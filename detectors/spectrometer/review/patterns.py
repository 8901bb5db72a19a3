r"""Tracks that lose a station: errors over hit patterns, and how much the loss of each station costs.

Measuring without station i is measuring with an unknown shift of its hit, so that the covariance grows by rank one:
$C_{(i)} = C + c_i c_i^T/P_{ii}$ with $c_i = CA^TV^{-1}e_i$ and $P = V^{-1} - V^{-1}ACA^TV^{-1}$. All losses come out
of one decomposition; nothing is fitted anew. The station's material stays.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import jax.scipy.linalg as jsl
from jaxtyping import Array, Float

from designopt.detectors.spectrometer.magnet import Magnet
from designopt.detectors.spectrometer.stations import OPEN, Stations
from designopt.detectors.tracker.resolution.covariance import _triangle, distances, errors, noise, weight
from designopt.detectors.tracker.resolution.scattering import kick
from designopt.units import m

FLOOR = 1e-12
"""Information that the loss of a station leaves at least, so that a loss which ends the measurement stays a number."""
SHARPNESS = 30.0
"""Of the smooth maximum: it lies above the largest loss, by ln(n)/30 at most where n are equal."""


class Patterns(NamedTuple):
    """Errors with every station, and logarithms of the factors by which they grow without each one.

    `whole` and `without` have the quantities momentum, slope and position: arrays (momentum,) and (momentum, station).
    """

    whole: dict[str, Float[Array, " momentum"]]
    without: dict[str, Float[Array, "momentum station"]]


def pattern_errors(
    stations: Stations,
    magnet: Magnet,
    momenta: Float[Array, " momentum"],
    vertex: float,
    log_thickness: float | None = None,
) -> Patterns:
    r"""Errors of the track at z = `vertex` as `track_errors` has them, and their growth without each station.

    $\ln(\sigma_{(i)}/\sigma) = \frac12\ln(1 + c_i^2/(C\,P_{ii}))$: 0 for a station that is not there, about 14 where
    its loss leaves nothing measured. A station that is there by the part g loses this part. Arguments as in
    `track_errors`. Checked against fits without the station.

    Args:
        stations: places in mm, errors of a hit in mm, thickness in X0, gates 0 to 1.
        magnet: bending power in T m, length in mm.
        momenta: GeV.
        vertex: mm.
        log_thickness: X0; None for each station's own.
    """
    z = (stations.z - vertex) / m
    design = jnp.stack([jnp.ones_like(z), z, magnet.bend(stations.z)], axis=1)
    weights, levers = weight(stations.present, stations.error / m), distances(z, z)

    def at(momentum: Float[Array, ""]) -> tuple[Array, Array]:
        kicks = kick(stations.present * stations.material, momentum, logarithm=log_thickness)
        # As `root_covariance`, whose triangular matrices serve both: the price of a gradient is theirs.
        lower = jnp.linalg.cholesky(noise(weights, levers, kicks))
        inverse = jsl.solve_triangular(lower, jnp.eye(z.size), lower=True)
        seen = inverse @ (weights[:, None] * design)
        upper = _triangle(jnp.concatenate([seen, jnp.eye(3) / OPEN]))
        root = jsl.solve_triangular(upper, jnp.eye(3), lower=False)
        rows = root.T @ (seen.T @ inverse)
        left = jnp.sum(inverse**2, axis=0) - jnp.sum(rows**2, axis=0)
        shift = (root @ rows) ** 2 / (jnp.maximum(left, 0.0) + FLOOR)
        whole = errors(root)
        return whole, 0.5 * jnp.log1p(shift / whole[:, None] ** 2)

    whole, lost = jax.vmap(at)(momenta)
    found = {"momentum": momenta * whole[:, 2], "slope": whole[:, 1], "position": whole[:, 0] * m}
    return Patterns(found, {"momentum": lost[:, 2], "slope": lost[:, 1], "position": lost[:, 0]})


def over_patterns(
    patterns: Patterns, present: Float[Array, " station"], efficiency: float
) -> dict[str, Float[Array, " momentum"]]:
    r"""Mean error over tracks that lose one station or none, where each gives its hit with probability `efficiency`.

    $\bar\sigma = \frac{\sigma + q\sum_i g_i\sigma_{(i)}}{1 + q\sum_i g_i}$ with $q = (1-\epsilon)/\epsilon$. Tracks
    that lose more are counted as lost, see `measured_share`.

    Args:
        patterns: errors with all stations and without each.
        present: g_i, 0 to 1.
        efficiency: $\epsilon$, 0 to 1.
    """
    odds = (1.0 - efficiency) / efficiency
    weights = odds * present
    return {
        name: value * (1.0 + jnp.exp(patterns.without[name]) @ weights) / (1.0 + jnp.sum(weights))
        for name, value in patterns.whole.items()
    }


def measured_share(present: Float[Array, " station"], efficiency: float) -> Float[Array, ""]:
    r"""Probability that a track loses one station at most: $\epsilon^n(1 + nq)$ with $n = \sum_i g_i$.

    Args:
        present: g_i, 0 to 1.
        efficiency: $\epsilon$, 0 to 1.

    Returns a probability.
    """
    count = jnp.sum(present)
    return efficiency**count * (1.0 + count * (1.0 - efficiency) / efficiency)


def largest_loss(
    lost: Float[Array, "momentum station"], present: Float[Array, " station"], sharpness: float = SHARPNESS
) -> Float[Array, ""]:
    r"""Smooth maximum of ln(sigma without / sigma): $\frac1k\ln\sum_{pi}g_i e^{k x_{pi}}$, at least the largest of
    stations that are there in full.

    Args:
        lost: x, logarithms without unit.
        present: g_i, 0 to 1.
        sharpness: k.
    """
    top = jax.lax.stop_gradient(jnp.max(lost))
    return top + jnp.log(jnp.sum(present * jnp.exp(sharpness * (lost - top))) + 1e-30) / sharpness
