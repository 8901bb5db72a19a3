"""Differential evolution of a population of designs, by scipy."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from designopt.design.declared import Count, NotNegative, Positive, Share
from designopt.evaluation.evaluator import Evaluator
from designopt.evaluation.ranking import Ranking
from designopt.optimisers.base import AbstractOptimiser
from designopt.optimisers.common.initial_designs import screened_points
from designopt.optimisers.common.subspace import Subspace
from designopt.optimisers.stop import Stop
from designopt.records.trial import sort_key


@dataclass
class _Stagnation:
    """Says when `patience` generations have brought nothing better; called by scipy after each."""

    patience: int
    best: float = np.inf
    idle: int = 0

    def __call__(self, intermediate_result: Any) -> bool:
        better = intermediate_result.fun < self.best
        self.best, self.idle = (intermediate_result.fun, 0) if better else (self.best, self.idle + 1)
        return self.idle >= self.patience


@dataclass(frozen=True)
class DifferentialEvolution(AbstractOptimiser):
    """Differential evolution of `members` designs, long series drawn through `knots` points.

    The first generation are the best initial designs and random points around the best of them, within `spread`. A
    challenger adds to a random member (to the best, with strategy best1bin) a fraction of the difference of two others,
    drawn anew from `mutation` for every generation. Where scores agree to `tolerance`, or after `patience` generations
    without a better one, the best goes on among twice as many, spread wider. Storn and Price, J. Global Optim. 11
    (1997) 341.

    Args:
        screened: initial designs that are scored before the search begins.
        recombination: probability that a coordinate of a challenger is taken from the mutant.
    """

    knots: Count = 6
    screened: Count = 16
    members: Count = 20
    spread: Positive = 0.6
    strategy: str = "best1bin"
    mutation: tuple[NotNegative, NotNegative] = (0.4, 0.9)
    recombination: Share = 0.9
    tolerance: NotNegative = 1e-7
    patience: Count = 15
    library: ClassVar[str] = "scipy"

    def search(self, evaluator: Evaluator, seed: int) -> Stop:
        """Screen, then evolve until the allowance is spent."""
        from scipy.optimize import differential_evolution

        initial = screened_points(evaluator, seed, self.screened, self.needs)
        starts = sorted(evaluator.evaluate(initial), key=sort_key)
        subspace, ranking = Subspace(evaluator.problem, self.knots), Ranking()
        ranking.see(starts)
        random = np.random.default_rng([seed, 3])
        centre = subspace.centre(starts[0].u)
        kept = np.array([subspace.nearest(trial.u) for trial in starts[: self.members // 2]])

        def values(columns: np.ndarray) -> np.ndarray:
            trials = evaluator.evaluate(subspace.lift(np.clip(columns.T, 0.0, 1.0)))
            ranking.see(trials)
            return np.array([ranking.value(trial) for trial in trials])

        for restart in range(30):
            members, spread = self.members * 2**restart, self.spread * (1 + restart)
            cloud = np.clip(centre + spread * (random.random((members, len(centre))) - 0.5), 0.0, 1.0)
            cloud[: len(kept)] = kept
            end = differential_evolution(
                values,
                [(0.0, 1.0)] * len(centre),
                strategy=self.strategy,
                init=cloud,
                mutation=self.mutation,
                recombination=self.recombination,
                maxiter=10**6,
                tol=self.tolerance,
                callback=_Stagnation(self.patience),
                polish=False,
                updating="deferred",
                vectorized=True,
                rng=random,
            )
            kept = end.x[None]
        return Stop.CONVERGED
