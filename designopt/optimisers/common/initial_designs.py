"""The initial designs: the same for every optimiser that takes some, for one problem and seed."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.design.knots import knot_matrix
from designopt.design.padding import next_power_of_two
from designopt.evaluation.evaluator import Evaluator
from designopt.problem.problem import Problem

SMALL = 12
"""Cubes up to this size are searched as they are; larger ones through knots by methods that need few dimensions."""

MODERATE = 40
"""The same for methods that can do with more dimensions: ties between the places of a short series cost them more."""


def initial_points(evaluator: Evaluator, seed: int, count: int) -> Float[ndarray, "start coordinate"]:
    """The first `count` of one sequence: the reference designs, then smooth random stacks.

    A random point of a long stack's cube is noise that all stacks share after averaging; a smooth one (three knots
    a series, scrambled Sobol points) differs from its neighbours in what matters. Every second one lies half-way to
    a reference, in turn. Inside a hybrid the starts are what the search before it found, and nothing else.
    """
    from scipy.stats import qmc

    if evaluator.starts:
        return np.asarray(evaluator.starts[:count])
    problem = evaluator.problem
    experts = [np.asarray(problem.space.encode(design)) for design in problem.references.values()]
    matrix = Subspace(problem, 3).matrix
    sequence = qmc.Sobol(matrix.shape[1], scramble=True, rng=np.random.default_rng(seed))
    smooth = np.asarray(sequence.random(next_power_of_two(count))) @ matrix.T
    for row in range(1, len(smooth), 2):
        if experts:
            smooth[row] = 0.5 * (smooth[row] + experts[(row // 2) % len(experts)])
    return np.clip(np.concatenate([*(expert[None] for expert in experts), smooth])[:count], 0.0, 1.0)


class Subspace:
    """A small cube inside the cube of a problem: every series through `knots` points, plus a fixed rough part.

    `lift(z)` is $\\mathrm{clip}(M z + r)$ with the knot matrix M; `centre(u)` chooses the rough part r so that u itself
    is reached, whatever its shape. A problem of at most `free` coordinates is its own small cube.
    """

    def __init__(self, problem: Problem, knots: int, free: int = SMALL):
        small = problem.size <= free
        self.matrix = np.eye(problem.size) if small else knot_matrix(problem.space, knots)
        self._inverse = np.linalg.pinv(self.matrix)
        self.rough = np.zeros(problem.size)

    @property
    def size(self) -> int:
        """Coordinates of the small cube."""
        return self.matrix.shape[1]

    def nearest(self, u: Float[ndarray, "*many coordinate"]) -> Float[ndarray, "*many knot"]:
        """The small point whose smooth stack is closest to a point of the cube."""
        return np.clip(u @ self._inverse.T, 0.0, 1.0)

    def centre(self, u: Float[ndarray, " coordinate"]) -> Float[ndarray, " knot"]:
        """Keep the rough part of a point of the cube from now on, and return its small point."""
        point = self.nearest(u)
        self.rough = u - self.matrix @ point
        return point

    def lift(self, point: Float[ndarray, "*many knot"]) -> Float[ndarray, "*many coordinate"]:
        """The point of the cube of a small point."""
        return np.clip(np.asarray(point) @ self.matrix.T + self.rough, 0.0, 1.0)
