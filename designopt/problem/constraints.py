"""Side limits: named numbers that are met when not positive, and what to do with them."""

from collections.abc import Mapping

import jax.numpy as jnp
from jaxtyping import Array, Float

import designopt.design  # noqa: F401  # gives JAX 64 bits

MET = 1e-9
"""A limit counts as met up to this rounding error."""


def total_violation(violations: Mapping[str, float]) -> float:
    """Sum of what is over the limits; 0 when every limit is met."""
    return float(sum(g for g in violations.values() if g > MET))


def augmented_lagrangian(
    limits: Float[Array, " limit"], multipliers: Float[Array, " limit"], weight: float
) -> Float[Array, ""]:
    r"""Penalty whose minimum, over a few rounds, meets limits $g \le 0$ exactly without a steep wall.

    $\sum_k \frac{\max(0, \lambda_k + \rho g_k)^2 - \lambda_k^2}{2\rho}$ with multipliers $\lambda \ge 0$ and weight
    $\rho > 0$. After each round $\lambda_k \leftarrow \max(0, \lambda_k + \rho g_k)$. Nocedal and Wright, Numerical
    Optimization, 2nd ed., section 17.4.
    """
    shifted = jnp.maximum(0.0, multipliers + weight * limits)
    return jnp.sum(shifted**2 - multipliers**2) / (2.0 * weight)


def updated_multipliers(
    limits: Float[Array, " limit"], multipliers: Float[Array, " limit"], weight: float
) -> Float[Array, " limit"]:
    """Multipliers for the next round of the augmented Lagrangian."""
    return jnp.maximum(0.0, multipliers + weight * limits)
