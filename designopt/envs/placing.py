"""Stacks under construction, many at a time: place a layer while it can be paid, stop, score what was built."""

from collections.abc import Callable
from functools import lru_cache

import jax
import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray

from designopt.envs.observation import Slots
from designopt.evaluation.evaluator import Evaluator
from designopt.evaluation.trial import Needs, Trial
from designopt.problem.problem import Problem
from designopt.problem.rounding import built_wish

SHRINKAGE = np.linspace(1.0, 0.0, 9)
"""An item that is too dear is tried at these fractions of the way from the cheapest item to the wished one."""


@lru_cache(maxsize=64)
def _pricer(problem: Problem) -> Callable[..., jax.Array]:
    return jax.jit(jax.vmap(lambda u: problem.cost(problem.space.decode(u))))


class Placing:
    """The stacks of `count` agents.

    An action has one entry a coordinate of a slot and a last one for stopping, all in [-1, 1]. The slot gets the
    coordinates base + reach * action, where base is the same layer of the design to start from, as built (the middle
    of the cube without one). Materials are the largest of their entries, whole numbers the nearest. The last entry
    stops: above 0.9 before the end of the base design, above -0.9 after it. A layer is legal if it and the cheapest
    completion can be paid; a dearer one shrinks along the line to the cheapest layer in eighths, and when even that
    is too dear it is not placed and the stack is finished. The money that a finished stack leaves is spent by the
    problem's spending map, like anybody's.
    """

    def __init__(self, evaluator: Evaluator, count: int, base: Float[ndarray, " coordinate"] | None, reach: float):
        self.evaluator, self.slots, self.count, self.reach = evaluator, Slots(evaluator.problem), count, reach
        self._price = _pricer(evaluator.problem)
        self.base, self.layers = self._followed(base)
        self.wishes = np.tile(self.slots.cheapest, (count, 1))
        self.placed = np.zeros(count, dtype=int)
        self.cost = np.full(count, self.price(self.wishes[:1])[0])
        self._empty_cost = float(self.cost[0])

    def _followed(self, base: Float[ndarray, " coordinate"] | None) -> tuple[np.ndarray, int]:
        """The layers that an action of zero places, present ones first, and how many the base design has."""
        problem = self.evaluator.problem
        if base is None:
            return np.full(self.slots.acted.shape, 0.5), self.slots.count
        start = built_wish(problem, np.asarray(base, dtype=float))
        layers = start[self.slots.acted]
        if self.slots.present is None:
            return layers, self.slots.count
        filled = np.flatnonzero(start[self.slots.present] >= 0.5)
        count = max(len(filled), 1)
        order = np.concatenate([filled, np.full(self.slots.count - len(filled), filled[-1] if len(filled) else 0)])
        return layers[order], count

    @property
    def actions(self) -> int:
        """Entries of an action."""
        return self.slots.acted.shape[1] + 1

    def price(self, wishes: Float[ndarray, "stack coordinate"]) -> Float[ndarray, " stack"]:
        """Money of raw stacks."""
        return np.asarray(self._price(wishes))

    def clear(self, rows: Int[ndarray, " some"] | slice = slice(None)) -> None:
        """Start these stacks anew."""
        self.wishes[rows], self.placed[rows], self.cost[rows] = self.slots.cheapest, 0, self._empty_cost

    def observe(self) -> Float[ndarray, "stack number"]:
        """What every agent sees."""
        return self.slots.observe(self.wishes, self.placed, self.cost)

    def step(self, actions: Float[ndarray, "stack entry"]) -> Bool[ndarray, " stack"]:
        """Place one layer a stack, or stop; says which stacks are finished."""
        actions = np.clip(np.asarray(actions, dtype=float), -1.0, 1.0)
        beyond = self.placed >= self.layers
        stopped = np.where(beyond, actions[:, -1] > -0.9, actions[:, -1] > 0.9) & (self.placed > 0)
        slot = np.minimum(self.placed, self.slots.count - 1)
        layer = self.slots.hardened(self.base[slot] + self.reach * actions[:, :-1])
        tried = self._with(layer, slot)
        cost = self.price(tried)
        dear = (cost > self.evaluator.problem.budget) & ~stopped
        if np.any(dear):
            tried, cost = self._shrunk(layer, slot, tried, cost, dear)
        broke = cost > self.evaluator.problem.budget
        placed = ~stopped & ~broke
        self.wishes[placed], self.cost[placed] = tried[placed], cost[placed]
        self.placed += placed
        return stopped | broke | (self.placed >= self.slots.count)

    def _with(self, layer: np.ndarray, slot: np.ndarray) -> np.ndarray:
        wishes, rows = self.wishes.copy(), np.arange(len(self.wishes))
        wishes[rows[:, None], self.slots.acted[slot]] = layer
        if self.slots.present is not None:
            wishes[rows, self.slots.present[slot]] = 1.0
        return wishes

    def _shrunk(
        self, layer: np.ndarray, slot: np.ndarray, tried: np.ndarray, cost: np.ndarray, dear: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """The largest legal fraction of every layer that is too dear."""
        cheapest = self.slots.cheapest[self.slots.acted[slot]]
        tried, cost = tried.copy(), cost.copy()
        for fraction in SHRINKAGE[1:]:
            if not np.any(dear):
                break
            smaller = np.where(self.slots.paid, cheapest + fraction * (layer - cheapest), layer)
            wishes = self._with(self.slots.hardened(smaller), slot)
            price = self.price(wishes)
            tried[dear], cost[dear] = wishes[dear], price[dear]
            dear = dear & (price > self.evaluator.problem.budget)
        return tried, cost

    def score(self, finished: Int[ndarray, " some"]) -> list[Trial]:
        """The finished stacks through the metered door, in one call; AllowanceSpent may pass through."""
        return self.evaluator.evaluate(self.wishes[finished], Needs.SCORE)
