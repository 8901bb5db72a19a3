"""What an agent sees: the money and the slots that are left, in fractions, and the stack so far."""

import numpy as np
import pytest

from designopt.benchmarks.problems import mixed_shelf
from designopt.envs.slots import Slots

SHELF = mixed_shelf()
SLOTS = Slots(SHELF)


def test_money_and_slots_left_are_fractions_of_the_whole():
    points = np.full((2, SHELF.size), 0.25)
    seen = SLOTS.observe(points, np.array([0, 3]), np.array([0.0, 9.0]), np.zeros((2, 0)))
    assert seen.shape == (2, SLOTS.width)
    np.testing.assert_allclose(seen[0, :3], [1.0, 1.0, 0.0])
    np.testing.assert_allclose(seen[1, :3], [0.25, 0.25, 0.75])  # 3 of 12 kCHF, one of four slots
    entries = SLOTS.acted.shape[1]
    assert not np.any(seen[0, 3:])  # nothing has been placed
    np.testing.assert_allclose(seen[1, 3 : 3 + entries], 0.25)
    np.testing.assert_allclose(seen[1, 3 + entries :], 0.25 * 3 / 4)


def test_the_empty_stack_is_the_cheapest_and_its_choices_are_made():
    assert SLOTS.count == 4
    assert np.all(SLOTS.cheapest[SLOTS.present] == 0.0)
    hard = SLOTS.hardened(np.array([[0.3, 0.2, 0.9]]))
    np.testing.assert_allclose(hard, [[0.3, 0.0, 1.0]])
    assert SLOTS.paid.tolist() == [True, False, False]


def test_limits_that_every_slot_uses_up_are_seen_as_what_is_left_of_them():
    from dataclasses import replace

    growing = Slots(replace(SHELF, growing=("amount",)))
    seen = growing.observe(np.zeros((1, SHELF.size)), np.array([1]), np.array([3.0]), np.array([[-0.4]]))
    assert seen[0, 3] == pytest.approx(0.4)
