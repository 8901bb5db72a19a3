"""Written surfaces whose hits know that layers do not stand where they should."""

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from jaxtyping import Array, Float

from designopt.detectors.tracker.description import Surface, layout_of, sides_of
from designopt.detectors.tracker.layout.surfaces import Layout
from designopt.detectors.tracker.review.conditions import Conditions
from designopt.stored import StoredJit


def misaligned(surfaces: Sequence[Surface], conditions: Conditions) -> list[Surface]:
    """The surfaces with `Conditions.place_variance` in their errors; one on both sides has that of the worse side."""
    moves: dict[tuple[str, float], float] = {}
    for there in sides_of(surfaces).values():
        barrel, disks = ([surface for surface in there if surface.disk == disk] for disk in (False, True))
        layout = layout_of(there).in_common_sizes()
        variance = np.asarray(_variance(layout, conditions))
        for one, part in ((barrel, variance), (disks, variance[layout.barrels :])):
            for surface, value in zip(one, part.tolist(), strict=False):
                key = surface.label, surface.place
                moves[key] = max(value, moves.get(key, 0.0))

    def moved(surface: Surface) -> Surface:
        variance = moves[surface.label, surface.place]
        errors = tuple(None if e is None else math.sqrt(e**2 + variance) for e in surface.errors)
        return replace(surface, errors=(errors[0], errors[1]))

    return [moved(surface) for surface in surfaces]


@partial(StoredJit, quickly=True)
def _variance(layout: Layout, conditions: Conditions) -> Float[Array, " surface"]:
    return conditions.place_variance(layout)
