"""First-order conditions: nothing left at a known optimum, shadow prices as the closed forms have them."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest

from designopt.analysis.sensitivity import slopes, step_of
from designopt.benchmarks.problems import bowl, knapsack, limited_law, square_root_law
from designopt.design.variables import Real

STEP = 1e-4


def at_best(problem):
    return slopes(problem, {"amount": jnp.asarray(problem.detector.best(problem.budget)[0])})


def saved_by_budget(problem):
    """Of the best loss, by 1 % more money: a new search at either side."""
    low, high = (problem.detector.best(problem.budget * (1 + sign * STEP))[1] for sign in (-1, 1))
    return 0.01 * (low - high) / (2 * STEP)


@pytest.mark.parametrize("problem", [square_root_law(), limited_law(), bowl()], ids=lambda problem: problem.name)
def test_at_a_known_optimum_no_slope_is_left_and_money_has_its_price(problem):
    found = at_best(problem)
    assert found.unexplained < 1e-9
    (amount,) = found.variables
    assert amount.unpaid > 1e-3
    assert amount.paid < 1e-9 * amount.unpaid
    assert found.shadow["budget"] == pytest.approx(saved_by_budget(problem), rel=1e-5)


def test_the_square_root_law_pays_half_a_per_cent_for_a_per_cent():
    problem = square_root_law(5, 20.0)
    best = problem.detector.best(20.0)[1]
    assert at_best(problem).shadow == {"budget": pytest.approx(0.01 * best / 2, rel=1e-9)}


def test_a_limit_that_binds_has_the_price_of_a_wider_one():
    low, high = (limited_law(limit=22.0 * (1 + sign * STEP)).detector.best(40.0)[1] for sign in (-1, 1))
    assert at_best(limited_law()).shadow["front"] == pytest.approx(0.01 * (low - high) / (2 * STEP), rel=1e-5)
    assert set(at_best(limited_law(limit=39.0)).shadow) == {"budget"}


def test_away_from_the_optimum_slopes_are_left():
    problem = square_root_law()
    found = slopes(problem, problem.references["uniform"])
    assert found.unexplained > 0.3
    assert found.variables[0].free > 1e-3
    assert found.variables[0].free == pytest.approx(found.variables[0].paid)


def test_a_bound_that_holds_a_size_leaves_it_no_free_slope():
    problem = square_root_law(2, 10.0)  # the first place would like less than its bound once that is raised
    amount, _ = problem.detector.best(10.0)
    tight = Real("amount", float(amount.min()) + 1.0, 10.0, count=2, scale="log")
    held = replace(problem, space=type(problem.space)([tight]))
    design = np.where(amount == amount.min(), tight.lower, 10.0 - tight.lower)
    found = slopes(held, {"amount": jnp.asarray(design)})
    assert found.variables[0].paid > 1e-4
    assert found.variables[0].free < 1e-12
    assert found.unexplained < 1e-9


def test_money_that_is_left_over_has_no_price():
    problem = replace(bowl(), spend="at most")
    amount = 0.5 * problem.detector.best(problem.budget)[0]
    assert slopes(problem, {"amount": jnp.asarray(amount)}).shadow == {}


def test_without_gradients_or_sizes_there_are_no_slopes():
    blind = replace(square_root_law(), gradient_price=None)
    assert slopes(blind, blind.references["uniform"]) is None
    whole = knapsack()
    assert slopes(whole, whole.build(jnp.full(whole.size, 0.5))).variables == ()


def test_one_per_cent_of_a_range_is_told_in_its_unit():
    assert step_of(Real("gap", 2e-3, 12e-3, unit=1e-3, label="mm")) == "0.1 mm"
    assert step_of(Real("pitch", 1.0, 100.0, scale="log")) == "4.7 %"
