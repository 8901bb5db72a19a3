"""Stacks that many agents build at once, whatever a move is: what they cost, what is left, the score at the end."""

import abc
from collections.abc import Callable
from functools import lru_cache

import gymnasium
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray

from designopt.envs.slots import Slots
from designopt.evaluation.evaluator import Evaluator
from designopt.problem.constraints import MET
from designopt.problem.problem import Problem
from designopt.problem.rounding import built_point
from designopt.records.trial import Needs, Trial


def priced(problem: Problem) -> Callable[[jax.Array], tuple[jax.Array, jax.Array]]:
    """Money and growing limits of a raw stack, as a function of its coordinates."""

    def one(u: jax.Array) -> tuple[jax.Array, jax.Array]:
        design = problem.space.decode(u)
        limits = problem.constraints(design)
        return problem.cost(design), jnp.asarray([limits[name] for name in problem.growing], dtype=float)

    return one


@lru_cache(maxsize=64)
def _pricer(problem: Problem) -> Callable[..., tuple[jax.Array, jax.Array]]:
    return jax.jit(jax.vmap(priced(problem)))


class AbstractActions(abc.ABC):
    """The stacks of `count` agents, built slot by slot from the front with the money in sight.

    `base` is a design to start from, as built; without one it is the middle of the cube. The money that a finished
    stack leaves is spent by the problem's spending map, like anybody's.
    """

    action_space: gymnasium.Space
    observation_space: gymnasium.spaces.Box

    def __init__(self, evaluator: Evaluator, count: int, base: Float[ndarray, " coordinate"] | None):
        self.evaluator, self.slots, self.count = evaluator, Slots(evaluator.problem), count
        self._price = _pricer(evaluator.problem)
        self.base, self.layers = self._followed(base)
        self.points = np.tile(self.slots.cheapest, (count, 1))
        self.placed = np.zeros(count, dtype=int)
        self.cost, self.limits = self.price(self.points)
        self._empty_cost, self._empty_limits = self.cost[0], self.limits[0]

    @property
    @abc.abstractmethod
    def length(self) -> int:
        """Moves that it takes to repeat the base design."""

    @abc.abstractmethod
    def observe(self) -> Float[ndarray, "stack number"]:
        """What every agent sees."""

    @abc.abstractmethod
    def action_mask(self) -> dict[str, Bool[ndarray, "stack action"]]:
        """What a learner must be told beside the observation, by the name that its library has for it."""

    @abc.abstractmethod
    def step(self, actions: ndarray) -> Bool[ndarray, " stack"]:
        """One move a stack; says which stacks are finished."""

    def _followed(self, base: Float[ndarray, " coordinate"] | None) -> tuple[np.ndarray, int]:
        """The layers of the base design, present ones first, and how many it has."""
        problem = self.evaluator.problem
        if base is None:
            return np.full(self.slots.acted.shape, 0.5), self.slots.count
        start = built_point(problem, np.asarray(base, dtype=float))
        layers = start[self.slots.acted]
        if self.slots.present is None:
            return layers, self.slots.count
        filled = np.flatnonzero(start[self.slots.present] >= 0.5)
        count = max(len(filled), 1)
        order = np.concatenate([filled, np.full(self.slots.count - len(filled), filled[-1] if len(filled) else 0)])
        return layers[order], count

    def price(
        self, points: Float[ndarray, "stack coordinate"]
    ) -> tuple[Float[ndarray, " stack"], Float[ndarray, "stack limit"]]:
        """Money of raw stacks, and their growing limits."""
        cost, limits = self._price(points)
        return np.array(cost), np.array(limits)

    def legal(self, cost: Float[ndarray, " stack"], limits: Float[ndarray, "stack limit"]) -> Bool[ndarray, " stack"]:
        """Can be paid and keeps the growing limits."""
        return (cost <= self.evaluator.problem.budget) & np.all(limits <= MET, axis=1)

    def clear(self, rows: Int[ndarray, " some"] | slice = slice(None)) -> None:
        """Start these stacks anew."""
        self.points[rows], self.placed[rows] = self.slots.cheapest, 0
        self.cost[rows], self.limits[rows] = self._empty_cost, self._empty_limits

    def score(self, finished: Int[ndarray, " some"]) -> list[Trial]:
        """The finished stacks through the metered door, in one call; AllowanceSpent may pass through."""
        return self.evaluator.evaluate(self.points[finished], Needs.SCORE)
