"""Side limits: what is met counts nothing, and the augmented Lagrangian finds the constrained optimum."""

import jax
import jax.numpy as jnp
import pytest

from designopt.problem.constraints import augmented_lagrangian, total_violation, updated_multipliers


def test_only_what_is_over_a_limit_counts():
    assert total_violation({"depth": -0.5, "channels": 1e-12}) == 0.0
    assert total_violation({"depth": 0.25, "channels": 0.5, "length": -3.0}) == pytest.approx(0.75)


def test_the_augmented_lagrangian_meets_a_limit_without_a_steep_wall():
    """Minimise (x-2)^2 with x <= 1: x = 1, multiplier 2."""

    def lagrangian(x, multipliers):
        return (x - 2.0) ** 2 + augmented_lagrangian(jnp.asarray([x - 1.0]), multipliers, 4.0)

    descend = jax.jit(
        lambda x, multipliers: jax.lax.fori_loop(0, 40, lambda _, y: y - 0.1 * jax.grad(lagrangian)(y, multipliers), x)
    )
    x, multipliers = jnp.asarray(2.0), jnp.zeros(1)
    for _ in range(30):
        x = descend(x, multipliers)
        multipliers = updated_multipliers(jnp.asarray([x - 1.0]), multipliers, 4.0)
    assert float(x) == pytest.approx(1.0, abs=1e-6)
    assert float(multipliers[0]) == pytest.approx(2.0, abs=1e-5)


def test_a_limit_is_met_up_to_rounding_and_no_further():
    assert total_violation({"depth": 5e-10}) == 0.0
    assert total_violation({"depth": 1e-8, "channels": 1e-4}) == pytest.approx(1.0001e-4)
