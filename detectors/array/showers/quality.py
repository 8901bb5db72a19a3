"""From sums over units to what a physicist asks: trigger, resolutions, photons told from protons."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.detectors.array.showers.information import Tally

FEWEST = 50.0
"""Tanks that have to be hit. arXiv 2310.01857."""
START = 1e5
"""ns: how well the time at which a shower arrives is known before it is seen, which is not at all."""
PRIOR = np.array([2000.0, 2000.0, 1.0, 1.0, 2.0, START])
"""Standard deviations before anything is measured, of core (m), direction (rad), ln E and start (ns): an array of
millions of units would not notice; a shower that nobody sees has these errors instead of none."""
TINY = 1e-9


class Quality(eqx.Module):
    """What is known of each shower: shape (shower,).

    `trigger` probability; `angle` (rad), `energy` (log10) and `core` (m): standard deviations, of angle and core the
    root of both variances; `confused`: chance to take a photon for a proton, and the other way round.
    """

    trigger: Float[Array, " shower"]
    angle: Float[Array, " shower"]
    energy: Float[Array, " shower"]
    core: Float[Array, " shower"]
    confused: Float[Array, " shower"]


def quality(found: Tally, start: float | Float[Array, ""] = START) -> Quality:
    r"""Trigger and errors of every shower, finite whatever the array is.

    $P = P(\mathrm{Poisson}(S) \ge 50) = \gamma(50, S)/\Gamma(50)$ for S tanks hit. Errors from
    $(F + \mathrm{diag}(1/\sigma_0^2))^{-1}$ with weak priors $\sigma_0$ (`PRIOR`); the start time is fitted too.
    Photons and protons of one energy, told apart by a cut on the log-likelihood ratio of the muon counts, taken for
    Gaussian, where both are lost alike: $\Phi(-d/(\sigma_\gamma + \sigma_p))$.

    Args:
        found: sums over the units; core in m, angles in rad, start in ns.
        start: standard deviation of the start time before it is measured, ns.
    """
    x, y, zenith, azimuth, energy, _ = jnp.moveaxis(errors(found, start) ** 2, -1, 0)
    apart = found.distance / (jnp.sqrt(found.photon + TINY) + jnp.sqrt(found.proton + TINY))
    return Quality(
        trigger=jax.scipy.special.gammainc(FEWEST, found.tanks),
        angle=jnp.sqrt(zenith + azimuth),
        energy=jnp.sqrt(energy) / np.log(10.0),
        core=jnp.sqrt(x + y),
        confused=0.5 * jax.scipy.special.erfc(apart / np.sqrt(2.0)),
    )


def errors(found: Tally, start: float | Float[Array, ""] = START) -> Float[Array, "shower unknown"]:
    r"""Errors of `UNKNOWNS`, in m, rad, ns: $\sqrt{\mathrm{diag}\,(F + \mathrm{diag}(1/\sigma_0^2))^{-1}}$.

    Args:
        found: sums over the units.
        start: standard deviation of the start time before it is measured, ns.
    """
    scale = jnp.asarray([*PRIOR[:-1], start])
    covariance = jnp.linalg.inv(jnp.eye(len(scale)) + found.information * scale[:, None] * scale)
    return scale * jnp.sqrt(jnp.diagonal(covariance, axis1=-2, axis2=-1))
