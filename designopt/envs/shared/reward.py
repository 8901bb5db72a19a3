"""What an episode earns, and the design that its agent starts from."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.evaluation.ranking import Ranking
from designopt.problem.problem import Problem
from designopt.records.trial import Trial
from designopt.suggestion import suggestion


class Reward:
    """Reward of a finished stack: how much better it scores than the design that the agent starts from, in per cent.

    For a score s and the start's s0 that is 100 (s0 - s) / max(|s0|, 1); an infeasible stack gets less than the worst
    feasible one so far, by its violation.
    """

    def __init__(self, start: Trial):
        self._ranking = Ranking()
        self._ranking.see([start])
        self._zero = self._ranking.value(start)

    def __call__(self, trial: Trial) -> float:
        """The reward of one scored stack."""
        self._ranking.see([trial])
        return 100.0 * (self._zero - self._ranking.value(trial)) / max(abs(self._zero), 1.0)


def default_start(problem: Problem) -> Float[ndarray, " coordinate"] | None:
    """The reference that the problem compares with, or its first one, or None."""
    names = list(problem.references)
    if not names:
        return None
    name = problem.compare_with if problem.compare_with in names else names[0]
    return np.asarray(problem.space.encode(problem.references[name]))


def chosen_start(
    problem: Problem, start: str | Float[ndarray, " coordinate"] | Sequence[float] | None
) -> Float[ndarray, " coordinate"] | None:
    """The point of a start: the `default_start`, a reference design by name, or a point of the cube.

    Raises ValueError for a name that no reference has, or a point that does not lie in the cube.
    """
    if start is None:
        return default_start(problem)
    if isinstance(start, str):
        if start not in problem.references:
            raise ValueError(
                f"'{problem.name}' has no reference design '{start}'.{suggestion(start, list(problem.references))}"
            )
        return np.asarray(problem.space.encode(problem.references[start]))
    u = np.asarray(start, dtype=float)
    if u.shape != (problem.size,) or not np.all((u >= 0.0) & (u <= 1.0)):
        raise ValueError(
            f"The start of an episode has the shape {u.shape}; a point of the unit cube has ({problem.size},), with "
            "numbers from 0 to 1. Give such a point, or the name of a reference design."
        )
    return u
