"""Bayesian optimisation that learns from gradients: every call tells it a value and a slope along every coordinate."""

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.design.declared import Count, Positive
from designopt.evaluation.evaluator import Evaluator
from designopt.optimisers.base import AbstractOptimiser
from designopt.optimisers.bayesian.acquisition import Expectation
from designopt.optimisers.common.built_before import BuiltBefore
from designopt.optimisers.common.compression import compressed_limits, compressed_scores
from designopt.optimisers.common.constraint_models import LimitModels
from designopt.optimisers.common.initial_designs import screened_points
from designopt.optimisers.common.subspace import MODERATE, Subspace
from designopt.optimisers.common.trust_region import Box, nearest_rows
from designopt.optimisers.stop import Stop
from designopt.problem.constraints import total_violation
from designopt.problem.problem import Problem
from designopt.records.trial import Needs, Trial
from designopt.surrogates.with_slopes import Scales, due, fitted

Point = Float[ndarray, " knot"]

MODELLED = 6
"""Side limits at most that get a model, those that designs close to the best come closest to; each costs a fit."""


@dataclass
class _Known:
    """Observations of a run, at points of the subspace: of relaxed designs, or of `built` ones."""

    built: bool
    points: list[Point] = field(default_factory=list)
    trials: list[Trial] = field(default_factory=list)
    scales: dict[str, Scales] = field(default_factory=dict)

    def value(self, trial: Trial) -> float:
        """Loss or score; that of a failed trial that has none is 1 worse than all others, or 0 where none has one."""
        value = self._told(trial)
        if value is not None:
            return value
        return max((1.0 + other for one in self.trials if (other := self._told(one)) is not None), default=0.0)

    def _told(self, trial: Trial) -> float | None:
        return trial.score if self.built else trial.loss

    def limits(self, trial: Trial) -> dict[str, float]:
        """Side limits of the design that the value belongs to."""
        return trial.built_violations if self.built else trial.violations

    def key(self, row: int) -> tuple[bool, float]:
        """Feasible before infeasible, then by value or violation."""
        trial = self.trials[row]
        over = total_violation(self.limits(trial)) + float(trial.failed)
        return over > 0.0, over if over > 0.0 else self.value(trial)

    @property
    def best(self) -> int:
        """The row of the best."""
        return min(range(len(self.trials)), key=self.key)


