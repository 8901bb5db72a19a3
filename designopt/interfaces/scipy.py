"""A problem for `scipy.optimize`: a function of the unit cube with bounds, slopes and side limits."""

from typing import Any

import jax
import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.interfaces.target import AbstractTarget
from designopt.records.trial import Needs


class ScipyTarget(AbstractTarget):
    """`minimize(target, target.x0, bounds=target.bounds)` minimises the score of built designs, without slopes.

    With slopes: `minimize(target.loss, target.x0, jac=True, bounds=target.bounds, constraints=target.constraints)`
    minimises the smooth loss; the end of such a search is to be scored once, by calling the target.
    """

    package = "scipy"

    @property
    def x0(self) -> Float[ndarray, " coordinate"]:
        """The reference that the problem compares with, or its first one; without any the middle of the cube."""
        names, chosen = list(self.problem.references), self.problem.compare_with
        if not names:
            return np.full(self.problem.size, 0.5)
        return np.asarray(self.problem.space.encode(self.problem.references[chosen or names[0]]))

    @property
    def bounds(self) -> list[tuple[float, float]]:
        """Of every coordinate."""
        return [(0.0, 1.0)] * self.problem.size

    def __call__(self, u: Float[ndarray, " coordinate"]) -> float:
        """The score of the built design; AllowanceSpent when all is spent."""
        return self.value(u)

    def loss(self, u: Float[ndarray, " coordinate"]) -> tuple[float, Float[ndarray, " coordinate"]]:
        """The loss of the relaxed design and its slopes, charged as such. Raises ValueError where there are none."""
        point = np.clip(np.asarray(u, dtype=float), 0.0, 1.0)[None]
        trial = self.evaluator.evaluate(point, Needs.LOSS | Needs.GRADIENT)[0]
        assert trial.gradient is not None
        return (np.inf if trial.loss is None else trial.loss), trial.gradient

    @property
    def constraints(self) -> list[dict[str, Any]]:
        """The side limits of relaxed designs as scipy reads them, at least 0 where they are met; they cost nothing."""
        if not self.problem.constraint_names:
            return []

        def limits(u: jax.Array) -> jax.Array:
            return -jax.numpy.stack(list(self.problem.training_limits(self.problem.decode(u)).values()))

        value, slope = jax.jit(limits), jax.jit(jax.jacrev(limits))
        return [{"type": "ineq", "fun": lambda u: np.asarray(value(u)), "jac": lambda u: np.asarray(slope(u))}]
