"""Layouts that people would draw for a sum of money, each at exactly that sum."""

from collections.abc import Callable, Mapping

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from numpy import ndarray

from designopt import Design, DesignSpace
from designopt.detectors.neutrino_telescope.references.layouts import Site, hexagon
from designopt.units import m

Money = Callable[[Design], Float[Array, ""]]
TALL = 1.5
"""How much taller than the site's own string that of the "tall hexagon" is."""
TALL_WIDE = 1.75
"""The same of the hexagon that is wide too: the best of a grid of hexagons (`studies/telescope_by_hand.py`)."""


def circle(count: int, radius: float, turn: float = 0.0) -> Float[ndarray, "string 2"]:
    """Strings at equal distances on a circle.

    Args:
        count: number of strings.
        radius: m.
        turn: rad.
    """
    angle = turn + 2.0 * np.pi * np.arange(count) / max(count, 1)
    return radius * np.stack([np.cos(angle), np.sin(angle)], axis=-1)


def core_and_ring(count: int, between: float) -> Float[ndarray, "string 2"]:
    """Half of the strings in a hexagon of half the distance, the others on a ring of one and a half.

    Args:
        count: number of strings.
        between: m.
    """
    inner = count // 2
    return np.concatenate([hexagon(inner, 0.5 * between), circle(count - inner, 1.5 * between, 0.3)])


def three_clusters(count: int, between: float) -> Float[ndarray, "string 2"]:
    """Three groups, `between` m from the middle, of strings at half that distance of each other.

    Args:
        count: number of strings.
        between: m.
    """
    groups = [hexagon(len(part), 0.5 * between) for part in np.array_split(np.arange(count), 3)]
    return np.concatenate([g + c for g, c in zip(groups, circle(3, between, 0.2), strict=True)])


def hand_made(site: Site, space: DesignSpace, cost: Money, budget: float) -> dict[str, Design]:
    """The site's own hexagon, a taller, a wider one, one that is both, core and ring, a ring, three clusters.

    Each costs exactly the `budget`: as many strings as the hexagon of the site's own strings can have for the money;
    then every string gets as many modules as still leave the rest to cable. What cannot cost the budget is left out.
    """
    count = _slots(space)
    while count > 1 and float(cost(design_of(site, space, hexagon(count, site.between)))) > budget * (1 + 1e-9):
        count -= 1
    between = site.between
    shapes: Mapping[str, tuple[np.ndarray, float]] = {
        "hexagon": (hexagon(count, between), 1.0),
        "tall hexagon": (hexagon(count, between), TALL),
        "wide hexagon": (hexagon(count, 1.5 * between), 1.0),
        "tall wide hexagon": (hexagon(count, 1.5 * between), TALL_WIDE),
        "core and ring": (core_and_ring(count, between), 1.0),
        "ring": (circle(count, between), 1.0),
        "three clusters": (three_clusters(count, between), 1.0),
    }
    found = {}
    for name, (places, taller) in shapes.items():
        made = at_budget(site, space, places, taller, cost, budget)
        if made is not None:
            found[name] = made
    return found


def design_of(
    site: Site, space: DesignSpace, places: Float[ndarray, "string 2"], taller: float = 1.0, modules: int | None = None
) -> Design:
    """Equal strings at these places; slots that are left over are empty and stand at the first place.

    Args:
        site: depth, spacing and modules of a string.
        space: the variables.
        places: m.
        taller: factor of the height, which is the site's whatever the number of modules, within the depths allowed.
        modules: number of a string; None for the site's.
    """
    slots, usual = _slots(space), min(site.modules, _most(space))
    number = usual if modules is None else modules
    full = np.concatenate([places, np.repeat(places[:1], slots - len(places), axis=0)])
    height = min(taller * site.spacing * (usual - 1), site.depths[1] - site.depths[0])
    top = min(site.top_depth, site.depths[1] - height)
    spacing = height / max(number - 1, 1)
    return {
        "x": jnp.asarray(full[:, 0] * m),
        "y": jnp.asarray(full[:, 1] * m),
        "top_depth": jnp.full(slots, top * m),
        "spacing": jnp.full(slots, spacing * m),
        "modules": jnp.full(slots, float(number)),
        "present": (jnp.arange(slots) < len(places)).astype(float),
    }


def at_budget(
    site: Site, space: DesignSpace, places: Float[ndarray, "string 2"], taller: float, cost: Money, budget: float
) -> Design | None:
    """Equal strings at these places for exactly the budget, or None.

    Cable takes up what modules leave: of all numbers of modules the one whose string is most like what is wanted.

    Args:
        site: the usual string.
        space: the variables.
        places: m.
        taller: factor of the height.
        cost: design -> kCHF.
        budget: kCHF.
    """
    sized = "spacing" if site.floor is None else "top_depth"
    best, off = None, np.inf
    for number in range(2, _most(space) + 1):
        design = design_of(site, space, places, taller, number)
        low, high = (float(end) for end in _bounds(space, sized))
        wanted, deepest = float(design[sized][0]), site.depths[1] * m
        if sized == "spacing":
            high = min(high, (deepest - float(design["top_depth"][0])) / (number - 1))
        else:
            high = min(high, deepest - float(design["spacing"][0]) * (number - 1))
        prices = [float(cost({**design, sized: jnp.full_like(design[sized], end)})) - budget for end in (low, high)]
        if high <= low or prices[0] * prices[1] > 0:
            continue
        value = low + (high - low) * prices[0] / (prices[0] - prices[1])  # the cost is linear in either
        if abs(value - wanted) / wanted < off:
            best, off = {**design, sized: jnp.full_like(design[sized], value)}, abs(value - wanted) / wanted
    return best


def _slots(space: DesignSpace) -> int:
    return space["x"].count or 1


def _most(space: DesignSpace) -> int:
    return int(_bounds(space, "modules")[1])


def _bounds(space: DesignSpace, name: str) -> tuple[float, float]:
    variable = space[name]
    assert not variable.choice
    return variable.lower, variable.upper
