"""Array sizes that repeat: compiled code is made for a few shapes, and smaller arrays are padded to them."""


def next_power_of_two(count: int) -> int:
    """The smallest power of two that is not below `count`; 1 for counts below one.

    Arrays padded to it have few different shapes, so that JAX compiles few times, and less than half of one is padding.
    """
    return 1 << max(count - 1, 0).bit_length()
