"""A local surrogate in a trust region: sample around the best, fit, step to the model's minimum, move or shrink."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.design.declared import Count, Growth, Positive
from designopt.evaluation.evaluator import Evaluator
from designopt.optimisers.base import AbstractAskTell
from designopt.optimisers.common.built_before import BuiltBefore
from designopt.optimisers.common.constraint_models import LimitModels
from designopt.optimisers.common.initial_designs import screened_points
from designopt.optimisers.common.subspace import MODERATE, Subspace
from designopt.optimisers.common.trust_region import corners, nearest_rows
from designopt.records.trial import Trial, scores_of, sort_key
from designopt.surrogates.with_slopes import Scales, SlopeProcess, due, fitted

Point = Float[ndarray, " knot"]


@dataclass
class _Region:
    """State of a run."""

    subspace: Subspace
    random: np.random.Generator
    initial: np.ndarray
    half: float
    built: BuiltBefore
    centre: Point | None = None
    scales: Scales | None = None
    limits: LimitModels | None = None
    points: list[Point] = field(default_factory=list)
    trials: list[Trial] = field(default_factory=list)
    promised: float = 0.0
    asked: list[Point] = field(default_factory=list)
    best: Trial | None = None


@dataclass(frozen=True)
class LocalSurrogate(AbstractAskTell):
    """The loop of local surrogates (L-GSO, Shirobokov et al., arXiv 2002.04632) with a Gaussian process as surrogate.

    Every step fits the score, and each side limit, on the at most `memory` designs closest to the centre. It then
    scores the model's best point of a box around the centre, after as many random points of the box as are missing
    to `density` known designs per coordinate, at most `samples`. The centre is the design that the model, which knows
    the noise, believes the best. The half side of the box starts at `first`; it grows by `growth` when a step keeps
    half of its promise and shrinks by as much when it keeps less than a tenth; below `last` it starts again. Long
    series are drawn through `knots` points.

    Args:
        screened: initial designs that are scored before the search begins.
        descents: starts from which the best point of the model is searched.
    """

    knots: Count = 6
    screened: Count = 16
    density: Positive = 0.5
    samples: Count = 2
    memory: Count = 150
    first: Positive = 0.25
    last: Positive = 1e-4
    growth: Growth = 1.6
    descents: Count = 3
    library: ClassVar[str] = "scipy"
    tried: ClassVar[int] = 4

    def start(self, evaluator: Evaluator, seed: int) -> _Region:
        """Choose the subspace; the initial designs are the first to be asked."""
        initial = screened_points(evaluator, seed, self.screened, self.needs, least=2)
        subspace = Subspace(evaluator.problem, self.knots, MODERATE)
        return _Region(subspace, np.random.default_rng([seed, 2]), initial, self.first, BuiltBefore(evaluator.problem))

    def ask(self, state: _Region) -> np.ndarray | None:
        """The initial designs first, then random points of the box where few are known, and the model's best.

        What is built as a design that is known gives way to another one close to it; None where there is none.
        """
        if state.centre is None:
            return state.initial
        model, limits = self._model(state)
        state.centre, here = self._settled(state, model, limits)
        low, high = corners(state.centre, state.half)
        inside = np.all(np.abs(np.asarray(state.points) - state.centre) <= 2.0 * state.half, axis=1).sum()
        missing = int(np.clip(self.density * len(low) - inside, 0, self.samples))
        best, value = self._minimum(state, model, limits, low, high)
        state.promised = here - value
        wanted = [*state.random.uniform(low, high, (missing, len(low))), best]
        found = [state.built.new_one(point, state.subspace.lift, state.random) for point in wanted]
        state.asked = [point for point in found if point is not None]
        if not state.asked:
            return None
        return state.subspace.lift(np.asarray(state.asked))

    def tell(self, state: _Region, trials: list[Trial]) -> None:
        """Remember scored designs and resize the box by how much of its promise the step kept."""
        if state.centre is None:
            state.centre = state.subspace.centre(min(trials, key=sort_key).u)
            state.asked = [state.subspace.nearest(trial.u) for trial in trials]
        before, after = state.best, trials[-1]
        state.best = min([*([before] if before else []), *trials], key=sort_key)
        state.points += state.asked
        state.trials += trials
        state.built.note(trials)
        if before is None:
            return
        if before.feasible and before.score is not None and after.score is not None:
            gained = before.score - after.score if after.feasible else -np.inf
            kept = gained / max(state.promised, 1e-12)
        else:
            kept = float(sort_key(after) < sort_key(before))
        state.half *= self.growth if kept > 0.5 else 1.0 / self.growth if kept < 0.1 else 1.0
        state.half = self.first if state.half < self.last else min(state.half, 0.5)

    def _model(self, state: _Region) -> tuple[SlopeProcess, LimitModels]:
        assert state.centre is not None
        near = nearest_rows(np.asarray(state.points), state.centre, self.memory)
        points, trials = np.asarray(state.points)[near], [state.trials[row] for row in near]
        passes, values = due(len(state.trials)), scores_of(trials)
        model = fitted(points, values, scales=state.scales, passes=passes)
        state.scales = model.scales
        state.limits = LimitModels.of(points, trials, model.scales, passes, state.limits)
        return model, state.limits

    def _settled(self, state: _Region, model: SlopeProcess, limits: LimitModels) -> tuple[Point, float]:
        """The known design that the model believes the best, feasible ones first, and its value."""
        values, keys = model.predict(np.asarray(state.points))[0], []
        for value, trial in zip(values, state.trials, strict=True):
            keys.append((not trial.feasible, trial.violation + float(trial.failed), float(value)))
        row = min(range(len(keys)), key=lambda place: keys[place])
        return state.points[row], float(values[row])

    def _minimum(
        self, state: _Region, model: SlopeProcess, limits: LimitModels, low: Point, high: Point
    ) -> tuple[Point, float]:
        """The point of the box with the lowest mean that keeps the limits, as far as the models know."""
        from scipy.optimize import minimize

        assert state.centre is not None
        starts = [state.centre, *state.random.uniform(low, high, (self.descents - 1, len(low)))]
        ends: list[tuple[float, float, Any]] = []
        for start in starts:
            end = minimize(
                lambda point: model.slopes(point)[:2],
                start,
                jac=True,
                method="SLSQP" if limits.count else "L-BFGS-B",
                bounds=np.stack([low, high], 1),
                constraints=limits.rules() if limits.count else (),
                options={"maxiter": 60},
            )
            point = np.clip(end.x, low, high)
            ends.append((limits.excess(point), float(model.predict(point[None])[0][0]), point))
        _, value, best = min(ends, key=lambda end: end[:2])
        return best, value
