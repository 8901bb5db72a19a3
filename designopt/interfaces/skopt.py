"""A problem for scikit-optimize: a function of a list of numbers, its dimensions, and what stops it in time."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from designopt.interfaces.target import AbstractTarget


class SkoptTarget(AbstractTarget):
    """`gp_minimize(target, target.dimensions, n_calls=target.calls, callback=target.stop)`."""

    package = "scikit-optimize"

    @property
    def dimensions(self) -> list[tuple[float, float]]:
        """The sides of the cube."""
        return [(0.0, 1.0)] * self.problem.size

    @property
    def calls(self) -> int:
        """Evaluations that the allowance still pays for."""
        return self.evaluator.remaining // self.problem.events

    def __call__(self, point: Sequence[float]) -> float:
        """The score of the built design."""
        return self.value(np.asarray(point, dtype=float))

    def stop(self, result: Any) -> bool:
        """Whether the allowance is spent, as a callback."""
        return self.spent
