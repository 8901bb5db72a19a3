"""Stacks under construction, many at a time: place a layer while it can be paid, stop, score what was built."""

from collections.abc import Callable
from functools import lru_cache

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray

from designopt.envs.observation import Slots
from designopt.evaluation.evaluator import Evaluator
from designopt.evaluation.trial import Needs, Trial
from designopt.problem.constraints import MET
from designopt.problem.problem import Problem
from designopt.problem.rounding import built_wish

SHRINKAGE = np.linspace(1.0, 0.0, 9)
"""An item that is too dear is tried at these fractions of the way from the cheapest item to the wished one."""


@lru_cache(maxsize=64)
def _pricer(problem: Problem) -> Callable[..., tuple[jax.Array, jax.Array]]:
    """Money and growing limits of raw stacks."""

    def one(u: jax.Array) -> tuple[jax.Array, jax.Array]:
        design = problem.space.decode(u)
        limits = problem.constraints(design)
        return problem.cost(design), jnp.asarray([limits[name] for name in problem.growing], dtype=float)

    return jax.jit(jax.vmap(one))


class Placing:
    """The stacks of `count` agents.

    An action has one entry a coordinate of a slot and a last one for stopping, all in [-1, 1]. The slot gets the
    coordinates base + reach * action, where base is the same layer of the design to start from, as built (the middle
    of the cube without one). Materials are the largest of their entries, whole numbers the nearest. The last entry
    stops: above 0.9 before the end of the base design, above -0.9 after it. A layer is legal if it and the cheapest
    completion can be paid, and if the stack keeps the problem's growing limits; any other shrinks along the line to
    the cheapest layer in eighths, and when even that is not legal it is not placed and the stack is finished. The
    money that a finished stack leaves is spent by the problem's spending map, like anybody's.
    """

    def __init__(self, evaluator: Evaluator, count: int, base: Float[ndarray, " coordinate"] | None, reach: float):
        self.evaluator, self.slots, self.count, self.reach = evaluator, Slots(evaluator.problem), count, reach
        self._price = _pricer(evaluator.problem)
        self.base, self.layers = self._followed(base)
        self.wishes = np.tile(self.slots.cheapest, (count, 1))
        self.placed = np.zeros(count, dtype=int)
        self.cost, self.limits = self.price(self.wishes)
        self._empty_cost, self._empty_limits = self.cost[0], self.limits[0]

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

    def price(
        self, wishes: Float[ndarray, "stack coordinate"]
    ) -> tuple[Float[ndarray, " stack"], Float[ndarray, "stack limit"]]:
        """Money of raw stacks, and their growing limits."""
        cost, limits = self._price(wishes)
        return np.array(cost), np.array(limits)

    def legal(self, cost: Float[ndarray, " stack"], limits: Float[ndarray, "stack limit"]) -> Bool[ndarray, " stack"]:
        """Can be paid and keeps the growing limits."""
        return (cost <= self.evaluator.problem.budget) & np.all(limits <= MET, axis=1)

    def clear(self, rows: Int[ndarray, " some"] | slice = slice(None)) -> None:
        """Start these stacks anew."""
        self.wishes[rows], self.placed[rows] = self.slots.cheapest, 0
        self.cost[rows], self.limits[rows] = self._empty_cost, self._empty_limits

    def observe(self) -> Float[ndarray, "stack number"]:
        """What every agent sees."""
        return self.slots.observe(self.wishes, self.placed, self.cost, self.limits)

    def step(self, actions: Float[ndarray, "stack entry"]) -> Bool[ndarray, " stack"]:
        """Place one layer a stack, or stop; says which stacks are finished."""
        actions = np.clip(np.asarray(actions, dtype=float), -1.0, 1.0)
        beyond = self.placed >= self.layers
        stopped = np.where(beyond, actions[:, -1] > -0.9, actions[:, -1] > 0.9) & (self.placed > 0)
        slot = np.minimum(self.placed, self.slots.count - 1)
        layer = self.slots.hardened(self.base[slot] + self.reach * actions[:, :-1])
        tried = self._with(layer, slot)
        cost, limits = self.price(tried)
        refused = ~self.legal(cost, limits) & ~stopped
        if np.any(refused):
            self._shrink(layer, slot, tried, cost, limits, refused)
        broke = ~self.legal(cost, limits)
        placed = ~stopped & ~broke
        self.wishes[placed], self.cost[placed], self.limits[placed] = tried[placed], cost[placed], limits[placed]
        self.placed += placed
        return stopped | broke | (self.placed >= self.slots.count)

    def _with(self, layer: np.ndarray, slot: np.ndarray) -> np.ndarray:
        wishes, rows = self.wishes.copy(), np.arange(len(self.wishes))
        wishes[rows[:, None], self.slots.acted[slot]] = layer
        if self.slots.present is not None:
            wishes[rows, self.slots.present[slot]] = 1.0
        return wishes

    def _shrink(
        self,
        layer: np.ndarray,
        slot: np.ndarray,
        tried: np.ndarray,
        cost: np.ndarray,
        limits: np.ndarray,
        refused: np.ndarray,
    ) -> None:
        """Change the refused rows of `tried`, `cost` and `limits` to the largest legal fraction of their layers."""
        cheapest = self.slots.cheapest[self.slots.acted[slot]]
        for fraction in SHRINKAGE[1:]:
            if not np.any(refused):
                break
            smaller = np.where(self.slots.paid, cheapest + fraction * (layer - cheapest), layer)
            wishes = self._with(self.slots.hardened(smaller), slot)
            price, used = self.price(wishes)
            tried[refused], cost[refused], limits[refused] = wishes[refused], price[refused], used[refused]
            refused = refused & ~self.legal(price, used)

    def score(self, finished: Int[ndarray, " some"]) -> list[Trial]:
        """The finished stacks through the metered door, in one call; AllowanceSpent may pass through."""
        return self.evaluator.evaluate(self.wishes[finished], Needs.SCORE)
