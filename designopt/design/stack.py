"""Stacks of variable length in arrays of fixed length: absent slots go last and change nothing."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.design.space import Design


def gated(values: Float[Array, "slot *rest"], present: Float[Array, " slot"]) -> Float[Array, "slot *rest"]:
    """Values of the slots times their presence gates: an absent slot contributes nothing."""
    return values * present.reshape(present.shape + (1,) * (values.ndim - 1))


def canonical(design: Design, present: str = "present") -> Design:
    """The same stack with its present slots first, in order, and every absent slot alike.

    Two designs that build the same stack have the same canonical form, so they can be compared and named.
    All series of the design must have the length of `present`; scalars are left alone.
    """
    gates = design[present]
    order = jnp.argsort(gates < 0.5, stable=True)
    kept = (gates[order] >= 0.5).astype(float)

    def sort(values: Array) -> Array:
        if values.ndim == 0 or values.shape[0] != gates.shape[0]:
            return values
        return gated(values[order], kept)

    return {name: kept if name == present else sort(values) for name, values in design.items()}
