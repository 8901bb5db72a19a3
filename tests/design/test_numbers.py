"""Numbers at the doors: NumPy's and JAX's become Python's, and what is no number is refused in a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import jax.numpy as jnp
import numpy as np
import pytest

from designopt.design.declared import Count, Share, convert_fields, declared
from designopt.design.numbers import plain, real, truth, whole


@pytest.mark.parametrize("value", [200, 200.0, np.int64(200), np.float32(200), np.array(200), jnp.asarray(200)])
def test_whole_numbers_of_every_library_become_ints(value):
    assert whole(value, "It") == 200
    assert type(whole(value, "It")) is int


@pytest.mark.parametrize("value", [2, 2.5, np.float32(2.5), np.array(2.5), jnp.asarray(2.5), Fraction(5, 2)])
def test_real_numbers_of_every_library_become_floats(value):
    assert real(value, "It") == float(value)
    assert type(real(value, "It")) is float


@pytest.mark.parametrize("value", [200.5, "200", True, np.bool_(True), None, [3], np.arange(2), 1j, b"2"])
def test_what_is_no_whole_number_is_refused(value):
    with pytest.raises(ValueError, match=r"It is .*, which is no whole number"):
        whole(value, "It")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), np.inf, -np.float32("inf")])
def test_what_is_not_finite_is_refused(value):
    for convert in (whole, real):
        with pytest.raises(ValueError, match="has to be finite"):
            convert(value, "It")


def test_numbers_that_no_computer_holds_are_refused():
    with pytest.raises(ValueError, match="no number"):
        real(10**400, "It")


def test_truth_is_no_number():
    assert truth(np.bool_(False), "It") is False
    with pytest.raises(ValueError, match="True or False"):
        truth(1, "It")


def test_containers_are_made_plain_inside_out():
    found = plain({"a": [np.float64(1.5), (np.int32(2),)], "b": jnp.arange(2)})
    assert found == {"a": [1.5, (2,)], "b": [0, 1]}
    assert type(found["a"][1][0]) is int


@declared
def maker(
    slots: int = 3,
    depth: float | None = None,
    energies: Sequence[float] = (1.0,),
    cells: bool = True,
    goal: Literal["mean", "worst"] = "mean",
    other: Any = None,
) -> dict[str, Any]:
    """What it was called with."""
    return {"slots": slots, "depth": depth, "energies": energies, "cells": cells, "goal": goal, "other": other}


def test_arguments_are_what_annotations_declare():
    found = maker(np.int32(10), depth=np.float32(2), energies=np.array([5.0, 20.0]), cells=np.bool_(False))
    assert found == {"slots": 10, "depth": 2.0, "energies": (5.0, 20.0), "cells": False, "goal": "mean", "other": None}
    assert [type(found[name]) for name in ("slots", "depth", "energies")] == [int, float, tuple]
    assert maker(slots=10.0)["slots"] == 10
    assert maker(energies=(e for e in (1, 2)))["energies"] == (1.0, 2.0)
    kept = np.arange(3)
    assert maker(other=kept)["other"] is kept


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"slots": 10.5}, "'slots' of maker is 10.5, which is no whole number"),
        ({"slots": "many"}, "'slots' of maker is 'many'"),
        ({"depth": True}, "no number"),
        ({"energies": 5.0}, r"is 5.0. Give a list, such as \[5.0\]"),
        ({"energies": "5, 20"}, "the text '5, 20'. Give a list"),
        ({"energies": [1.0, "x"]}, "value 2, is 'x'"),
        ({"cells": 1}, "True or False"),
        ({"goal": "best"}, "'mean', 'worst'"),
    ],
)
def test_arguments_of_another_kind_are_refused(options, says):
    with pytest.raises(ValueError, match=says):
        maker(**options)


@dataclass(frozen=True)
class Settings:
    batch: Count = 1
    parts: tuple[Share, Share] = (0.0, 1.0)

    def __post_init__(self):
        convert_fields(self, "the settings")


def test_fields_outside_their_range_are_refused():
    assert Settings(np.int64(3), [np.float32(0.5), 1]) == Settings(3, (0.5, 1.0))
    with pytest.raises(ValueError, match="The batch of the settings is 0, but it has to be at least 1"):
        Settings(0)
    with pytest.raises(ValueError, match=r"value 2, is 1\.5, but it has to be 0 to 1"):
        Settings(1, (0.0, 1.5))
    with pytest.raises(ValueError, match="Give 2"):
        Settings(1, (0.0,))
