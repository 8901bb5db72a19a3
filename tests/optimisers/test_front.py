"""Keeping money changes no physics, every point still costs the budget, and the front of a known law is found."""

import importlib.util

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from once import once

from designopt.benchmarks.problems import mixed_shelf, square_root_law
from designopt.evaluation.evaluator import Allowance, Evaluator
from designopt.optimisers.baselines import RandomSearch
from designopt.optimisers.evolution.nondominated import Nsga2
from designopt.problem.free_budget import with_savings
from designopt.problem.registry import make, remade
from designopt.records.designs.pareto import front
from designopt.testing.optimiser_contract import check_optimiser

LAW = once(lambda: square_root_law(6, 60.0))
SAVING = once(lambda: with_savings(LAW(), 15.0))
SHELF = once(lambda: with_savings(mixed_shelf(), 6.0))
PYMOO = pytest.mark.skipif(importlib.util.find_spec("pymoo") is None, reason="the extra [front] is not installed")


def searched(optimiser, problem, calls, seed=0):
    evaluator = Evaluator(problem, Allowance(calls * problem.events))
    optimiser.run(evaluator, seed)
    return evaluator


def test_every_point_costs_the_budget_with_what_is_kept_and_the_detector_costs_the_rest():
    points = np.random.default_rng(0).random((20, SAVING().size))
    design = jax.jit(jax.vmap(SAVING().decode))(jnp.asarray(points))
    np.testing.assert_allclose(design["kept"], 45.0 * points[:, -1], rtol=1e-12)
    np.testing.assert_allclose(design["amount"].sum(axis=1) + design["kept"], 60.0, rtol=1e-9)
    plain = {"amount": design["amount"][0]}
    assert SAVING().loss(SAVING().decode(jnp.asarray(points[0]))) == pytest.approx(float(LAW().loss(plain)), rel=1e-12)


@pytest.mark.parametrize("which", ["law", "shelf"])
def test_what_is_paid_is_the_money_of_the_built_detector(which):
    problem = {"law": SAVING(), "shelf": SHELF()}[which]
    evaluator = searched(RandomSearch(), problem, 32)
    for trial in evaluator.trials[:5]:
        built = problem.build(jnp.asarray(trial.u), trial.sharpness)
        inner = problem.detector.inner.cost({name: value for name, value in built.items() if name != "kept"})
        assert trial.paid == pytest.approx(float(sum(inner.values())), abs=1e-9)


def test_no_design_of_the_front_is_undercut():
    evaluator = searched(RandomSearch(), SHELF(), 200)
    found = front(evaluator.trials)
    money, score = np.array([p for p, _ in found]), np.array([t.score for _, t in found])
    assert np.all(np.diff(money) > 0)
    assert np.all(np.diff(score) < 0)
    for trial in evaluator.trials:
        if trial.feasible:
            assert np.any((money <= trial.paid + 1e-12) & (score <= trial.score))


@PYMOO
def test_the_front_of_the_square_root_law_is_found():
    evaluator = searched(Nsga2(), SAVING(), 2000)
    found = front(evaluator.trials)
    for budget in (20.0, 35.0, 60.0):
        best = LAW().detector.best(budget)[1]
        uniform = np.sqrt(6 * sum(LAW().detector.variance) / budget)
        reached = min(trial.score for money, trial in found if money <= budget)
        assert 0.0 <= (reached - best) / (uniform - best) < 0.25


@PYMOO
def test_the_search_keeps_the_contract():
    check_optimiser(Nsga2(), SHELF(), 120 * SHELF().events, seed=3)


def test_a_problem_without_savings_is_refused():
    with pytest.raises(ValueError, match="with_savings"):
        Nsga2().start(Evaluator(LAW(), Allowance(100)), 0)


def test_sums_that_buy_nothing_are_refused():
    with pytest.raises(ValueError, match="Choose a sum between"):
        with_savings(LAW(), 0.1)
    with pytest.raises(ValueError, match="Choose a sum between"):
        with_savings(LAW(), 60.0)


def test_a_problem_with_savings_is_made_again_from_its_card():
    problem = with_savings(make("spectrometer-layout-v1"), 2000.0)
    assert remade(problem.card()).card() == problem.card()
