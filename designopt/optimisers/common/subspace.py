"""A cube of fewer coordinates inside the cube of a problem, for searches that need few dimensions."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.design.knots import knot_matrix
from designopt.problem.problem import Problem

SMALL = 12
"""Cubes up to this size are searched as they are; larger ones through knots by methods that need few dimensions."""

MODERATE = 40
"""The same for methods that can do with more dimensions: ties between the slots of a short series cost them more."""


class Subspace:
    r"""A cube of fewer coordinates: every series is drawn through `knots` values, plus a fixed rough part.

    `lift(z)` is $\mathrm{clip}(M z + r)$ with M the `knot_matrix`; `centre(u)` chooses the rough part r so that u
    itself is reached, whatever its shape. A problem of at most `free` coordinates is its own subspace, M = 1.
    """

    def __init__(self, problem: Problem, knots: int, free: int = SMALL):
        small = problem.size <= free
        self.matrix = np.eye(problem.size) if small else knot_matrix(problem.space, knots)
        self._inverse = np.linalg.pinv(self.matrix)
        self.rough = np.zeros(problem.size)

    @property
    def size(self) -> int:
        """Number of coordinates of the subspace, shape (knot,) of its points."""
        return self.matrix.shape[1]

    def nearest(self, u: Float[ndarray, "*many coordinate"]) -> Float[ndarray, "*many knot"]:
        """The point of the subspace whose smooth part is closest to u, by least squares, clipped to [0, 1]."""
        return np.clip(u @ self._inverse.T, 0.0, 1.0)

    def centre(self, u: Float[ndarray, " coordinate"]) -> Float[ndarray, " knot"]:
        """Take the rough part of u for all later points, and return the point of the subspace that lifts to u."""
        point = self.nearest(u)
        self.rough = u - self.matrix @ point
        return point

    def lift(self, point: Float[ndarray, "*many knot"]) -> Float[ndarray, "*many coordinate"]:
        """The point of the problem's cube that belongs to a point of the subspace."""
        return np.clip(np.asarray(point) @ self.matrix.T + self.rough, 0.0, 1.0)
