"""Sizes of padded arrays: powers of two, never too small, never twice as large as needed."""

from designopt.design.padding import next_power_of_two


def test_a_padded_size_is_the_smallest_power_of_two_that_holds_the_count():
    assert [next_power_of_two(n) for n in range(10)] == [1, 1, 2, 4, 4, 8, 8, 8, 8, 16]
