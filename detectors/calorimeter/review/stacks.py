"""Stacks as people quote them, so many layers of each kind, written as designs of a problem."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from designopt.design.space import Design, DesignSpace
from designopt.detectors.calorimeter.review.kinds import THICKNESS_OF
from designopt.detectors.few_kinds import membership


class Kind(NamedTuple):
    """One kind of layer: plate, sensor and pitch; lengths in mm."""

    absorber: str
    plate: float
    active: str
    sensor: float
    pitch: float


Stack = Sequence[tuple[int, Kind]]
"""So many layers of a kind, front to back."""


def cells_of(stack: Stack) -> list[dict[str, Any]]:
    """A stack in the words of `designopt evaluate`: its `layers`."""
    return [
        {
            "absorber": kind.absorber,
            "absorber_thickness": kind.plate,
            "active": kind.active,
            "active_thickness": kind.sensor,
            "pitch": kind.pitch,
            "repeat": number,
        }
        for number, kind in stack
    ]


def stack_of_design(design: Design, absorbers: Sequence[str], actives: Sequence[str]) -> Stack:
    """The stack of a built design, neighbours of one kind together."""
    there = np.asarray(design["present"]) > 0.5
    kinds = np.asarray(membership(design, "pitch")).argmax(axis=1)[there]
    table = {name: np.asarray(value, float) for name, value in design.items()}
    count = table["pitch"].size

    def chosen(variable: str, names: Sequence[str], kind: int) -> str:
        return names[int(table.get(variable, np.ones((count, 1)))[kind].argmax())]

    found: list[tuple[int, Kind]] = []
    for place in kinds.tolist():
        active = chosen("active", actives, place)
        sizes = (table[name][place] for name in ("absorber_thickness", THICKNESS_OF[active], "pitch"))
        plate, sensor, pitch = (round(float(size), 6) for size in sizes)
        kind = Kind(chosen("absorber", absorbers, place), plate, active, sensor, pitch)
        found = [*found[:-1], (found[-1][0] + 1, kind)] if found and found[-1][1] == kind else [*found, (1, kind)]
    return found


def fits(stack: Stack, space: DesignSpace, absorbers: Sequence[str], actives: Sequence[str]) -> bool:
    """Whether a problem has the slots, the kinds and the materials for a stack."""
    names = {kind.absorber for _, kind in stack} <= set(absorbers) and {kind.active for _, kind in stack} <= set(
        actives
    )
    slots, kinds = space["present"].count or 1, space["pitch"].count or 1
    return names and sum(number for number, _ in stack) <= slots and len(stack) <= kinds


def design_of(stack: Stack, space: DesignSpace, absorbers: Sequence[str], actives: Sequence[str]) -> Design:
    """A stack as a design, which has to fit. Kinds and slots that are left over repeat the last ones.

    The thickness of the sensor that a kind does not have is in the middle of its range.
    """
    slots, count = space["present"].count or 1, space["pitch"].count or 1
    places = [place for place, (number, _) in enumerate(stack) for _ in range(number)]
    filled = [*places, *[places[-1]] * (slots - len(places))]
    every = "kind" not in space.slices and count == slots
    # Without a limit on the kinds every slot is one.
    order = filled if every else [*range(len(stack)), *[len(stack) - 1] * (count - len(stack))]
    kinds = [stack[place][1] for place in order]
    design: Design = {
        "absorber_thickness": jnp.asarray([kind.plate for kind in kinds]),
        "pitch": jnp.asarray([kind.pitch for kind in kinds]),
        "present": (jnp.arange(slots) < len(places)).astype(float),
    }
    for name in actives:
        middle = float(space[THICKNESS_OF[name]].decode(jnp.asarray(0.5)))
        sizes = [kind.sensor if kind.active == name else middle for kind in kinds]
        design[THICKNESS_OF[name]] = jnp.asarray(sizes)
    for variable, names, chosen in (
        ("absorber", absorbers, [kind.absorber for kind in kinds]),
        ("active", actives, [kind.active for kind in kinds]),
    ):
        if variable in space.slices:
            design[variable] = jnp.asarray(np.eye(len(names))[[list(names).index(one) for one in chosen]])
    if "kind" in space.slices:
        design["kind"] = jnp.asarray(np.eye(count)[filled])
    return design
