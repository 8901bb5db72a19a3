"""Bayesian optimisation with scikit-optimize: a Gaussian process in a box that follows the best design."""

import warnings
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.design.declared import Count, Positive
from designopt.evaluation.evaluator import Evaluator
from designopt.optimisers.base import AbstractAskTell
from designopt.optimisers.common.built_before import BuiltBefore
from designopt.optimisers.common.compression import compressed_scores
from designopt.optimisers.common.constraint_models import LimitModels
from designopt.optimisers.common.initial_designs import screened_points
from designopt.optimisers.common.subspace import Subspace
from designopt.optimisers.common.trust_region import Box, candidates, corners, nearest_rows
from designopt.records.trial import Trial, scores_of, sort_key
from designopt.surrogates.with_slopes import Scales

Point = Float[ndarray, " knot"]


@dataclass
class _Memory:
    """State of a run."""

    subspace: Subspace
    random: np.random.RandomState
    initial: np.ndarray
    box: Box
    built: BuiltBefore
    kernel: Any = None
    points: list[np.ndarray] = field(default_factory=list)
    trials: list[Trial] = field(default_factory=list)
    best: tuple[int, float] = (3, np.inf)


@dataclass(frozen=True)
class BayesianSearch(AbstractAskTell):
    """Expected improvement of a Gaussian process, in a box around the best design that grows with success.

    Long series are drawn through `knots` points. The model learns from the `memory` observations closest to the best,
    its length scales at every `learnt_every`th suggestion. The expected improvement is searched from `candidates`
    random points of the box, which share some coordinates with the best; `descents` of them climb. The box starts
    with the side `first_side`, doubles after three gains in a row and halves after `patience` failures, as in
    Eriksson et al., arXiv 1910.01739; below `last_side` it starts again. Model and acquisition are scikit-optimize's;
    its own `Optimizer` cannot propose from a box smaller than its observations.

    Args:
        screened: initial designs that are scored before the search begins.
    """

    knots: Count = 4
    screened: Count = 16
    memory: Count = 100
    candidates: Count = 1000
    descents: Count = 2
    first_side: Positive = 0.4
    last_side: Positive = 0.01
    patience: Count = 8
    learnt_every: Count = 5
    library: ClassVar[str] = "scikit-optimize"

    def start(self, evaluator: Evaluator, seed: int) -> _Memory:
        """Choose the subspace; the initial designs are the first to be asked."""
        subspace = Subspace(evaluator.problem, self.knots)
        initial = screened_points(evaluator, seed, self.screened, self.needs, least=2)
        box, built = Box(self.first_side, self.last_side, self.patience), BuiltBefore(evaluator.problem)
        return _Memory(subspace, np.random.RandomState(seed), initial, box, built)

    def ask(self, state: _Memory) -> np.ndarray | None:
        """The initial designs first, then the point from which the model expects most; None where all is known."""
        if not state.trials:
            return state.initial
        point = state.built.new_one(self._suggestion(state), state.subspace.lift, state.random)
        if point is None:
            return None
        state.points.append(point)
        return state.subspace.lift(point)[None]

    def tell(self, state: _Memory, trials: list[Trial]) -> None:
        """Remember scored designs and resize the box."""
        if not state.trials:
            state.subspace.centre(min(trials, key=sort_key).u)
            state.points = [state.subspace.nearest(trial.u) for trial in trials]
        state.trials += trials
        state.built.note(trials)
        best = sort_key(min(state.trials, key=sort_key))
        better, state.best = best < state.best, best
        state.box.note(better)

    def _suggestion(self, state: _Memory) -> Point:
        """The point of the box with the largest expected improvement, times the probability of keeping the limits."""
        from skopt.acquisition import gaussian_ei

        points = np.asarray(state.points)
        leader = min(range(len(state.trials)), key=lambda row: sort_key(state.trials[row]))
        best = points[leader]
        near = nearest_rows(points, best, self.memory)
        trials = [state.trials[row] for row in near]
        values = compressed_scores(scores_of(trials))[0]
        low, high = corners(best, state.box.side / 2.0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # length scales at their bounds, and descents that stop early
            model = self._model(state, len(best)).fit(points[near], values)
            state.kernel = model.kernel_
            limits = LimitModels.of(points[near], trials, Scales.first(len(best)), passes=1)
            known = state.trials[leader].feasible
            lowest = float(values[0])  # the leader is the closest to itself

            def gains(cloud: Float[ndarray, "point knot"]) -> Float[ndarray, " point"]:
                gain = np.ravel(gaussian_ei(cloud, model, lowest, xi=0.0)) if known else np.ones(len(cloud))
                return gain * np.exp(limits.log_probability(cloud))

            cloud = candidates(state.random, best, low, high, self.candidates)
            order = np.argsort(-gains(cloud), kind="stable")
            if limits.count:
                closer = cloud[order[0]] + (cloud - best) / 10.0
                cloud = np.clip(np.concatenate([cloud[order[:1]], closer]), low, high)
                return cloud[int(np.argmax(gains(cloud)))]
            return self._climbed(model, lowest, cloud[order[: self.descents]], low, high)

    def _climbed(
        self, model: Any, lowest: float, starts: Float[ndarray, "point knot"], low: Point, high: Point
    ) -> Point:
        """The best end of descents along the slope of the expected improvement."""
        from scipy.optimize import minimize
        from skopt.acquisition import gaussian_ei

        def dullness(point: Point) -> tuple[float, Point]:
            gain, slope = gaussian_ei(point[None], model, lowest, xi=0.0, return_grad=True)
            return -float(np.ravel(gain)[0]), -np.asarray(slope, dtype=float)

        ends: list[tuple[float, Point]] = []
        for start in starts:
            ends.append((dullness(start)[0], start))
            end = minimize(
                dullness, start, jac=True, method="L-BFGS-B", bounds=np.stack([low, high], 1), options={"maxiter": 20}
            )
            ends.append((float(end.fun), end.x))
        return np.clip(min(ends, key=lambda end: end[0])[1], 0.0, 1.0)

    def _model(self, state: _Memory, size: int) -> Any:
        """A model whose length scales are learnt at every `learnt_every`th suggestion, from the last ones."""
        from skopt.learning import GaussianProcessRegressor
        from skopt.learning.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

        lengths: Any = np.full(size, 0.5)
        fresh = ConstantKernel(1.0, (0.01, 1000.0)) * Matern(lengths, [(0.05, 20.0)] * size, nu=2.5)
        kernel = state.kernel or fresh + WhiteKernel(1e-4, (1e-8, 1.0))
        due = (len(state.trials) - len(state.initial)) % self.learnt_every == 0
        learner: Any = "fmin_l_bfgs_b" if due else None
        return GaussianProcessRegressor(
            kernel=kernel,
            normalize_y=True,
            n_restarts_optimizer=0,
            random_state=state.random,
            optimizer=learner,
        )
