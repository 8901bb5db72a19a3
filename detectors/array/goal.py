"""What an array is for: photons told from protons, their energy and their direction, in one number."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt import Response
from designopt.units import mrad

FRACTION = 0.05
"""Photons among all showers near a source, assumed: beside few photons a confused proton costs more."""
SHARP = 1.0 * mrad
"""Error of the direction at which a shower counts half, assumed: 0.06 degrees."""
EXACT = 0.05
"""Error of log10(E) at which a shower counts half, assumed: 12 %."""
LEAST = 1e-6
"""Share below which an array counts as blind: its logarithm stays finite."""
SHARES = ("photon_share", "energy_share", "pointing_share")


def shares(
    trigger: Float[Array, " shower"],
    angle: Float[Array, " shower"],
    energy: Float[Array, " shower"],
    confused: Float[Array, " shower"],
) -> dict[str, Float[Array, ""]]:
    r"""The part of all showers that a perfect array would need to know as much, 0 to 1, for each of three questions.

    Photon fraction f by counting, where a share $\epsilon$ of each kind is taken for the other: its error squared is
    $q(1-q)/(N(1-2\epsilon)^2)$ with $q = f(1-2\epsilon)+\epsilon$, so that a shower counts as
    $P\,(1-2\epsilon)^2 f(1-f)/(q(1-q))$. Energy and pointing: $P/(1+\sigma^2/\sigma_0^2)$. Means over showers. They
    are the squares of the utilities of arXiv 2310.01857 (fraction over its error, and so on), up to constants.

    Args:
        trigger: P.
        angle: rad.
        energy: of log10.
        confused: epsilon, 0 to 0.5.
    """
    told = 1.0 - 2.0 * confused
    found = FRACTION * told + confused
    photons = trigger * told**2 * FRACTION * (1 - FRACTION) / (found * (1 - found))
    return {
        "photon_share": jnp.mean(photons),
        "energy_share": jnp.mean(trigger / (1.0 + (energy / EXACT) ** 2)),
        "pointing_share": jnp.mean(trigger / (1.0 + (angle / SHARP) ** 2)),
    }


def objective(response: Response, weights: tuple[float, ...]) -> Float[Array, ""]:
    r"""$-\sum_k w_k\ln Q_k/\sum_k w_k$ of the three shares: 0.1 less is as good as 10 % more showers, or years.

    Args:
        response: with `SHARES`.
        weights: of photons, energy and pointing.
    """
    logs = jnp.stack([jnp.log(response[name] + LEAST) for name in SHARES])
    return -jnp.sum(jnp.asarray(weights) * logs) / sum(weights)
