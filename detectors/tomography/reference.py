"""Layouts that people would build by hand, and what TomOpt published."""

from collections.abc import Sequence

import jax.numpy as jnp

import designopt as do
from designopt.units import m

PUBLISHED = {"start": 0.0255, "trained": 0.00165, "trained, bias corrected": 0.00113, "hand-made": 0.0011}
"""Mean squared errors of the fill height in m2 at a budget of 6 (arXiv 2309.14027). The number of muons is not known
to us, so that they are quoted, not reproduced."""

EVEN = "even"
LAYOUTS: dict[str, Sequence[float]] = {
    EVEN: (0.05, 0.15, 0.25, 0.35),
    "pairs at the ends": (0.0, 0.025, 0.375, 0.4),
    "close to the ladle": (0.0, 0.025, 0.05, 0.075),
    "three and three": (0.0, 0.2, 0.4),
    "two and two": (0.0, 0.4),
}
"""Distances from the ladle in m, alike above and below, of square panels of one size over its middle (assumed)."""


def references(above: int, below: int, area: float) -> dict[str, do.Design]:
    """The layouts that the slots have room for; so many square metres in all, which the budget then scales.

    Args:
        above, below: slots.
        area: of all panels together, m2.
    """
    room = min(above, below)
    return {name: layout(places, above, below, area) for name, places in LAYOUTS.items() if len(places) <= room}


def layout(places: Sequence[float], above: int, below: int, area: float) -> do.Design:
    """Square panels of one size at these distances from the ladle (m), above and below, over the middle."""
    span = (area / (2 * len(places))) ** 0.5
    distance, present = [], []
    for slots in (above, below):
        empty = slots - len(places)
        distance += [*places, *[0.2] * empty]
        present += [1.0] * len(places) + [0.0] * empty
    full = jnp.full(above + below, 1.0)
    return {
        "x": 0.5 * m * full, "y": 0.5 * m * full, "distance": m * jnp.asarray(distance),
        "span_x": span * m * full, "span_y": span * m * full, "present": jnp.asarray(present),
    }  # fmt: skip
