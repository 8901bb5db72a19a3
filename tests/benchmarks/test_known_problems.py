"""The optima of the toy problems are what they say: nothing found without their formulas is better."""

import dataclasses
import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.optimize import minimize

from designopt.benchmarks.problems import (
    KNOWN,
    bowl,
    distance,
    knapsack,
    limited_law,
    noisy_law,
    rippled_bowl,
    square_root_law,
    two_kinds,
)
from designopt.evaluation.evaluator import Allowance, Evaluator

SMOOTH = [square_root_law, limited_law, bowl]


def names(make):
    return make.__name__


@pytest.mark.parametrize("make", [make for make in KNOWN if make is not noisy_law], ids=names)
def test_no_random_design_is_better_than_the_optimum(make):
    problem = make()
    trials = Evaluator(problem, Allowance(10**6)).evaluate(np.random.default_rng(0).random((256, problem.size)))
    scores = [trial.score for trial in trials if trial.feasible]
    assert len(scores) > 10
    assert min(scores) >= problem.detector.best(problem.budget)[1] * (1 - 1e-9)


def test_the_distance_of_an_infeasible_design_is_infinite():
    problem = limited_law()
    trials = Evaluator(problem, Allowance(10**6)).evaluate(np.random.default_rng(0).random((64, problem.size)))
    distances = [distance(problem, trial) for trial in trials]
    assert [np.isfinite(d) for d in distances] == [trial.feasible for trial in trials]
    assert 0 < np.isfinite(distances).sum() < 64


@pytest.mark.parametrize("make", SMOOTH, ids=names)
def test_a_solver_that_knows_no_formula_ends_at_the_optimum(make):
    problem = make()
    amount = problem.space["amount"]
    loss = jax.jit(jax.value_and_grad(lambda x: problem.loss({"amount": x})))
    paid = jax.jit(lambda x: problem.cost({"amount": x}) / problem.budget - 1.0)
    rules = [{"type": "eq", "fun": paid}]
    if problem.constraint_names:
        rules.append({"type": "ineq", "fun": jax.jit(lambda x: -problem.constraints({"amount": x})["front"])})
    start = problem.references["uniform"]["amount"]
    bounds = [(amount.lower, amount.upper)] * problem.size
    options = {"ftol": 1e-13, "maxiter": 500}
    end = minimize(loss, start, jac=True, method="SLSQP", bounds=bounds, constraints=rules, options=options)
    best, optimum = problem.detector.best(problem.budget)
    assert end.fun == pytest.approx(optimum, rel=1e-7)
    np.testing.assert_allclose(end.x, best, rtol=2e-3)


@pytest.mark.parametrize("make", [*SMOOTH, noisy_law, rippled_bowl, two_kinds], ids=names)
def test_the_optimum_is_affordable_and_within_bounds(make):
    problem = make()
    best, optimum = problem.detector.best(problem.budget)
    design = {"amount": jnp.asarray(best["amount"] if isinstance(best, dict) else best)}
    if isinstance(best, dict):
        design["kind"] = jnp.eye(2)[best["kind"]]
    amount = problem.space["amount"]
    assert amount.lower < np.min(design["amount"])
    assert np.max(design["amount"]) < amount.upper
    assert float(problem.cost(design)) == pytest.approx(problem.budget, rel=1e-12)
    assert float(problem.loss(design)) == pytest.approx(optimum, rel=1e-12)


def test_the_limit_binds_and_costs():
    free, limited = dataclasses.replace(limited_law().detector, limited=0), limited_law().detector
    amount, loss = limited.best(40.0)
    assert amount[:4].sum() == pytest.approx(limited.limit)
    assert loss > free.best(40.0)[1]


def test_two_kinds_mixes_kinds():
    assert 0 < two_kinds().detector.best(40.0)[0]["kind"].sum() < 8


def test_the_best_load_is_reached_by_the_point_that_describes_it():
    problem = knapsack()
    best = problem.detector.best(problem.budget)[0]
    u = np.asarray(problem.space.encode({"number": best}))
    (trial,) = Evaluator(problem, Allowance(100)).evaluate(u[None])
    assert distance(problem, trial) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("budget", [2.0, 8.0, 18.0, 27.5])
def test_no_load_that_can_be_paid_beats_the_best_one(budget):
    items = knapsack(items=5).detector
    best, loss = items.best(budget)
    loads = np.array(list(itertools.product(range(items.most + 1), repeat=5)), dtype=float)
    paid = loads[loads @ np.asarray(items.price) <= budget]
    losses = np.asarray(jax.vmap(lambda load: items.response({"number": load})["loss"])(jnp.asarray(paid)))
    assert loss == pytest.approx(losses.min(), rel=1e-12)
    np.testing.assert_array_equal(best, paid[np.argmin(losses)])


def test_noise_has_no_mean_and_differs_from_design_to_design():
    problem = noisy_law()
    amounts = jnp.asarray(np.random.default_rng(1).uniform(1.0, 9.0, (2000, 8)))
    near = jnp.asarray([[3.0] * 8]) + 1e-6 * jnp.arange(2000.0)[:, None]
    key = jax.random.key(0)

    def error(amount):
        return problem.loss({"amount": amount}, key) - problem.loss({"amount": amount})

    errors, close = np.asarray(jax.jit(jax.vmap(error))(amounts)), np.asarray(jax.jit(jax.vmap(error))(near))
    assert abs(errors.mean()) < 4 * errors.std() / np.sqrt(2000)
    assert close.std() == pytest.approx(0.01 * np.log(3.0), rel=0.1)


def test_ripples_make_local_optima():
    problem = rippled_bowl()
    centre, detector = problem.detector.best(problem.budget)[0], problem.detector
    slope = jax.jit(jax.grad(lambda x: problem.loss({"amount": x})))
    across = np.array([detector.price[1], -detector.price[0], 0, 0, 0]) / np.hypot(*detector.price[:2])
    along = [float(slope(jnp.asarray(centre + s * across)) @ across) for s in np.linspace(0.01, 0.35, 60)]
    assert np.sum(np.diff(np.sign(along)) > 0) >= 1
