"""Kinds and read-out systems are counted exactly where a design is built, and rise with every gate where it is not."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from designopt.detectors.few_kinds import further_systems, membership, used


@pytest.mark.parametrize("seed", range(5))
def test_built_designs_have_whole_numbers(seed):
    random = np.random.default_rng(seed)
    present, chosen = random.integers(0, 2, 12), random.integers(0, 3, 12)
    weights = jnp.asarray(np.eye(3)[chosen])
    there = set(chosen[present > 0].tolist())
    gates = jnp.asarray(present, float)
    assert used(gates[:, None] * weights).tolist() == [float(kind in there) for kind in range(3)]
    assert float(further_systems(gates, weights)) == max(0, len(there) - 1)


def test_further_systems_rise_with_gates_and_are_never_negative():
    random = np.random.default_rng(1)
    for _ in range(50):
        gates, weights = jnp.asarray(random.random(6)), jnp.asarray(random.dirichlet([0.3, 0.3, 0.3], 6))
        assert float(further_systems(gates, weights)) >= -1e-12
        assert float(jnp.min(jax.grad(further_systems)(gates, weights))) >= -1e-12


def test_without_choices_every_slot_is_a_kind_or_all_are_one():
    present = jnp.ones(3)
    assert np.array_equal(membership({"present": present, "size": jnp.ones(3)}, "size"), np.eye(3))
    assert np.array_equal(membership({"present": present, "size": jnp.ones(1)}, "size"), np.ones((3, 1)))
