"""How steep a gradient may be: steeper ones are shortened, since no step along them would stay in the cube."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.design.variables import Number

STEEPEST = 1e4
"""Largest slope along a coordinate, in units of the loss or of the limit (at least 1) per side of the cube.

Where a layout begins to measure at all, the logarithm of its error falls without bound: a slope of 1e23 that holds
over 1e-24 of a side. The loss of ordinary designs changes by some units over the whole side."""


def shortened(gradient: Float[Array, " coordinate"], loss: Number) -> Float[Array, " coordinate"]:
    r"""The gradient with its direction kept and no entry above $s = 10^4 \max(1, |L|)$: $g\,\min(1, s/\max_i|g_i|)$.

    Unchanged to the bit where all entries are within it; not finite stays not finite. Shape (coordinate,).

    Args:
        gradient: g, of the loss or of a side limit, per unit of the cube.
        loss: L, the loss or the limit at the point.
    """
    most = STEEPEST * jnp.maximum(1.0, jnp.abs(loss))
    largest = jnp.max(jnp.abs(gradient), initial=0.0)
    steep = largest > most
    return jnp.where(steep, gradient / jnp.where(steep, largest, 1.0) * most, gradient)
