"""Variables: coordinates and values are inverses, hard edges are hard, wrong definitions are refused."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from designopt.design.variables import Categorical, Integer, Real, sharpen

unit = st.floats(0.0, 1.0, allow_subnormal=False)


@given(unit)
@pytest.mark.parametrize("variable", [Real("a", 2.0, 40.0), Real("a", 0.1, 60.0, scale="log")])
def test_a_real_is_what_its_coordinate_says(variable, u):
    value = variable.decode(jnp.asarray(u))
    assert variable.lower * (1 - 1e-12) <= value <= variable.upper * (1 + 1e-12)
    assert variable.encode(value) == pytest.approx(u, abs=1e-12)


def test_a_logarithmic_scale_halves_at_the_geometric_mean():
    assert Real("pitch", 3.0, 60.0, scale="log").decode(jnp.asarray(0.5)) == pytest.approx(np.sqrt(180.0))


@given(unit, st.sampled_from([1.0, 4.0, 32.0]))
def test_sharpening_is_symmetric_and_never_crosses_the_middle(x, sharpness):
    up = float(sharpen(jnp.asarray(x), sharpness))
    assert up + float(sharpen(jnp.asarray(1.0 - x), sharpness)) == pytest.approx(1.0)
    assert (up - 0.5) * (x - 0.5) >= 0.0
    assert abs(up - 0.5) >= abs(x - 0.5) - 1e-12


@pytest.mark.parametrize(("relaxed", "built"), [(0.49, 0.0), (0.5, 1.0), (0.0, 0.0), (1.0, 1.0)])
def test_infinite_sharpness_rounds(relaxed, built):
    assert Integer("present", 0, 1).decode(jnp.asarray(relaxed), jnp.inf) == built


def test_an_integer_passes_through_every_whole_number():
    variable = Integer("layers", 2, 5)
    values = [
        float(variable.decode(variable.encode(jnp.asarray(float(n))), s)) for n in range(2, 6) for s in (1.0, 8.0)
    ]
    assert values == pytest.approx(np.repeat(np.arange(2.0, 6.0), 2))


@given(st.lists(unit, min_size=3, max_size=3), st.sampled_from([1.0, 3.0, 30.0]))
def test_weights_of_a_choice_add_to_one(u, sharpness):
    weights = Categorical("absorber", ("W", "Pb", "Fe")).decode(jnp.asarray(u), sharpness)
    assert float(weights.sum()) == pytest.approx(1.0)
    assert np.all(np.asarray(weights) >= 0.0)
    assert np.argmax(weights) == np.argmax(u) or np.isclose(np.sort(u)[-1], np.sort(u)[-2])


def test_corners_of_the_cube_are_pure_materials():
    variable = Categorical("absorber", ("W", "Pb", "Fe"))
    for corner in np.eye(3):
        assert np.array_equal(variable.decode(jnp.asarray(corner)), corner)
        assert np.array_equal(variable.encode(jnp.asarray(corner)), corner)
    assert variable.decode(jnp.zeros(3)) == pytest.approx(np.full(3, 1 / 3))


@pytest.mark.parametrize("largest", [0.0, 1e-310, 1e-200, 1e-157, 1e-80, 1.0])
def test_a_choice_has_a_slope_next_to_its_origin(largest):
    decode = Categorical("absorber", ("W", "Pb", "Fe")).decode
    u = jnp.asarray([largest, largest / 2, 0.0])
    assert float(jnp.sum(decode(u))) == pytest.approx(1.0)
    assert np.isfinite(jax.jacrev(decode)(u)).all()


@pytest.mark.parametrize("variable", [Real("a", 1.0, 2.0), Integer("a", 0, 1), Categorical("a", ("x", "y"))])
def test_gradients_are_finite_everywhere_in_the_cube(variable):
    for u in (0.0, 0.5, 1.0):
        for sharpness in (1.0, 16.0, jnp.inf):
            slope = jax.jacobian(lambda x, s=sharpness: variable.decode(x, s))(jnp.full(variable.width, u))
            assert np.all(np.isfinite(slope))


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Real("", 0, 1), "empty name"),
        (lambda: Real("a", 1, 1), "bounds"),
        (lambda: Real("a", 0, float("nan")), "upper of the variable 'a' is nan"),
        (lambda: Real("a", 0, 1, scale="log"), "logarithmic"),
        (lambda: Real("a", 0, 1, step=2.0), "step"),
        (lambda: Integer("a", 3, 1), "bounds"),
        (lambda: Categorical("a", ("x", "x")), "each once"),
        (lambda: Real("a", 0, 1, count=0), "at least 1"),
    ],
)
def test_a_wrong_definition_is_refused_in_a_sentence(make, says):
    with pytest.raises(ValueError, match=says):
        make()
