"""The showers that designs are scored with: photons spread evenly over energies, directions and places."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.detectors.array.showers.shower import Showers

ROOT = 1.1673039782614187
"""Positive root of $g^6 = g + 1$: the irrational steps $g^{-k}$ fill a cube of five dimensions evenly (M. Roberts,
The unreasonable effectiveness of quasirandom sequences, 2018)."""
STEPS = ROOT ** -np.arange(1.0, 6.0)


def photons(
    count: int, energies: tuple[float, float], zenith: float, reach: float, shift: Float[Array, " 5"] | float = 0.5
) -> Showers:
    r"""Photons by a quasi-random sequence: ln E even, directions even in $\sin^2\theta$, cores even in a disc.

    Even in $\sin^2\theta$ is what level ground sees of an even sky. A random `shift` of the sequence, modulo 1, makes
    other showers of the same kind.

    Args:
        count: how many.
        energies: the lowest and the highest, PeV.
        zenith: the largest angle, rad.
        reach: radius of the disc around the origin, m.
        shift: 0 to 1, in the five dimensions.
    """
    u = jnp.mod(jnp.arange(1.0, count + 1.0)[:, None] * STEPS + shift, 1.0)
    low, high = np.log(energies)
    radius, angle = reach * jnp.sqrt(u[:, 0]), 2.0 * np.pi * u[:, 1]
    return Showers(
        kind=jnp.zeros(count, int),
        energy=jnp.exp(low + (high - low) * u[:, 2]),
        zenith=jnp.arcsin(np.sin(zenith) * jnp.sqrt(u[:, 3])),
        azimuth=2.0 * np.pi * u[:, 4],
        x=radius * jnp.cos(angle),
        y=radius * jnp.sin(angle),
    )
