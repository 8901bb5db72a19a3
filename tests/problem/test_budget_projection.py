"""Every point is paid in full, by every route, and gradients know it."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from designopt.benchmarks.problems import mixed_shelf, square_root_law
from designopt.design.variables import sharpen
from designopt.problem.budget_projection import AlongRay, NearestPoint, project_to_budget

ROUTES = [AlongRay(), NearestPoint()]
PROBLEMS = [
    dataclasses.replace(problem, route=route) for problem in (square_root_law(), mixed_shelf()) for route in ROUTES
]
NAMES = [f"{problem.name}-{type(problem.route).__name__}" for problem in PROBLEMS]
COSTS = [jax.jit(lambda u, s, p=problem: p.cost(p.decode(u, s))) for problem in PROBLEMS]
LOSSES = [jax.jit(lambda u, p=problem: p.loss(p.decode(u))) for problem in PROBLEMS]
SLOPES = [jax.jit(jax.grad(lambda u, p=problem: p.loss(p.decode(u)))) for problem in PROBLEMS]
BUILDS = [jax.jit(lambda u, p=problem: (p.build(u), p.cost(p.build(u)))) for problem in PROBLEMS]
PROJECTED = [jax.jit(problem.project_to_budget) for problem in PROBLEMS]
COST_SLOPES = [jax.jit(jax.grad(lambda u, p=problem: p.cost(p.decode(u)))) for problem in PROBLEMS]

cases = pytest.mark.parametrize("case", range(len(PROBLEMS)), ids=NAMES)
seeds = st.integers(0, 2**32 - 1)


def point(problem, seed):
    """Points of the cube, some of them on its walls."""
    random = np.random.default_rng(seed)
    u = random.random(problem.size)
    return np.where(random.random(problem.size) < 0.2, np.round(u), u)


@cases
@given(seed=seeds, sharpness=st.sampled_from([1.0, 3.0, 30.0]))
def test_every_point_is_led_to_the_budget(case, seed, sharpness):
    problem = PROBLEMS[case]
    assert COSTS[case](point(problem, seed), sharpness) == pytest.approx(problem.budget, rel=1e-9)


@cases
@given(seed=seeds)
def test_a_built_design_never_costs_more_than_the_budget(case, seed):
    problem = PROBLEMS[case]
    built, cost = BUILDS[case](point(problem, seed))
    assert cost <= problem.budget
    if "present" in built:
        assert set(np.unique(built["present"])) <= {0.0, 1.0}
        assert set(np.unique(built["material"])) <= {0.0, 1.0}
        steps = np.asarray(built["amount"]) / 0.05
        np.testing.assert_allclose(steps, np.round(steps), atol=1e-6)


@pytest.mark.parametrize("route", ROUTES)
def test_a_plateau_of_the_cost_at_the_budget_leads_nowhere(route):
    """Hard gates that cost the budget but for rounding: that money over a slope of 1e-24 led 1e7 out of the cube, and
    the rounding of a price over it was a slope of 1e43."""

    def cost(u):
        return jnp.sum(jnp.asarray([0.1, 0.2, 0.4]) * sharpen(u, 64.0))

    def led(u):
        return project_to_budget(u, cost, 0.3, jnp.ones(3), route)

    off = np.geomspace(0.25, 1e-5, 40)[:, None]
    points = np.concatenate([1.0 - off, 1.0 - off, off], axis=1)
    moved, slopes, paid = jax.jit(jax.vmap(lambda u: (led(u), jax.jacrev(led)(u), cost(led(u)))))(points)
    assert np.all((moved >= 0.0) & (moved <= 1.0))
    np.testing.assert_allclose(paid, 0.3, rtol=1e-9)
    assert np.abs(slopes).max() < 10  # the steepest of three prices is four times the least


@cases
def test_gradients_flow_through_the_map(case):
    problem = PROBLEMS[case]
    for seed in range(4):
        u = np.random.default_rng(seed).uniform(0.05, 0.95, problem.size)
        step = 1e-6
        forward = [LOSSES[case](u + step * e) for e in np.eye(problem.size)]
        backward = [LOSSES[case](u - step * e) for e in np.eye(problem.size)]
        differences = (np.asarray(forward) - np.asarray(backward)) / (2 * step)
        scale = np.max(np.abs(differences))
        np.testing.assert_allclose(SLOPES[case](u), differences, rtol=1e-5, atol=1e-5 * scale)


@cases
def test_a_point_on_the_budget_stays_and_its_gradient_still_keeps_to_the_budget(case):
    problem = PROBLEMS[case]
    u = PROJECTED[case](point(problem, 5))
    np.testing.assert_allclose(PROJECTED[case](u), u, atol=1e-9)
    slope = COST_SLOPES[case](u)
    assert np.max(np.abs(slope)) < 1e-6 * problem.budget


def test_the_nearest_point_of_a_linear_price_is_the_euclidean_projection():
    price = np.asarray([1.0, 2.0, 3.0])
    u = np.asarray([0.9, 0.8, 0.7])
    found = project_to_budget(jnp.asarray(u), lambda v: jnp.sum(price * v), 2.5, jnp.ones(3), NearestPoint())
    excess = price @ u - 2.5
    direction = price / 3.0 + 1e-3
    expected = u - excess * direction / (price @ direction)
    np.testing.assert_allclose(found, expected, rtol=1e-10)


@pytest.mark.parametrize("route", ROUTES, ids=["ray", "nearest"])
def test_at_most_leaves_a_cheap_point_alone_and_cuts_a_dear_one(route):
    def cost(v):
        return jnp.sum(v)

    def spend(u):
        return project_to_budget(jnp.asarray(u), cost, 1.0, jnp.ones(2), route, "at most")

    assert spend([0.2, 0.3]).tolist() == [0.2, 0.3]
    assert float(cost(spend([0.9, 0.8]))) == pytest.approx(1.0, rel=1e-9)
    assert jax.jacobian(lambda u: spend(u))(jnp.asarray([0.2, 0.3])) == pytest.approx(np.eye(2))
    within = jnp.asarray([0.4, 0.6 - 1e-8])  # as good as spent, and still its own: neither moved nor held to the budget
    assert spend(within).tolist() == within.tolist()
    assert jax.jacobian(lambda u: spend(u))(within) == pytest.approx(np.eye(2))


@pytest.mark.parametrize("budget", [0.1, 1e6, -1.0, float("nan")])
def test_a_budget_that_cannot_be_spent_is_refused_with_the_reachable_range(budget):
    with pytest.raises(ValueError, match=r"cheapest design costs|positive amount|has to be finite"):
        dataclasses.replace(PROBLEMS[0], budget=budget)
