"""What all action spaces share: stacks of many agents, built step by step, what they cost, the score at the end."""

import abc
from collections.abc import Callable
from typing import Any

import gymnasium
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray

from designopt.envs.names import Named, observed
from designopt.envs.slots import Slots
from designopt.evaluation.evaluator import Evaluator
from designopt.problem.constraints import MET
from designopt.problem.problem import Problem
from designopt.problem.rounding import built_point
from designopt.programs import program
from designopt.records.trial import Needs, Trial


def priced(problem: Problem) -> Callable[[jax.Array], tuple[jax.Array, jax.Array]]:
    """A function from the coordinates of a stack, not projected to the budget, to its cost and growing limits."""

    def one(u: jax.Array) -> tuple[jax.Array, jax.Array]:
        design = problem.space.decode(u)
        limits = problem.constraints(design)
        return problem.cost(design), jnp.asarray([limits[name] for name in problem.growing], dtype=float)

    return one


@program
def _pricer(problem: Problem) -> Callable[..., tuple[jax.Array, jax.Array]]:
    return jax.jit(jax.vmap(priced(problem)))


class AbstractActions(abc.ABC):
    """Episodes of `count` agents that step together; an episode builds one stack, slot by slot from the front.

    Subclasses define what an action is. `base` (coordinate,) is the point of a design that actions are relative to, as
    built; without one it is the middle of the cube. A finished stack is a point of the cube like any other: the
    problem's projection to the budget spends what is left.
    """

    action_space: gymnasium.Space[Any]
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
        """Steps of an episode that repeats the base design."""

    @property
    def observed(self) -> tuple[Named, ...]:
        """Every number of an observation: its name and its meaning."""
        return observed(self.slots)

    @property
    @abc.abstractmethod
    def acted(self) -> tuple[Named, ...]:
        """Every entry of an action, or every row that one can name: its name and its meaning."""

    @abc.abstractmethod
    def observe(self) -> Float[ndarray, "stack number"]:
        """The observations of all agents, one per row."""

    @abc.abstractmethod
    def action_mask(self) -> dict[str, Bool[ndarray, "stack action"]]:
        """Keyword arguments for the library's `predict`: the allowed actions of every agent, or nothing if all are."""

    @abc.abstractmethod
    def step(self, actions: ndarray) -> Bool[ndarray, " stack"]:
        """One action per agent; returns which episodes have ended."""

    def _followed(self, base: Float[ndarray, " coordinate"] | None) -> tuple[np.ndarray, int]:
        """The layers of the base design, shape (slot, entry), present ones first, and how many it has."""
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
        """Cost of stacks in kCHF, before any projection to the budget, and their growing limits."""
        cost, limits = self._price(points)
        return np.array(cost), np.array(limits)

    def legal(self, cost: Float[ndarray, " stack"], limits: Float[ndarray, "stack limit"]) -> Bool[ndarray, " stack"]:
        """Which stacks can be paid and keep the growing limits."""
        return (cost <= self.evaluator.problem.budget) & np.all(limits <= MET, axis=1)

    def reset(self, rows: Int[ndarray, " some"] | slice = slice(None)) -> None:
        """Begin a new episode in these rows: an empty stack and all the money."""
        self.points[rows], self.placed[rows] = self.slots.cheapest, 0
        self.cost[rows], self.limits[rows] = self._empty_cost, self._empty_limits

    def score(self, finished: Int[ndarray, " some"]) -> list[Trial]:
        """Score the stacks of these rows through the evaluator, in one call; AllowanceSpent may pass through."""
        return self.evaluator.evaluate(self.points[finished], Needs.SCORE)
