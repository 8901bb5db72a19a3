"""The masks of a design space say what every coordinate is, whatever the variables and their order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from designopt.design.space import DesignSpace
from designopt.design.variables import Categorical, Integer, Real

EVERYTHING = DesignSpace(
    [
        Real("gap", 1.0, 2.0),
        Integer("number", 2, 5, count=2),
        Categorical("kind", ("none", "iron", "lead"), count=2, nothing="none"),
        Real("pitch", 0.1, 1.0, count=2, step=0.1),
        Categorical("shape", ("box", "tube")),
        Integer("present", 0, 1),
        Real("energy", 1.0, 10.0, scale="log"),
    ]
)


def test_each_mask_is_right_in_a_space_with_everything():
    space, third = EVERYTHING, 1.0 / 3.0
    assert space.size == 15
    assert np.flatnonzero(space.continuous).tolist() == [0, 9, 10, 14]
    assert np.flatnonzero(space.stepped).tolist() == [1, 2, 9, 10, 13]
    assert space.integer_levels.tolist() == [0, 3, 3, *[0] * 10, 1, 0]
    assert space.integer_step.tolist() == [0.0, third, third, *[0.0] * 10, 1.0, 0.0]
    assert [block.tolist() for block in space.choice_blocks] == [[3, 4, 5], [6, 7, 8], [11, 12]]
    assert np.flatnonzero(space.nothing).tolist() == [3, 6]


def test_a_space_of_sizes_has_neither_whole_numbers_nor_choices():
    space = DesignSpace([Real("gap", 1.0, 2.0, count=3)])
    assert space.continuous.all()
    assert not space.stepped.any()
    assert not space.integer_step.any()
    assert space.choice_blocks == ()
    assert not space.nothing.any()


COUNTS = st.none() | st.integers(1, 3)


def sizes(count: int | None, step: float | None):
    return lambda name: Real(name, 1.0, 4.0, count=count, step=step)


def whole_numbers(count: int | None, most: int):
    return lambda name: Integer(name, 0, most, count=count)


def choices(count: int | None, width: int):
    return lambda name: Categorical(name, tuple("abcd"[:width]), count=count)


MAKERS = st.one_of(
    st.builds(sizes, COUNTS, st.sampled_from([None, 0.5])),
    st.builds(whole_numbers, COUNTS, st.integers(1, 60)),
    st.builds(choices, COUNTS, st.integers(1, 4)),
)


@given(st.lists(MAKERS, min_size=1, max_size=5))
def test_every_coordinate_is_continuous_or_whole_or_of_one_choice(makers):
    space = DesignSpace([make(str(number)) for number, make in enumerate(makers)])
    chosen = np.zeros(space.size, int)
    for block in space.choice_blocks:
        chosen[block] += 1
    kinds = space.continuous.astype(int) + (space.integer_step > 0) + chosen
    assert kinds.tolist() == [1] * space.size


@given(st.integers(1, 60), st.integers(0, 60))
def test_a_step_in_the_cube_is_one_whole_number(most, value):
    space = DesignSpace([Integer("number", 3, 3 + most)])
    here = space.encode({"number": 3.0 + min(value, most - 1)})
    onward = space.decode(here + space.integer_step)["number"]
    assert float(onward) == pytest.approx(4.0 + min(value, most - 1), abs=1e-9)


@pytest.mark.parametrize("mask", ["continuous", "stepped", "integer_levels", "integer_step", "nothing"])
def test_masks_are_computed_once_and_cannot_be_written_to(mask):
    assert getattr(EVERYTHING, mask) is getattr(EVERYTHING, mask)
    with pytest.raises(ValueError, match="read-only"):
        getattr(EVERYTHING, mask)[0] = 1
