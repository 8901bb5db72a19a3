"""An action is one decision, from a list; what cannot be paid is masked."""

from typing import NamedTuple

import gymnasium
import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray

from designopt.design.variables import Variable
from designopt.envs.actions import AbstractActions
from designopt.envs.names import Named, entries
from designopt.envs.slots import PRESENT
from designopt.evaluation.evaluator import Evaluator

SIZES = np.array([0.0, -1.0, 1.0, -0.25, 0.25, -0.0625, 0.0625])
"""Options for a continuous variable: so far from the base design's value, in units of the reach."""
WHOLE = 16
"""So many options has a whole number, the closest to the base design's."""
STAYS, EMPTY, LAST = range(3)
"""What follows a decision: the next one about this slot, the next slot, or the end of the episode."""


class Lists(NamedTuple):
    """For every slot and decision: the coordinates it sets, their values row by row, which rows exist, what follows."""

    sets: Bool[ndarray, "slot decision coordinate"]
    values: Float[ndarray, "slot decision row coordinate"]
    offered: Bool[ndarray, "slot decision row"]
    leads: Int[ndarray, "slot decision row"]


class ChoiceActions(AbstractActions):
    """One decision per step: is there another slot, what is in it, how much of it.

    An action is a row of a list. Row 0 is always what the base design has; the others are the other choices, the other
    whole numbers, the closest first, or sizes a few steps away, and the cheapest one. Presence is decided first in a
    slot, and an absent slot ends the episode; then choices that can be nothing, which leave a slot empty. A row is
    masked unless the stack with it and the cheapest completion can be paid and keeps the growing limits; where that
    leaves nothing, the cheapest row stays. A masked action counts as the first row that is not.
    """

    def __init__(self, evaluator: Evaluator, count: int, base: Float[ndarray, " coordinate"] | None, reach: float):
        super().__init__(evaluator, count, base)
        variables = self.slots.problem.space.variables
        decided = sorted(variables, key=lambda v: (v.name != PRESENT, v.nothing is None))
        self._decided = [variable.name for variable in decided]
        self.lists = self._listed(decided, reach)
        self._turn = np.zeros(count, dtype=int)
        self._offer()
        self.action_space = gymnasium.spaces.Discrete(self.lists.values.shape[2])
        self.observation_space = gymnasium.spaces.Box(0.0, 1.0, (self.observe().shape[1],), np.float32)

    def _listed(self, decided: list[Variable], reach: float) -> Lists:
        shape = self.slots.count, len(decided)
        lists = [[self._list(v, slot, reach) for v in decided] for slot in range(shape[0])]
        rows, size = max(len(values) for row in lists for values, _ in row), self.slots.problem.size
        found = Lists(
            np.zeros((*shape, size), bool),
            np.zeros((*shape, rows, size)),
            np.zeros((*shape, rows), bool),
            np.zeros((*shape, rows), int),
        )
        for slot, row in enumerate(lists):
            for turn, (variable, (values, leads)) in enumerate(zip(decided, row, strict=True)):
                columns = self.slots.columns(variable.name)[slot]
                found.sets[slot, turn, columns] = slot < self.slots.length(variable.name)
                found.values[slot, turn, : len(values), columns] = values.T
                found.offered[slot, turn, : len(values)] = True
                found.leads[slot, turn, : len(values)] = leads
        return found

    def _list(self, variable: Variable, slot: int, reach: float) -> tuple[np.ndarray, np.ndarray]:
        """Options of one variable of a slot: its coordinates, shape (row, coordinate), and what follows each.

        A variable that has no value in the slot has one row, which sets nothing.
        """
        if slot >= self.slots.length(variable.name):
            return np.zeros((1, variable.width)), np.array([STAYS])
        if variable.name == PRESENT:
            there = np.array([1.0]) if slot == 0 else np.array([1.0, 0.0] if slot < self.layers else [0.0, 1.0])
            return there[:, None], np.where(there > 0, STAYS, LAST)
        base = self.base[slot, self.slots.entries(variable.name)]
        if variable.choice:
            first = int(np.argmax(base))
            order = [first, *(choice for choice in range(variable.width) if choice != first)]
            nothing = [variable.choices[choice] == variable.nothing for choice in order]
            return np.eye(variable.width)[order], np.where(nothing, EMPTY, STAYS)
        if variable.levels:
            most = variable.levels
            values = np.array(sorted(range(most + 1), key=lambda n: abs(n - base[0] * most))[:WHOLE]) / most
        else:
            values = np.clip(base[0] + reach * SIZES, 0.0, 1.0)
        column = self.slots.columns(variable.name)[slot]
        if self.slots.problem.cost_sign[column[0]] != 0:
            values = np.append(values, self.slots.cheapest[column])
        return values[:, None], np.full(len(values), STAYS)

    @property
    def length(self) -> int:
        """Decisions about the layers of the base design."""
        return self.layers * self.lists.sets.shape[1]

    @property
    def observed(self) -> tuple[Named, ...]:
        """As `Slots.observe`; then which slot and which decision, and the slot so far."""
        slots = range(1, self.slots.count + 1)
        return (
            *super().observed,
            *(Named(f"slot:{slot}", f"1 while slot {slot} is decided, else 0") for slot in slots),
            *(Named(f"decision:{name}", f"1 while '{name}' is decided, else 0") for name in self._decided),
            *(Named(f"now:{one.name}", f"in this slot so far: {one.meaning}") for one in entries(self.slots)),
        )

    @property
    def acted(self) -> tuple[Named, ...]:
        """The rows of the longest list."""
        others = "another choice, another whole number (the nearest first) or another size, the cheapest last"
        rows = range(1, self.lists.values.shape[2])
        return (Named("as_base", "as the base design"), *(Named(f"option_{row}", others) for row in rows))

    def _offer(self) -> None:
        """Compute stacks, cost and limits after every row of every agent's list, and the action mask."""
        at = np.minimum(self.placed, self.slots.count - 1), self._turn
        self._stacks = np.where(self.lists.sets[at][:, None], self.lists.values[at], self.points[:, None])
        cost, limits = self.price(self._stacks.reshape(-1, self.slots.problem.size))
        rows = self.count, self._stacks.shape[1]
        self._costs, self._used = cost.reshape(rows), limits.reshape(*rows, -1)
        offered = self.lists.offered[at]
        allowed = offered & self.legal(cost, limits).reshape(rows)
        cheapest = np.arange(rows[1]) == np.argmin(np.where(offered, self._costs, np.inf), axis=1)[:, None]
        self.masks = np.where(np.any(allowed, axis=1)[:, None], allowed, cheapest)

    def reset(self, rows: Int[ndarray, " some"] | slice = slice(None)) -> None:
        """Begin a new episode in these rows."""
        super().reset(rows)
        self._turn[rows] = 0
        self._offer()

    def action_mask(self) -> dict[str, Bool[ndarray, "stack action"]]:
        """The allowed rows of every agent's list, shape (agent, row), as sb3-contrib names them."""
        return {"action_masks": self.masks}

    def observe(self) -> Float[ndarray, "stack number"]:
        """As `Slots.observe`; then which slot and which decision, each one-hot, and the slot so far."""
        slot = np.minimum(self.placed, self.slots.count - 1)
        so_far = self.points[np.arange(self.count)[:, None], self.slots.acted[slot]] * self.slots.exists[slot]
        where = np.eye(self.slots.count)[slot], np.eye(self.lists.sets.shape[1])[self._turn]
        plain = self.slots.observe(self.points, self.placed, self.cost, self.limits)
        return np.concatenate([plain, *where, so_far], axis=1).astype(np.float32)

    def step(self, actions: ndarray) -> Bool[ndarray, " stack"]:
        """One decision per agent; returns which episodes have ended."""
        agents, rows = np.arange(self.count), np.asarray(actions, dtype=int)
        rows = np.where(self.masks[agents, rows], rows, np.argmax(self.masks, axis=1))
        leads = self.lists.leads[np.minimum(self.placed, self.slots.count - 1), self._turn, rows]
        self.points, self.cost, self.limits = (part[agents, rows] for part in (self._stacks, self._costs, self._used))
        self._turn += 1
        onward = (leads == EMPTY) | (self._turn == self.lists.sets.shape[1])
        self.placed += onward
        self._turn[onward] = 0
        finished = (leads == LAST) | (self.placed == self.slots.count)
        self._offer()
        return finished
