"""Layers of a few kinds: which kind each slot takes, how many kinds there are and how many read-out systems they need.

A design has sizes of so many kinds, a gate `present` for each slot and, where there is more than one kind, the weights
`kind` of each slot. Without a limit on the kinds every slot is one.
"""

from typing import Annotated

import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.design.declared import Range
from designopt.design.space import Design
from designopt.units import kCHF

SECOND_READOUT = 200 * kCHF
SecondReadout = Annotated[
    Annotated[float, Range(0.0, 1e6)] | None, "Price of every read-out system beyond the first, kCHF; 0 for none."
]
WHY_SECOND_READOUT = (
    "Silicon beside tiles needs two read-out systems: chips, boards, calibration and people for each",
    "{:g} kCHF for every system beyond the first",
    "assumed, 50-500 kCHF",
)
"""What is asked, how much of it, who says so."""
SECOND_READOUT_RANGE = (50.0 * kCHF, 500.0 * kCHF)


def membership(design: Design, size: str) -> Float[Array, "slot kind"]:
    """Weight of each kind in each slot; rows add to one.

    Args:
        design: values by name of variable.
        size: a variable that has one value a kind.

    Returns weights without unit, 0 to 1.
    """
    slots, kinds = design["present"].shape[0], design[size].shape[0]
    if "kind" in design:
        return design["kind"]
    return jnp.eye(slots) if kinds == slots else jnp.ones((slots, kinds))


def used(gated: Float[Array, "slot kind"]) -> Float[Array, " kind"]:
    r"""How much each kind is there: $1 - \prod_i (1 - g_i w_{ik})$, a whole number for a built design.

    It rises with every gate and knows nothing of sizes, so that the price of a kind keeps the cost monotone.

    Args:
        gated: weights of the kinds times the gate of each slot.

    Returns numbers without unit, 0 to 1.
    """
    return 1 - jnp.prod(1 - gated, axis=0)


def further_systems(present: Float[Array, " slot"], systems: Float[Array, "slot system"]) -> Float[Array, ""]:
    r"""Read-out systems beyond the first: $\sum_s[1-\prod_i(1-g_iw_{is})] - [1-\prod_i(1-g_i)]$.

    A whole number for a built design, never negative, and it rises with every gate.

    Args:
        present: gates, 0 to 1.
        systems: weight of each read-out system in each slot; rows add to one.

    Returns a number without unit.
    """
    return jnp.sum(used(present[:, None] * systems)) - used(present[:, None])[0]
