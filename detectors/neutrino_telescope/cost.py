"""What strings cost: deployment, cable, modules, and the cable over the ground to the hub at x = y = 0."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import jax.numpy as jnp

from designopt import CostBreakdown
from designopt.detectors.neutrino_telescope.strings import Strings

HUB = 1.0
"""Length in m over which the distance to the hub is rounded at the hub."""


@dataclass(frozen=True)
class Prices:
    """Prices in kCHF: of a string's deployment, per m of its cable, of a module, per m of ground cable."""

    deployment: float
    cable: float
    module: float
    ground_cable: float


PRICES: Mapping[str, Prices] = {
    "ice": Prices(deployment=500.0, cable=0.05, module=8.0, ground_cable=0.06),
    "water": Prices(deployment=100.0, cable=0.05, module=10.0, ground_cable=0.1),
}
"""Assumed, by medium: no collaboration publishes a bill. A hole is drilled with hot water; a string in the sea is
unrolled from a ship. Only their ratios matter to a comparison at equal money."""


def bill(strings: Strings, prices: Prices, floor: float | None) -> CostBreakdown:
    """Money by item in kCHF.

    A string's cable reaches from the surface to its last module, or, with a `floor`, from there to its first one.

    Args:
        strings: lengths in m.
        prices: kCHF, and kCHF per m.
        floor: depth of the sea floor in m; None where cables hang from the surface.
    """
    there = strings.present
    cable = strings.top_depth + strings.length if floor is None else floor - strings.top_depth
    away = jnp.sqrt(strings.x**2 + strings.y**2 + HUB**2) - HUB
    return {
        "deployment": prices.deployment * jnp.sum(there),
        "cable": prices.cable * jnp.sum(there * cable),
        "modules": prices.module * jnp.sum(there * strings.modules),
        "ground cable": prices.ground_cable * jnp.sum(there * away),
    }


def prices_of(medium: str, own: Mapping[str, float] | None) -> Prices:
    """The prices of a medium, with a user's own over them.

    Raises ValueError, in a sentence, for a name that is no price.
    """
    usual = asdict(PRICES[medium])
    for name in own or {}:
        if name not in usual:
            raise ValueError(f"The prices name '{name}'. Prices are {', '.join(usual)}, in kCHF and kCHF per m.")
    return Prices(**{**usual, **{name: float(value) for name, value in (own or {}).items()}})
