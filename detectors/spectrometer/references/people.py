"""Reference designs: the stations of SHiP, and stations at equal distances."""

from collections.abc import Sequence

import jax.numpy as jnp
import numpy as np

from designopt.design.space import Design, DesignSpace
from designopt.detectors.spectrometer.catalogue import Technology

SHIP = (-5500.0, -3500.0, 3500.0, 5500.0)
"""Places in mm of the four straw stations of SHiP (recalled, arXiv 1504.04956), the middle of the magnet at 0."""


def equidistant(count: int, inner: float, outer: float) -> tuple[float, ...]:
    """So many stations at equal distances from -outer to outer; those that would stand in the magnet stand beside it.

    Where that puts two in one place, both sides are filled evenly instead.
    """
    places = np.linspace(-outer, outer, count) if count > 1 else np.array([outer])
    aside = np.where(np.abs(places) < inner, np.where(places < 0, -inner, inner), places)
    if len(set(aside.tolist())) == count:
        return tuple(aside.tolist())
    before = count // 2
    front, back = np.linspace(-outer, -inner, before), np.linspace(inner, outer, count - before)
    return tuple(np.concatenate([front, back]).tolist())


def design_of(
    places: Sequence[float], names: Sequence[str], space: DesignSpace, technologies: Sequence[Technology]
) -> Design:
    """Stations at these places (mm), each of a named technology, as a design; absent slots repeat the last station."""
    slots = space["distance"].count or 1
    filled = [*places, *[places[-1]] * (slots - len(places))]
    kinds = [*names, *[names[-1]] * (slots - len(names))]
    rows = [[technology.name for technology in technologies].index(kind) for kind in kinds]
    design = {
        "distance": jnp.abs(jnp.asarray(filled)),
        "downstream": (jnp.asarray(filled) > 0).astype(float),
    }
    there = (jnp.arange(slots) < len(places)).astype(float)
    possible = {
        "present": there,
        "grade": there * (jnp.asarray(rows) + 1.0),
        "resolution": jnp.asarray([technologies[row].resolution for row in rows]),
    }
    return design | {name: values for name, values in possible.items() if name in space.slices}


def references(space: DesignSpace, technologies: Sequence[Technology], inner: float, outer: float) -> dict[str, Design]:
    """SHiP's four stations where they fit, and as many (or all, where none may be absent) at equal distances."""
    names = [technology.name for technology in technologies]
    usual = "120 um" if "120 um" in names else names[0]
    slots = space["distance"].count or 1
    fixed = not any(name in space.slices and space[name].decode(jnp.asarray(0.0)) == 0 for name in ("present", "grade"))
    count = slots if fixed else min(4, slots)
    found = {"equidistant": design_of(equidistant(count, inner, outer), [usual] * count, space, technologies)}
    fits = min(map(abs, SHIP)) >= inner and max(map(abs, SHIP)) <= outer
    if count == len(SHIP) and fits and "120 um" in names:
        found = {"SHiP": design_of(SHIP, [usual] * count, space, technologies), **found}
    return found
