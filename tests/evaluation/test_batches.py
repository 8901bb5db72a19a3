"""Batches in chunks: the numbers of a design do not depend on the batch, and one program serves them all."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from designopt.benchmarks.problems import mixed_shelf
from designopt.evaluation import simulator
from designopt.evaluation.programs import batches
from designopt.evaluation.programs.batches import CAPACITY, chunk_for, in_chunks
from designopt.evaluation.programs.one_design import with_slopes
from designopt.evaluation.programs.working_set import working_set
from designopt.evaluation.simulator import compiled
from designopt.programs import drop_programs
from designopt.records.trial import Needs

SHELF = mixed_shelf()


@pytest.fixture
def tiny_cache(monkeypatch):
    """A processor whose second cache holds not even one design."""
    drop_programs()
    monkeypatch.setattr(batches, "second_cache", lambda: 1)
    yield
    drop_programs()


def points(count):
    return np.random.default_rng(4).random((count, SHELF.size))


def test_batches_of_every_size_give_the_numbers_of_one_design_to_the_bit_by_one_program(tiny_cache, monkeypatch):
    made = []
    make = simulator.in_chunks
    monkeypatch.setattr(simulator, "in_chunks", lambda one, chunk: made.append(chunk) or make(one, chunk))
    many = points(2 * CAPACITY + 3)
    whole = compiled(SHELF, Needs.SCORE, len(many))(many, 1.0)
    for rows in (slice(0, 1), slice(5, 8), slice(CAPACITY - 1, CAPACITY + 2), slice(len(many) - 1, len(many))):
        part = compiled(SHELF, Needs.SCORE, len(many[rows]))(many[rows], 1.0)
        for found, wanted in zip(jax.tree.leaves(part), jax.tree.leaves(whole), strict=True):
            np.testing.assert_array_equal(found, wanted[rows])
    assert made == [1]


def test_designs_one_after_the_other_and_side_by_side_agree(tiny_cache, monkeypatch):
    one_by_one = compiled(SHELF, Needs.GRADIENT, 5)(points(5), 2.0)
    drop_programs()
    monkeypatch.setattr(batches, "second_cache", lambda: 1 << 40)
    together = compiled(SHELF, Needs.GRADIENT, 5)(points(5), 2.0)
    assert together["loss"].shape == (5,)
    for found, wanted in zip(jax.tree.leaves(one_by_one), jax.tree.leaves(together), strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("chunk", [1, 2, 3])
def test_rows_that_do_not_count_are_not_computed(chunk):
    batch = in_chunks(lambda u, shift, key: {"sum": jnp.sum(u) + shift}, chunk)
    found = jax.jit(batch)(jnp.ones((6, 2)), 4, 1.0, None)["sum"]
    assert found[:4].tolist() == [3.0] * 4
    assert found[-1] == (0.0 if chunk < 3 else 3.0)


def test_what_fills_half_of_the_cache_goes_one_by_one_and_the_rest_together(monkeypatch):
    monkeypatch.setattr(batches, "second_cache", lambda: 1000)
    assert chunk_for(64, 500) == 64
    assert chunk_for(64, 501) == 1


def test_an_accelerator_takes_all_or_what_half_of_its_memory_holds(monkeypatch):
    class Device:
        platform = "gpu"

        def memory_stats(self):
            return {"bytes_limit": 1000}

    monkeypatch.setattr(batches.jax, "local_devices", lambda: [Device()])
    assert chunk_for(5, 100) == 5
    assert chunk_for(64, 10) == 32
    assert chunk_for(64, 10_000) == 1
    monkeypatch.setattr(Device, "memory_stats", lambda self: None)
    assert chunk_for(64, 10_000) == 64


def test_a_working_set_counts_what_is_kept_and_depends_on_the_design():
    shared = np.ones((100, 100))

    def function(u, other):
        grown = jnp.outer(u, u)  # 80,000 bytes, kept to the end
        return jnp.sum(grown * (jnp.sin(shared * other) @ shared)) + jnp.sum(grown**2)

    u = jax.ShapeDtypeStruct((100,), float)
    program = jax.jit(function).trace(u, jax.ShapeDtypeStruct((), float)).jaxpr
    bytes_of_one = working_set(program, [True, False])
    assert 160_000 <= bytes_of_one <= 250_000
    assert working_set(program, [False, True]) > 0
    assert working_set(program, [False, False]) == 0


def test_one_pass_through_the_map_gives_the_slopes_of_the_loss_and_of_every_limit():
    sharpness = jnp.asarray(2.0)

    def loss(u):
        return SHELF.loss(SHELF.decode(u, sharpness))

    def limits(u):
        return SHELF.constraints(SHELF.decode(u, sharpness))

    together = jax.jit(lambda u: (with_slopes(SHELF, u, sharpness, None)[0], jax.grad(loss)(u), jax.jacrev(limits)(u)))
    for u in points(3):
        found, slope, rows = together(u)
        np.testing.assert_allclose(found["gradient"], slope, rtol=1e-8, atol=1e-10)
        for name, row in rows.items():
            np.testing.assert_allclose(found["jacobian"][name], row, rtol=1e-8, atol=1e-10)
