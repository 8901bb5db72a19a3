"""From a search point to the point of the design that would be built from it, for searches that go on from there."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.design.space import Design
from designopt.problem.problem import Problem
from designopt.programs import program
from designopt.stored import StoredJit

HARD = 64.0
"""Sharpness of a search with fixed whole numbers: gates and mixtures near a corner are as good as in it."""


@program
def as_built(problem: Problem) -> Callable[..., tuple[jax.Array, Design, dict[str, jax.Array]]]:
    """Of a point and a sharpness: the point of the design that is built, that design, and its price by item in kCHF.

    One program of a problem for all who ask for what is built and nothing more.

    Args:
        problem: the problem, with its budget in kCHF.
    """

    def build(u: jax.Array, sharpness: jax.Array) -> tuple[jax.Array, Design, dict[str, jax.Array]]:
        design = problem.build(u, sharpness)
        return problem.space.encode_unchecked(design), design, dict(problem.detector.cost(design))

    return StoredJit(build)


def built_point(
    problem: Problem, u: Float[ndarray, " coordinate"], sharpness: float = 1.0
) -> Float[ndarray, " coordinate"]:
    """The point whose whole numbers and choices sit in the corners where `AsBuilt` puts those of `u`.

    Sizes of the built design too: it already costs the budget to a step's price. No simulation is needed for that.

    Args:
        problem: the problem, with its budget in kCHF.
        u: the point, shape (coordinate,), 0 to 1.
        sharpness: how hard the gates and mixtures are from which it is built.
    """
    built, _, _ = as_built(problem)(jnp.asarray(u), jnp.asarray(sharpness))
    return np.clip(np.asarray(built, dtype=float), 0.0, 1.0)
