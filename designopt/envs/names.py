"""Every number that an agent observes or sets, by name and with its meaning."""

from typing import NamedTuple

from designopt.design.variables import Variable
from designopt.envs.slots import Slots


class Named(NamedTuple):
    """One entry of an observation or of an action, and what it means."""

    name: str
    meaning: str


def entries(slots: Slots) -> tuple[Named, ...]:
    """The coordinates that an agent sets in one slot, in the order of `Slots.acted`.

    A choice has one entry per choice, `material=Pb`; every other variable one, with its own range.
    """
    names: dict[int, Named] = {}
    for variable in slots.problem.space.variables:
        where = slots.problem.space.slices[variable.name]
        names.update(zip(range(where.start, where.stop), _of(variable) * (variable.count or 1), strict=True))
    return tuple(names[int(column)] for column in slots.acted[0])


def observed(slots: Slots) -> tuple[Named, ...]:
    """The entries of `Slots.observe`, in its order; every number lies in [0, 1]."""
    layer = entries(slots)
    return (
        Named("money_left", "budget minus the price of the stack so far, over the budget"),
        Named("slots_left", "empty slots over all slots"),
        Named("slots_filled", "filled slots over all slots"),
        *(Named(f"{name}_left", f"what is left of the side limit '{name}'") for name in slots.problem.growing),
        *(Named(f"last:{one.name}", f"in the slot filled last: {one.meaning}") for one in layer),
        *(Named(f"sum:{one.name}", f"summed over filled slots, over all slots: {one.meaning}") for one in layer),
    )


def _of(variable: Variable) -> list[Named]:
    if variable.choice:
        return [Named(f"{variable.name}={choice}", f"1 for {choice}, else 0") for choice in variable.choices]
    low, high = variable.lower / variable.unit, variable.upper / variable.unit
    along = f"0 is {low:g}, 1 is {high:g}"
    if variable.continuous:
        along += f" {variable.label}".rstrip() + (", logarithmic" if variable.scale == "log" else "")
    return [Named(variable.name, along)]
