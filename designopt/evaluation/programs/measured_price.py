"""What a loss with its gradient costs on this machine, in losses: to be held against what a problem charges."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from designopt.evaluation.simulator import compiled
from designopt.problem.problem import Problem
from designopt.records.trial import Needs


@dataclass(frozen=True)
class MeasuredPrice:
    """Processor seconds a design, in batches of so many `rows`, the shortest of several times.

    Attributes:
        rows: designs of a batch.
        loss: seconds of the loss alone, cost and side limits included, as in a run.
        gradient: seconds of the loss with its gradient and those of the side limits.
    """

    rows: int
    loss: float
    gradient: float

    @property
    def price(self) -> float:
        """The gradient's time in losses."""
        return self.gradient / self.loss


def measured_price(problem: Problem, rows: int = 64, repeats: int = 5) -> MeasuredPrice:
    """Compile and time the loss, and the loss with its gradient, at random points of the cube.

    Args:
        problem: one whose simulator has a gradient; ValueError for another.
        rows: designs of a batch.
        repeats: times of which the shortest counts.
    """
    if problem.gradient_price is None:
        raise ValueError(f"The simulator of '{problem.name}' has no gradient, so there is no price to measure.")
    points = np.random.default_rng(0).random((rows, problem.size))
    loss, gradient = (compiled(problem, needs, rows) for needs in (Needs.LOSS, Needs.GRADIENT))
    times = [
        (shortest(lambda: loss(points, 1.0), 1), shortest(lambda: gradient(points, 1.0), 1)) for _ in range(repeats)
    ]
    return MeasuredPrice(rows, min(t[0] for t in times) / rows, min(t[1] for t in times) / rows)


def shortest(call: Callable[[], Any], repeats: int = 5, clock: Callable[[], float] = time.process_time) -> float:
    """Processor seconds of this process for a call, the shortest of several, after one that does not count.

    Args:
        call: returns when it is done.
        repeats: calls that count.
        clock: gives other seconds.
    """
    call()
    times = []
    for _ in range(repeats):
        begun = clock()
        call()
        times.append(clock() - begun)
    return min(times)
