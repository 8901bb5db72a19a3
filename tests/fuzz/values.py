"""Values that stand where others belong: of a wrong kind, of no size, of no sense."""

from typing import Any

import numpy as np
from hypothesis import strategies as st


def nested(levels: int) -> Any:
    """Lists inside each other."""
    found: Any = []
    for _ in range(levels):
        found = [found]
    return found


NO_NUMBERS = (
    True, False, "", "5", "1e3", "abc", "nan", [], [1.0], {}, {"value": 1}, float("nan"), float("inf"), float("-inf"),
    10**400, -(10**400), 10**5000, 1e305, -1e305, nested(40), "\x00", "[/b]", "9" * 5000, [[]], [None],
)  # fmt: skip
"""Nothing of this is a number that a computer can reckon with."""
NUMPY_NO_NUMBERS = (np.nan, np.bool_(True), np.array([1.0, 2.0]), np.str_("5"), np.datetime64("2026-01-01"), 3j, b"5")
"""And nothing of this, in a process."""
HUGE = (1e6, 1e9, 1e12, 1e25, 1e100)
"""Factors after which no quantity is what it was."""
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=12),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=8), inside, max_size=4),
    max_leaves=12,
)
"""Whatever a JSON file may hold, and a little more."""
STRANGE = st.sampled_from([*NO_NUMBERS, None, 0, -1, 0.0, -0.0, 1e25, 2**63, -(2**63), 1e-300, 5e-324, 1.5]) | JSON
"""A single value of any kind."""
NUMPY_NUMBERS = (np.int64, np.int32, np.float32, np.float64, np.uint8, np.float16)
"""Kinds in which a number is as good as Python's."""


def short(value: Any, length: int = 40) -> str:
    """At most so many characters of what Python shows of a value; whole numbers may have thousands of digits."""
    try:
        return repr(value)[:length]
    except (ValueError, RecursionError) as error:
        return f"<{type(error).__name__}>"