@dataclass(frozen=True)
class GradientBayes(AbstractOptimiser):
    """Expected improvement of a Gaussian process of losses and, with `gradients`, of their slopes; in a box.

    A call with its gradient gives d + 1 numbers for the price of a gradient; without `gradients` it gives one for the
    price of a value. The model sees the observations closest to the best, at most `numbers` numbers. Improvement is
    weighed with the probability that every side limit is met, each with its own model. With gradients the model is of
    relaxed designs, and one that is the best so far is scored as built; without, it is of built ones. The box around
    the best has the side `first_side`, doubles after three gains in a row and halves after `patience` failures
    (Eriksson et al., arXiv 1910.01739); below `last_side` it starts again. Slopes in Gaussian processes: Solak et al.,
    NIPS 15 (2002) 1033. The points of a `batch` are chosen one by one; the model's prediction
    stands in for the scores of those before (kriging believer).

    Args:
        knots: points through which long series are drawn.
        screened: initial designs that are scored before the search begins.
        candidates: random points of the box among which the improvement is searched.
        descents: of them that climb.
    """

    gradients: bool = True
    batch: Count = 1
    knots: Count = 4
    screened: Count = 16
    numbers: Count = 330
    candidates: Count = 500
    descents: Count = 2
    first_side: Positive = 0.4
    last_side: Positive = 1e-3
    patience: Count = 4
    needs: ClassVar[Needs] = Needs.GRADIENT | Needs.SCORE
    library: ClassVar[str] = "scipy"
    tried: ClassVar[int] = 3

    @property
    def name(self) -> str:
        """Says whether gradients are used."""
        return "GradientBayes" if self.gradients else "PlainBayes"

    @property
    def _asks(self) -> Needs:
        return Needs.GRADIENT if self.gradients else Needs.SCORE

    def cannot_search(self, problem: Problem) -> str:
        """That gradients were asked for where there are none."""
        return super().cannot_search(problem) if self.gradients else ""

    def search(self, evaluator: Evaluator, seed: int) -> Stop:
        """The initial designs, then one suggestion after another."""
        random, known = np.random.default_rng([seed, 5]), _Known(built=not self.gradients)
        points = screened_points(evaluator, seed, self.screened, self._asks)
        trials = evaluator.evaluate(points, self._asks)
        subspace = Subspace(evaluator.problem, self.knots, MODERATE)
        known.trials = trials
        subspace.centre(trials[known.best].u)
        known.points = [subspace.nearest(trial.u) for trial in trials]
        if self.gradients and not evaluator.evaluate(trials[known.best].u[None], Needs.SCORE)[0].feasible:
            evaluator.evaluate(np.delete(points, known.best, axis=0), Needs.SCORE)  # one of the others may be
        box, scales = Box(self.first_side, self.last_side, self.patience), None
        built = BuiltBefore(evaluator.problem)
        built.note(trials)
        while True:
            expectation, scales = self._model(known, subspace, scales)
            centre, before, batch = known.points[known.best], known.key(known.best), []
            for _ in range(self.batch):
                point = expectation.best(centre, box.side / 2.0, random, self.candidates, self.descents)
                other = point if self.gradients else built.new_one(point, subspace.lift, random)
                if other is None:
                    return Stop.EXHAUSTED
                batch.append(other)
                expectation = expectation.kriging_believer(batch[-1]) if self.batch > 1 else expectation
            known.trials += evaluator.evaluate(subspace.lift(np.asarray(batch)), self._asks)
            known.points += batch
            better = known.key(known.best) < before
            if better and self.gradients:
                evaluator.evaluate(known.trials[known.best].u[None], Needs.SCORE)
            box.note(better)

    def _model(self, known: _Known, subspace: Subspace, scales: Scales | None) -> tuple[Expectation, Scales]:
        best = known.points[known.best]
        memory = max(2, self.numbers // (len(best) + 1 if self.gradients else 1))
        near = nearest_rows(np.asarray(known.points), best, memory)
        points, trials = np.asarray(known.points)[near], [known.trials[row] for row in near]
        values, bend = compressed_scores(np.array([known.value(trial) for trial in trials]))

        def small(rows: list[np.ndarray]) -> Float[ndarray, "point knot"]:
            return np.asarray(rows) @ subspace.matrix

        slopes = small([_given(trial.gradient) for trial in trials]) * bend[:, None] if self.gradients else None
        passes = due(len(known.trials))
        model = fitted(points, values, slopes, scales, passes)
        limits = []
        worst = {name: max(known.limits(trial)[name] for trial in trials) for name in known.limits(trials[0])}
        for name in sorted(sorted(worst, key=lambda name: -worst[name])[:MODELLED]):
            g, flat = compressed_limits(np.array([known.limits(trial)[name] for trial in trials]))
            rows = [_given((trial.jacobian or {}).get(name)) for trial in trials] if self.gradients else []
            rise = small(rows) * flat[:, None] if self.gradients else None
            limits.append(fitted(points, g, rise, known.scales.get(name, model.scales), passes))
            known.scales[name] = limits[-1].scales
        feasible = np.array([total_violation(known.limits(trial)) == 0.0 for trial in trials])
        means = model.predict(points)[0]
        lowest = float(np.min(means[feasible])) if np.any(feasible) else None
        return Expectation(model, LimitModels(tuple(limits)), lowest), model.scales


def _given(values: np.ndarray | None) -> np.ndarray:
    assert values is not None
    return values
