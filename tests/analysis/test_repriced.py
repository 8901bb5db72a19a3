"""Other prices: inert where nothing changes, the same as another budget where everything does, never over it."""

from dataclasses import replace

import jax
import numpy as np
import pytest

from designopt.analysis.repriced import cost_at, rebuilt_at
from designopt.benchmarks.problems import knapsack, square_root_law

PROBLEMS = [square_root_law(4), knapsack(5)]


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.name)
def test_scaled_prices(problem):
    build = jax.jit(lambda u, factors: rebuilt_at(problem, u, factors))
    built = jax.jit(problem.build)(np.random.default_rng(5).random(problem.size))
    (item,) = problem.detector.cost(built)
    u = problem.space.encode(built)
    (name,) = problem.space.slices

    np.testing.assert_allclose(build(u, {item: 1.0})[name], built[name], rtol=1e-9)
    smaller = replace(problem, budget=problem.budget / 1.25)
    wanted = jax.jit(lambda u: rebuilt_at(smaller, u, {item: 1.0}))(u)
    np.testing.assert_allclose(build(u, {item: 1.25})[name], wanted[name], rtol=1e-9)
    assert np.any(np.asarray(wanted[name]) < np.asarray(built[name]))
    for factor in (0.8, 1.2):
        assert float(cost_at(problem, build(u, {item: factor}), {item: factor})) <= problem.budget * (1 + 1e-12)
