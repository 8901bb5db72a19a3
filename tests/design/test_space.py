"""The space: every design has one place in the cube, and back."""

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from designopt.design.knots import knot_matrix
from designopt.design.space import DesignSpace
from designopt.design.variables import Categorical, Integer, Real

SPACE = DesignSpace(
    [
        Real("length", 1.0, 3.0, step=0.5),
        Real("thickness", 0.5, 8.0, count=4, scale="log"),
        Integer("present", 0, 1, count=4),
        Categorical("material", ("W", "Pb", "Fe"), count=4),
    ]
)
points = st.lists(st.floats(0.0, 1.0, allow_subnormal=False), min_size=SPACE.size, max_size=SPACE.size)


def test_size_counts_every_coordinate():
    assert SPACE.size == 1 + 4 + 4 + 12
    assert SPACE.slices["material"] == slice(9, 21)


@given(points)
def test_decoding_what_was_encoded_changes_nothing(u):
    design = SPACE.decode(jnp.asarray(u))
    again = SPACE.decode(SPACE.encode(design))
    for name in design:
        np.testing.assert_allclose(again[name], design[name], rtol=1e-9, atol=1e-12)


@given(points)
def test_a_snapped_design_is_whole_and_stays_when_snapped_again(u):
    built = SPACE.snap(SPACE.decode(jnp.asarray(u)))
    assert set(np.unique(built["present"])) <= {0.0, 1.0}
    assert np.array_equal(np.sort(built["material"], axis=1), np.tile([0.0, 0.0, 1.0], (4, 1)))
    assert float(built["length"]) in (1.0, 1.5, 2.0, 2.5, 3.0)
    assert SPACE.fingerprint(SPACE.snap(built)) == SPACE.fingerprint(built)


@given(st.integers(1, 6), st.integers(0, 2**31))
def test_knots_stay_in_the_cube_and_reach_its_constant_stacks(knots, seed):
    matrix = knot_matrix(SPACE, knots)
    assert matrix.sum(axis=1) == pytest.approx(1.0)
    inside = matrix @ np.random.default_rng(seed).random(matrix.shape[1])
    assert np.all((inside >= 0.0) & (inside <= 1.0 + 1e-12))
    assert matrix.shape == (SPACE.size, 1 + min(knots, 4) * 5)


def test_knots_draw_straight_lines():
    matrix = knot_matrix(DesignSpace([Real("a", 0.0, 1.0, count=5)]), 2)
    assert matrix @ np.asarray([0.0, 1.0]) == pytest.approx([0.0, 0.25, 0.5, 0.75, 1.0])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda d: d.pop("present"), "lacks the variable 'present'"),
        (lambda d: d.update(presnt=d["present"]), "Did you mean 'present'"),
        (lambda d: d.update(thickness=jnp.ones(3)), r"shape \(3,\)"),
        (lambda d: d.update(length=jnp.asarray(jnp.nan)), "not finite"),
    ],
)
def test_a_wrong_design_is_refused_in_a_sentence(change, says):
    design = SPACE.decode(jnp.full(SPACE.size, 0.5))
    change(design)
    with pytest.raises(ValueError, match=says):
        SPACE.encode(design)


def test_a_space_refuses_no_variables_and_a_name_used_twice():
    with pytest.raises(ValueError, match="no variables"):
        DesignSpace([])
    with pytest.raises(ValueError, match="twice"):
        DesignSpace([Real("a", 0, 1), Real("a", 0, 2)])
