"""What agents act on and observe: the coordinates of one slot, the money left, the stack so far."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray

from designopt.problem.problem import Problem

PRESENT = "present"
"""Name of the series that says whether a slot is filled."""


@dataclass(frozen=True, eq=False)
class Slots:
    """The coordinates of a problem's cube by slot.

    There are as many slots as the longest series has values. A shorter series fills the first ones, a lone value is
    one of the first slot: `exists` says which entries of a slot there are.
    """

    problem: Problem

    @cached_property
    def count(self) -> int:
        """Number of slots."""
        return max(variable.count or 1 for variable in self.problem.space.variables)

    def length(self, name: str) -> int:
        """How many slots a variable has a value in."""
        return self.problem.space[name].count or 1

    def columns(self, name: str) -> Int[ndarray, "slot entry"]:
        """The coordinates of a variable, slot by slot; those of its first value where a slot has none of it."""
        where = self.problem.space.slices[name]
        own = np.arange(where.start, where.stop).reshape(self.length(name), -1)
        return np.concatenate([own, np.repeat(own[:1], self.count - len(own), axis=0)])

    def entries(self, name: str) -> Int[ndarray, " entry"]:
        """Where the coordinates of a variable stand among those that the agent chooses for a slot."""
        return np.flatnonzero(np.isin(self.acted[0], self.columns(name)[0]))

    @cached_property
    def acted(self) -> Int[ndarray, "slot entry"]:
        """The coordinates the agent chooses, slot by slot: all but presence."""
        return np.concatenate([self.columns(name) for name in self._chosen], axis=1)

    @cached_property
    def exists(self) -> Bool[ndarray, "slot entry"]:
        """Which of the entries of `acted` a slot has: all, where every variable is a series of one length."""
        parts = [np.repeat(np.arange(self.count)[:, None] < self.length(name), self.columns(name).shape[1], axis=1)
                 for name in self._chosen]  # fmt: skip
        return np.concatenate(parts, axis=1)

    @cached_property
    def _chosen(self) -> list[str]:
        return [variable.name for variable in self.problem.space.variables if variable.name != PRESENT]

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
        layers = points[rows[:, None, None], self.acted[None]] * self.exists
        filled = np.arange(self.count)[None] < placed[:, None]
        last = layers[rows, np.maximum(placed - 1, 0)] * (placed > 0)[:, None]
        total = np.sum(layers * filled[:, :, None], axis=1) / self.count
        share = placed / self.count
        left = 1.0 - cost / self.problem.budget
        seen = np.concatenate([left[:, None], 1.0 - share[:, None], share[:, None], -limits, last, total], axis=1)
        return np.clip(seen, 0.0, 1.0).astype(np.float32)
