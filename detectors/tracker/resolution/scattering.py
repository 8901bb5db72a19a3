"""Multiple scattering: the variance of the angle a thin layer kicks a track by."""

import math

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.design.variables import Number
from designopt.units import MeV

SCALE = 13.6 * MeV
LOG = 0.038
FIXED = 0.01
"""Thickness in the logarithm while designs are compared: with that of each layer, cutting a layer would pay."""

THIN = 1e-3
"""x/X0 below which the formula was not fitted to a layer by itself (PDG: 1e-3 < x < 100)."""
MANY = 30
"""Thin layers from which on they are pieces of one material, as the rows of a gas are."""


def kick(
    thickness: Float[Array, "*shape"],
    momentum: Number,
    beta: Number = 1.0,
    logarithm: Number | Float[Array, "*shape"] | None = None,
) -> Float[Array, "*shape"]:
    r"""Variance in rad2 of the projected angle of a unit charge: $\theta_0^2$ with

    $\theta_0 = \frac{13.6\,\mathrm{MeV}}{\beta p}\sqrt{x}\,[1 + 0.038\ln(l)]$, x in radiation lengths along the track.

    `logarithm` is the thickness l: a number for all layers (`FIXED` while optimising: then the sum over layers does not
    depend on how the material is cut), or None for each layer's own, as published resolution tools do. Good to 11 %
    for 1e-3 < x < 100. PDG, Passage of Particles Through Matter. Where l makes the bracket negative it counts as 0.

    Args:
        thickness: x, radiation lengths.
        momentum: p, GeV.
        beta: velocity over that of light.
        logarithm: l, radiation lengths.
    """
    there = thickness > 0
    inside = jnp.where(there, thickness, 1.0) if logarithm is None else jnp.asarray(logarithm)
    bracket = jnp.maximum(1.0 + LOG * jnp.log(inside), 0.0)
    return jnp.where(there, thickness, 0.0) * (SCALE / (beta * momentum) * bracket) ** 2


def velocity(momentum: Number, mass: Number) -> Number:
    """Velocity over that of light of a particle of this momentum and mass (GeV); mass 0 gives 1."""
    return momentum / jnp.sqrt(momentum**2 + mass**2)


def finely_cut(material: Float[np.ndarray, " surface"]) -> bool:
    """Whether so many surfaces are so thin (x/X0) that their own logarithms say little: `MANY` below `THIN`.

    Args:
        material: x/X0 of every surface.
    """
    return int(np.sum((material > 0) & (material < THIN))) >= MANY


def understated(material: Float[np.ndarray, " surface"]) -> float:
    r"""Part of the angle that the thin layers together lose when each has its own thickness in the logarithm:

    $1 - \sqrt{\sum_i x_i(1 + 0.038\ln x_i)^2 / X(1 + 0.038\ln X)^2}$ with $X = \sum_i x_i$ over those below `THIN`.

    Args:
        material: x/X0 of every surface.

    Returns a share, 0 to 1.
    """
    thin = material[(material > 0) & (material < THIN)]
    total = float(np.sum(thin))
    own = float(np.sum(thin * np.maximum(1 + LOG * np.log(thin), 0.0) ** 2))
    return 1 - math.sqrt(own / total) / (1 + LOG * math.log(total))
