"""How a thin sensor fluctuates about the energy that is left in the steel around it."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.units import MeV

THINNEST, THICKEST = 0.06, 1.5  # mm: range that was simulated


def grain(thickness: Float[Array, "..."]) -> Float[Array, "..."]:
    """PLACEHOLDER"""
    return 1.0 * MeV * (thickness / 0.2) ** -0.5
