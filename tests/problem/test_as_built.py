"""As built: whole numbers, sizes on their grid, never over the budget, and what is left goes where most was lost."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from designopt.design.space import DesignSpace
from designopt.design.variables import Categorical, Integer, Real
from designopt.problem.as_built import AsBuilt
from designopt.problem.budget_projection import AlongRay

BUDGET = 100.0
PLATES = DesignSpace([Real("size", 0.0, 20.0, count=3, step=1.0)])
PRICES = jnp.asarray([2.0, 3.0, 4.9])


def builder(space, cost, signs, budget=BUDGET, spend="exactly"):
    sign = np.zeros(space.size)
    for name, value in signs.items():
        sign[space.slices[name]] = value
    made = AsBuilt(space, sign, cost, budget, AlongRay(), spend)
    return made, jax.jit(made.build)


def plates_cost(design):
    return PRICES @ design["size"]


PLATES_MADE, BUILD_PLATES = builder(PLATES, plates_cost, {"size": 1})


def of_cost(sizes):
    """Relaxed sizes scaled to cost the budget."""
    sizes = np.asarray(sizes, float)
    return sizes * BUDGET / float(PRICES @ sizes)


@pytest.mark.parametrize(
    ("sizes", "built"),
    [
        # Rounded down to 14, 9, 8 they leave 5.8 kCHF. The first lost 0.95 and the second 0.9 of a step, and both can
        # be paid; the third, which lost least, would take nearly all of it alone.
        ((14.95, 9.9, 40.4 / 4.9), (15.0, 10.0, 8.0)),
        # 10, 10, 9 leave 5.9 kCHF, and the third lost most.
        ((10.2, 31.09 / 3.0, 9.9), (10.0, 10.0, 10.0)),
    ],
)
def test_what_is_left_buys_steps_where_the_rounding_took_most(sizes, built):
    assert float(PRICES @ np.asarray(sizes)) == pytest.approx(BUDGET)
    design = BUILD_PLATES(PLATES.encode({"size": np.asarray(sizes)}))
    np.testing.assert_allclose(design["size"], built, atol=1e-9)


@given(st.lists(st.floats(1.0, 10.0), min_size=3, max_size=3))
def test_nothing_is_left_that_could_buy_a_step_and_no_size_gains_more_than_one(sizes):
    wanted = of_cost(sizes)
    wanted = of_cost(np.clip(wanted, 0.0, 19.0))
    if np.any(wanted > 19.0):
        return
    built = np.asarray(BUILD_PLATES(PLATES.encode({"size": wanted}))["size"])
    assert np.allclose(built, np.round(built), atol=1e-9)
    left = BUDGET - float(PRICES @ built)
    assert left >= -1e-9
    down = np.floor(wanted + 1e-9)
    assert np.all((np.round(built) == down) | (np.round(built) == down + 1))
    unbought = np.round(built) == down
    assert not np.any(unbought & (np.asarray(PRICES) <= left - 1e-6)), (wanted, built, left)


def test_a_step_that_is_too_dear_is_passed_over_for_the_next_that_can_be_paid():
    """The last step of the third size costs 2 kCHF more than its first instant says: 6.9 of 5.9 that are left."""

    def cost(design):
        return PRICES @ design["size"] + 20.0 * jnp.maximum(design["size"][2] - 9.9, 0.0)

    _, build = builder(PLATES, cost, {"size": 1})
    built = build(PLATES.encode({"size": np.asarray([10.2, 31.09 / 3.0, 9.9])}))["size"]
    np.testing.assert_allclose(built, (11.0, 11.0, 9.0), atol=1e-9)


ITEMS = DesignSpace([Integer("number", 0, 3, count=3), Real("size", 1.0, 9.0, step=0.5)])
ITEM_PRICES = jnp.asarray([20.0, 25.0, 30.0])


def items_cost(design):
    return ITEM_PRICES @ design["number"] + 4.0 * design["size"]


_, BUILD_ITEMS = builder(ITEMS, items_cost, {"number": 1, "size": 1})


def items(numbers, size=1.0):
    u = np.concatenate([np.asarray(numbers) / 3.0, [(size - 1.0) / 8.0]])
    return {name: np.asarray(v) for name, v in BUILD_ITEMS(jnp.asarray(u)).items()}


def test_whole_numbers_are_given_up_where_the_rounding_was_most_generous():
    # 1.6, 1.52 and 1.0 round to 2, 2 and 1: 120 kCHF with the cheapest size of 4. The second gained 0.48, most of all.
    built = items([1.6, 1.52, 1.0])
    np.testing.assert_array_equal(built["number"], [2, 1, 1])  # 95 + 4 kCHF: one step is enough
    # Now the first gained most; that is not enough, and the second goes too: 75 kCHF, and a size of 6.25 for the rest.
    built = items([1.52, 1.6, 1.0])
    np.testing.assert_array_equal(built["number"], [1, 1, 1])
    assert built["size"] == pytest.approx(6.0)


def test_whole_numbers_go_down_by_one_before_any_goes_to_nothing():
    built = items([3.0, 3.0, 3.0])  # 225 kCHF; two of each are 150, still too dear, so some go to nothing
    price = float(ITEM_PRICES @ built["number"])
    assert price + 4.0 <= BUDGET
    assert set(built["number"].tolist()) <= {0.0, 2.0, 3.0}
    assert np.any(built["number"] == 2.0)


def test_money_left_buys_a_whole_number_that_the_rounding_took_away():
    # 1.4, 1.0, 0.9 -> 1, 1, 1 = 75 kCHF; with the size at 1.0 one more of the first (lost 0.4) can be paid.
    space = DesignSpace([Integer("number", 0, 3, count=3)])
    _, build = builder(space, lambda design: ITEM_PRICES @ design["number"], {"number": 1})
    built = build(jnp.asarray([1.4, 1.3, 0.9]) / 3.0)["number"]
    np.testing.assert_allclose(built, [2, 1, 1])


KINDS = DesignSpace(
    [
        Real("size", 1.0, 9.0, count=2, step=0.25),
        Real("cell", 2.0, 8.0, count=2, scale="log", step=0.5),
        Integer("present", 0, 1, count=2),
        Categorical("kind", ("plain", "fine"), count=2),
    ]
)


def kinds_cost(design):
    size = design["size"] * (design["kind"] @ jnp.asarray([1.0, 2.0]))
    return jnp.sum(design["present"] * (3.0 + size + 60.0 / design["cell"] ** 2))


_, BUILD_KINDS = builder(KINDS, kinds_cost, {"size": 1, "cell": -1, "present": 1}, 25.0)
PRICE_KINDS = jax.jit(kinds_cost)


@given(st.lists(st.floats(0.0, 1.0), min_size=KINDS.size, max_size=KINDS.size))
def test_no_point_is_built_for_more_than_the_budget_and_all_can_be_made(point):
    design = BUILD_KINDS(jnp.asarray(point))
    assert float(PRICE_KINDS(design)) <= 25.0 * (1 + 1e-12)
    assert set(np.asarray(design["present"]).tolist()) <= {0.0, 1.0}
    assert np.array_equal(np.sort(np.asarray(design["kind"]), axis=-1), [[0.0, 1.0], [0.0, 1.0]])
    for name, step in (("size", 0.25), ("cell", 0.5)):
        grid = np.asarray(design[name]) / step
        np.testing.assert_allclose(grid, np.round(grid), atol=1e-6)


def test_corners_are_built_within_the_budget():
    for corner in itertools.product((0.0, 1.0), repeat=KINDS.size):
        assert float(PRICE_KINDS(BUILD_KINDS(jnp.asarray(corner)))) <= 25.0 * (1 + 1e-12)


@pytest.mark.parametrize("sizes", [[2.0, 2.0, 2.0], [2.6, 3.3, 0.9], [25.0, 4.0, 8.5]])
def test_where_money_may_be_left_nothing_is_bought_that_nobody_asked_for(sizes):
    made, at_most = builder(PLATES, plates_cost, {"size": 1}, spend="at most")
    asked = PLATES.encode({"size": np.minimum(sizes, 20.0)})
    led = PLATES.decode(made.led(asked, 1.0, slopes=False))["size"]
    built = at_most(asked)["size"]
    assert float(PRICES @ built) <= float(PRICES @ led) + 1e-9
    assert np.all(np.abs(built - led) <= 1.0)
    np.testing.assert_array_equal(at_most(PLATES.encode({"size": built}))["size"], built)


def test_a_step_that_costs_nothing_is_not_bought_again_and_again():
    _, at_most = builder(PLATES, lambda design: design["size"][0], {"size": 1}, spend="at most")
    design = {"size": np.asarray([2.0, 3.0, 4.0])}
    np.testing.assert_allclose(at_most(PLATES.encode(design))["size"], design["size"], rtol=1e-12)


def test_money_may_be_left_only_where_the_problem_says_so():
    _, at_most = builder(PLATES, plates_cost, {"size": 1}, spend="at most")
    small = PLATES.encode({"size": np.asarray([2.0, 2.0, 2.0])})
    kept = at_most(small)["size"]
    # The relaxed design is left alone; what it rounds to is too, since nothing was lost.
    assert float(PRICES @ kept) <= BUDGET
    spent = BUILD_PLATES(small)["size"]
    assert float(PRICES @ spent) > BUDGET - 2.0 - 1e-9
