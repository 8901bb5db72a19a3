"""What agents act on and observe: the coordinates of one slot, the money left, the stack so far."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray

from designopt.problem.problem import Problem

PRESENT = "present"
"""Name of the series that says whether a slot is filled."""


def no_slots(problem: Problem) -> str:
    """Why the variables of a problem have no slots that an agent could fill one by one; empty if they have."""
    counts = {variable.name: variable.count for variable in problem.space.variables}
    if None not in counts.values() and len(set(counts.values())) == 1:
        return ""
    return (
        f"An agent that places one layer per step needs variables that are series of one length, but "
        f"'{problem.name}' has {counts}. Use another optimiser, or write every variable as a series."
    )


@dataclass(frozen=True, eq=False)
class Slots:
    """The coordinates of a problem's cube by slot.

    Raises ValueError unless every variable is a series of one length.
    """

    problem: Problem

    def __post_init__(self) -> None:
        if why := no_slots(self.problem):
            raise ValueError(why)

    @cached_property
    def count(self) -> int:
        """Number of slots."""
        return self.problem.space.variables[0].count or 1

    def columns(self, name: str) -> Int[ndarray, "slot entry"]:
        """The coordinates of a variable, slot by slot."""
        where = self.problem.space.slices[name]
        return np.arange(where.start, where.stop).reshape(self.count, -1)

    def entries(self, name: str) -> Int[ndarray, " entry"]:
        """Where the coordinates of a variable stand among those that the agent chooses for a slot."""
        return np.flatnonzero(np.isin(self.acted[0], self.columns(name)[0]))

    @cached_property
    def acted(self) -> Int[ndarray, "slot entry"]:
        """The coordinates the agent chooses, slot by slot: all but presence."""
        names = [variable.name for variable in self.problem.space.variables if variable.name != PRESENT]
        return np.concatenate([self.columns(name) for name in names], axis=1)

    @cached_property
    def choices(self) -> tuple[slice, ...]:
        """The entries of an action that vote for a choice, one slice per choice; the largest vote wins."""
        groups = (np.flatnonzero(np.isin(self.acted[0], block)) for block in self.problem.space.choice_blocks)
        return tuple(slice(group[0], group[-1] + 1) for group in groups if len(group))

    @cached_property
    def levels(self) -> Float[ndarray, " entry"]:
        """Steps between the lowest and the highest whole number of an entry; 0 where it is none."""
        return self.problem.space.integer_levels[self.acted[0]].astype(float)

    @cached_property
    def present(self) -> Int[ndarray, " slot"] | None:
        """The presence coordinates, or None where every slot is always filled."""
        return self.columns(PRESENT)[:, 0] if PRESENT in self.problem.space.slices else None

    @cached_property
    def paid(self) -> Bool[ndarray, " entry"]:
        """Entries that money goes to."""
        return self.problem.cost_sign[self.acted[0]] != 0

    @cached_property
    def cheapest(self) -> Float[ndarray, " coordinate"]:
        """The empty stack: absent where possible, else the cheapest."""
        empty = np.where(self.problem.cost_sign > 0, 0.0, np.where(self.problem.cost_sign < 0, 1.0, 0.5))
        if self.present is not None:
            empty[self.present] = 0.0
        space = self.problem.space
        for block in space.choice_blocks:
            if np.any(space.nothing[block]):
                empty[block] = space.nothing[block]
        return empty

    @property
    def width(self) -> int:
        """Numbers in an observation."""
        return 3 + len(self.problem.growing) + 2 * self.acted.shape[1]

    def hardened(self, layer: Float[ndarray, "stack entry"]) -> Float[ndarray, "stack entry"]:
        """Proposed layers with their choices made and their whole numbers rounded."""
        layer = np.clip(layer, 0.0, 1.0)
        for group in self.choices:
            votes = layer[:, group]
            layer[:, group] = np.eye(votes.shape[1])[np.argmax(votes, axis=1)]
        whole = self.levels > 0
        layer[:, whole] = np.floor(layer[:, whole] * self.levels[whole] + 0.5) / self.levels[whole]
        return layer

    def observe(
        self,
        points: Float[ndarray, "stack coordinate"],
        placed: Int[ndarray, " stack"],
        cost: Float[ndarray, " stack"],
        limits: Float[ndarray, "stack limit"],
    ) -> Float[ndarray, "stack number"]:
        """Money left and slots left as fractions, the share of slots filled so far, what is left of every growing
        limit, the last layer, and the sum of all layers over the number of slots; every number in [0, 1]."""
        rows = np.arange(len(points))
        layers = points[rows[:, None, None], self.acted[None]]
        filled = np.arange(self.count)[None] < placed[:, None]
        last = layers[rows, np.maximum(placed - 1, 0)] * (placed > 0)[:, None]
        total = np.sum(layers * filled[:, :, None], axis=1) / self.count
        share = placed / self.count
        left = 1.0 - cost / self.problem.budget
        seen = np.concatenate([left[:, None], 1.0 - share[:, None], share[:, None], -limits, last, total], axis=1)
        return np.clip(seen, 0.0, 1.0).astype(np.float32)
