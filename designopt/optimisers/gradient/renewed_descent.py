"""Descent on fresh events: quasi-Newton rounds, each on a sample that no design has met, tethered to where it began."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.design.declared import Count, NotNegative, Positive, Share
from designopt.evaluation.evaluator import Evaluator
from designopt.optimisers.base import AbstractOptimiser
from designopt.optimisers.common.augmented_lagrangian import Penalty
from designopt.optimisers.common.fresh_events import fresh_events
from designopt.optimisers.common.halving import best_in_mean, settle
from designopt.optimisers.common.initial_designs import screened_points
from designopt.optimisers.gradient.walk import Enough
from designopt.optimisers.stop import Stop
from designopt.records.trial import Needs, Trial

Point = Float[ndarray, " coordinate"]


@dataclass(frozen=True)
class RenewedDescent(AbstractOptimiser):
    r"""L-BFGS on fresh events in every round, tethered to where its leg began: loss + $\kappa\,|u - u_0|^2$.

    A leg has one round for each of the `tethers` $\kappa$, the last repeated while the leg's share of the allowance
    lasts, with `gradients` each (fewer, if that pays for all tethers). Near a design whose rare events are known to be
    few, the tether keeps the search where they stay few: its curvature $2\kappa$ is the first guess of the Hessian, so
    that the first step of a round is $-g/2\kappa$. Side limits: augmented Lagrangian of the weight `weight`,
    kept by `margin`. The first of the `legs` begins at the best of the `screened` initial designs, the others at the
    best so far. Byrd, Lu, Nocedal and Zhu, SIAM J. Sci. Comput. 16 (1995) 1190.

    The best of the run: the ends of the last rounds, their average and the design before are compared by successive
    halving on fresh events common to them, with the share `deciding` of the leg's events. The one that is left is best
    in the mean over all that it met. At the end it alone is scored on the events that all designs are ranked on; there
    is no best before.

    Args:
        finalists: designs at most that are compared.
    """

    tethers: tuple[NotNegative, ...] = (2.0, 1.0, 1.0, 0.5)
    gradients: Count = 16
    legs: Count = 3
    screened: Count = 16
    finalists: Count = 8
    deciding: Share = 0.15
    weight: Positive = 500.0
    margin: NotNegative = 0.001
    needs: ClassVar[Needs] = Needs.GRADIENT | Needs.SCORE
    library: ClassVar[str] = "scipy"

    def search(self, evaluator: Evaluator, seed: int) -> Stop:
        """Choose where to begin; descend leg by leg, and decide between the ends of each."""
        numbers, whole = fresh_events(seed), evaluator.affordable(Needs.SCORE)
        starts = screened_points(evaluator, seed, self.screened, part=10)
        best = best_in_mean(evaluator, starts, numbers, min(3 * len(starts), whole - 1))
        for number in range(self.legs):
            given = (evaluator.remaining - evaluator.price(Needs.SCORE)) // (self.legs - number)
            decision = int(self.deciding * given) // evaluator.price(Needs.SCORE)
            gradients = (given - decision * evaluator.price(Needs.SCORE)) // evaluator.price(Needs.GRADIENT)
            if gradients < 1:
                continue
            ends = self._leg(evaluator, best, gradients, numbers)
            average = np.mean(ends[: max(1, len(ends) // 2)], axis=0)
            points = np.stack([average, best, *ends[: self.finalists - 2]])
            best = best_in_mean(evaluator, points, numbers, decision)
        settle(evaluator, best)
        return Stop.EVENTS

    def _leg(self, evaluator: Evaluator, origin: Point, gradients: int, numbers: Iterator[int]) -> list[Point]:
        """Where the rounds of a leg ended, the last first."""
        penalty = Penalty.of(evaluator.problem, self.weight, self.margin)
        each = min(self.gradients, max(3, gradients // len(self.tethers)))
        ends: list[Point] = []
        while gradients > 0:
            tether = self.tethers[min(len(ends), len(self.tethers) - 1)]
            descent = _Round(evaluator, origin, tether, penalty, min(each, gradients), next(numbers))
            end = descent.run(ends[-1] if ends else origin)
            penalty.update(end)
            gradients -= descent.taken
            ends.append(end.u)
        return ends[::-1]


class _Round:
    """One descent on one sample; every point is asked for once, and `taken` counts the gradients."""

    def __init__(
        self, evaluator: Evaluator, origin: Point, tether: float, penalty: Penalty, gradients: int, sample: int
    ):
        self.evaluator, self.origin, self.tether, self.penalty = evaluator, origin, tether, penalty
        self.gradients, self.sample, self.taken = gradients, sample, 0
        self._best: tuple[float, Trial] | None = None

    def run(self, start: Point) -> Trial:
        """The lowest point that was met."""
        from scipy.optimize import minimize

        box = [(0.0, 1.0)] * self.evaluator.size
        try:
            minimize(self._value, start, jac=True, method="L-BFGS-B", bounds=box, options={"maxcor": 15})
        except Enough:
            pass
        assert self._best is not None
        return self._best[1]

    def _value(self, u: Point) -> tuple[float, Point]:
        if self.taken >= self.gradients:
            raise Enough
        u = np.clip(u, 0.0, 1.0)
        trial = self.evaluator.evaluate(u[None], Needs.GRADIENT, sample=self.sample)[0]
        self.taken += 1
        value, gradient = self.penalty.value_and_gradient(trial)
        value += self.tether * float(np.sum((u - self.origin) ** 2))
        if self._best is None or value < self._best[0]:
            self._best = (value, trial)
        curvature = 2 * self.tether or 1.0  # scipy takes 1 for the first guess of the Hessian
        return value / curvature, (gradient + 2 * self.tether * (u - self.origin)) / curvature
