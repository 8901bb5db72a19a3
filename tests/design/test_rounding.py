"""What can be built is the nearest thing: whole numbers, multiples of a step inside the bounds, the largest share."""

import jax.numpy as jnp
import numpy as np
import pytest

from designopt.design.space import DesignSpace
from designopt.design.variables import Categorical, Integer, Real

NUMBER = Integer("number", 1, 4, count=5)
PLATE = Real("plate", 0.25, 1.05, count=5, step=0.2)
KIND = Categorical("kind", ("a", "b", "c"))


def test_whole_numbers_go_to_the_nearest_and_halves_up():
    values = jnp.asarray([1.2, 1.5, 2.49, 3.7, 4.0])
    np.testing.assert_array_equal(NUMBER.snap(values), [1, 2, 2, 4, 4])


@pytest.mark.parametrize("u", [0.0, 0.12, 0.17, 0.5, 0.51, 0.83, 0.84, 1.0])
def test_a_point_that_is_made_hard_is_the_nearest_whole_number(u):
    relaxed = Integer("number", 1, 4).decode(jnp.asarray(u))
    assert float(Integer("number", 1, 4).decode(jnp.asarray(u), jnp.inf)) == float(NUMBER.snap(relaxed))


def test_sizes_go_to_the_nearest_multiple_of_their_step_and_stay_in_their_bounds():
    values = jnp.asarray([0.25, 0.51, 0.49, 0.69, 1.05])
    np.testing.assert_allclose(PLATE.snap(values), [0.25, 0.6, 0.4, 0.6, 1.0])
    assert float(Real("free", 0.0, 1.0).snap(jnp.asarray(0.123456))) == 0.123456


def test_the_largest_share_takes_all_and_a_space_rounds_each_variable_its_own_way():
    np.testing.assert_array_equal(KIND.snap(jnp.asarray([0.2, 0.5, 0.3])), [0, 1, 0])
    np.testing.assert_array_equal(KIND.snap(jnp.asarray([0.4, 0.4, 0.2])), [1, 0, 0])
    found = DesignSpace([NUMBER, KIND]).snap({"number": np.full(5, 2.6), "kind": np.asarray([0.1, 0.2, 0.7])})
    np.testing.assert_array_equal(found["number"], np.full(5, 3.0))
    np.testing.assert_array_equal(found["kind"], [0, 0, 1])
