"""A problem on trial: its functions, compiled once for all rules, and the points where the rules look."""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NoReturn

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.design.space import Design
from designopt.evaluation.simulator import compiled
from designopt.problem.checks import corner_points
from designopt.problem.problem import Problem
from designopt.records.trial import Needs

ROWS = 8
"""Points of one compiled call."""
LISTED = 2**6
"""Corners that a small cube has at most if all of them are looked at."""

Points = Float[ndarray, "point coordinate"]


class RuleBroken(AssertionError):
    """A detector breaks a rule of the contract; the message says which, where, and what to do."""


@dataclass(frozen=True)
class Case:
    """One problem, and how much is tried on it.

    Attributes:
        problem: the problem.
        seed: of the random points.
        corners: random corners of the cube that are tried, where it has more than 64.
        gates: variable whose 0 empties a slot -> the other variables of that slot. None: every whole number from 0 that
            money goes to, and every choice with `nothing`, with all series that have as many slots.
    """

    problem: Problem
    seed: int = 0
    corners: int = 48
    gates: Mapping[str, tuple[str, ...]] | None = None

    def random(self, purpose: str) -> np.random.Generator:
        """Random numbers of one purpose, the same in every call."""
        return np.random.default_rng([self.seed, zlib.crc32(purpose.encode())])

    def fail(self, rule: str, found: str, do: str) -> NoReturn:
        """Raise RuleBroken: the rule, what was found, what to do."""
        raise RuleBroken(f"'{self.problem.name}' breaks the rule '{rule}': {found} {do}")

    def named(self, coordinate: int) -> str:
        """The variable of a coordinate, and its slot."""
        space = self.problem.space
        for variable in space.variables:
            where = space.slices[variable.name]
            if where.start <= coordinate < where.stop:
                slot = (coordinate - where.start) // variable.width
                return f"'{variable.name}'" + ("" if variable.count is None else f" of slot {slot}")
        raise IndexError(coordinate)

    def value(self, u: Float[ndarray, " coordinate"], coordinate: int) -> str:
        """What a coordinate says at a point, with its unit."""
        space = self.problem.space
        variable = next(
            v for v in space.variables if space.slices[v.name].start <= coordinate < space.slices[v.name].stop
        )
        if variable.choice:
            return f"{u[coordinate]:.6g}"
        where = space.slices[variable.name]
        number = float(np.ravel(space.decode(jnp.asarray(u))[variable.name])[coordinate - where.start])
        label = getattr(variable, "label", "")
        return f"{number / variable.unit:.6g}" + (f" {label}" if label else "")

    @property
    def sloped(self) -> bool:
        """Whether the simulator has a gradient."""
        return self.problem.gradient_price is not None

    @cached_property
    def key(self) -> Any:
        """The key of the training events; None where they are fixed."""
        with jax.ensure_compile_time_eval():  # it may be asked for while something is being compiled
            return None if self.problem.deterministic else jax.random.key(0)

    @cached_property
    def inside(self) -> Points:
        """Random points away from the walls."""
        return self.random("inside").uniform(0.15, 0.85, (ROWS, self.problem.size))

    @cached_property
    def at_references(self) -> Points:
        """The points of the reference designs."""
        points = [np.asarray(self.problem.space.encode(d)) for d in self.problem.references.values()]
        return np.clip(np.reshape(points, (-1, self.problem.size)), 0.0, 1.0)

    @cached_property
    def at_corners(self) -> Points:
        """All corners of a small cube; of a large one its ends, the cheapest and dearest corners, and random ones."""
        size = self.problem.size
        if 2**size <= LISTED:
            return np.array(np.meshgrid(*[[0.0, 1.0]] * size)).reshape(size, -1).T
        random = self.random("corners").integers(0, 2, (self.corners, size)).astype(float)
        return np.concatenate([np.zeros((1, size)), np.ones((1, size)), corner_points(self.problem), random])

    @cached_property
    def everything(self) -> Callable[[Design], dict[str, Any]]:
        """Response, cost, limits and loss of one design, by the relaxed detector, compiled."""

        def everything(design: Design) -> dict[str, Any]:
            response = self.problem.detector.response(design, self.key)
            return {
                "response": response,
                "cost": self.problem.detector.cost(design),
                "limits": self.problem.training_limits(design),
                "loss": self.problem.objective(response),
            }

        return jax.jit(everything)

    @cached_property
    def _losses(self) -> Callable[..., Any]:
        def one(u: jax.Array, paid: jax.Array) -> tuple[jax.Array, dict[str, jax.Array]]:
            moved = jnp.where(paid, self.problem.project_to_budget(u), u)
            design = self.problem.space.decode(moved)
            return self.problem.loss(design, self.key), self.problem.training_limits(design)

        return jax.jit(jax.vmap(one, in_axes=(0, None)))

    def losses(self, points: Points, paid: bool = False) -> tuple[Float[ndarray, " point"], dict[str, ndarray]]:
        """Loss and limits at points; with `paid` of the designs that cost the budget."""
        rows = [self._losses(jnp.asarray(batch), paid) for batch in batches(points, 4 * ROWS)]
        loss = np.concatenate([np.asarray(row[0]) for row in rows])[: len(points)]
        names = rows[0][1]
        return loss, {n: np.concatenate([np.asarray(row[1][n]) for row in rows])[: len(points)] for n in names}

    @cached_property
    def prices(self) -> Callable[[Points], Float[ndarray, " point"]]:
        """Cost in kCHF of points, whatever the budget is."""
        price = jax.jit(jax.vmap(lambda u: self.problem.cost(self.problem.space.decode(u))))
        return lambda points: np.asarray(price(jnp.asarray(points)))

    def evaluated(self, points: Points) -> dict[str, Any]:
        """What an evaluation gives at points, as in a run: loss with gradient (or alone), score, cost, limits."""
        needs = Needs.SCORE | (Needs.GRADIENT if self.sloped else Needs.LOSS)
        run = compiled(self.problem, needs, ROWS)
        rows = [run(jnp.asarray(batch), jnp.asarray(1.0)) for batch in batches(points, ROWS)]
        return jax.tree.map(lambda *parts: np.concatenate([np.asarray(p) for p in parts])[: len(points)], *rows)

    @cached_property
    def looked_at(self) -> Points:
        """Corners, points inside, references: where an evaluation is looked at."""
        return np.concatenate([self.at_corners, self.inside, self.at_references])

    @cached_property
    def results(self) -> dict[str, Any]:
        """The evaluations of `looked_at`."""
        return self.evaluated(self.looked_at)


def batches(points: Points, rows: int) -> list[ndarray]:
    """The points in batches of `rows`, the last one filled with its last point."""
    cut = np.split(points, range(rows, len(points), rows))
    return [np.concatenate([part, np.repeat(part[-1:], rows - len(part), axis=0)]) for part in cut]
