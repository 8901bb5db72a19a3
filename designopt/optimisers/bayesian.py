"""Bayesian optimisation with scikit-optimize: a Gaussian process in a box that follows the best design."""

import warnings
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.evaluation.evaluator import Evaluator
from designopt.evaluation.ranking import Ranking
from designopt.evaluation.trial import Trial, merit
from designopt.optimisers.base import AbstractAskTell
from designopt.optimisers.starts import Subspace, initial_wishes


@dataclass
class _Memory:
    """What a run of the Bayesian search carries along."""

    subspace: Subspace
    random: np.random.RandomState
    initial: np.ndarray
    side: float
    points: list[np.ndarray] = field(default_factory=list)
    trials: list[Trial] = field(default_factory=list)
    best: tuple[bool, float] = (True, np.inf)
    gains: int = 0
    failures: int = 0


def _squeezed(values: Float[ndarray, " trial"]) -> Float[ndarray, " trial"]:
    """Values worse than the median drawn together logarithmically: what is bad needs no precise model."""
    middle = float(np.median(values))
    scale = max(middle - float(np.min(values)), 1e-9)
    return np.where(values > middle, middle + scale * np.log1p(np.maximum(values - middle, 0.0) / scale), values)


@dataclass(frozen=True)
class BayesianSearch(AbstractAskTell):
    """Expected improvement of a Gaussian process, in a box around the best design that grows with success.

    Long series are drawn through `knots` points. The model sees the observations in the box, at most `memory`, the
    latest first to stay; its acquisition is searched from `candidates` random points. The box starts with the side
    `first_side`, doubles after three gains in a row and halves after `patience` failures, as in Eriksson et al.,
    arXiv 1910.01739; below `last_side` it starts again. It always holds twice as many observations as dimensions.
    """

    knots: int = 2
    screened: int = 16
    memory: int = 100
    candidates: int = 1000
    descents: int = 2
    first_side: float = 0.8
    last_side: float = 0.02
    patience: int = 8
    library: ClassVar[str] = "scikit-optimize"

    def start(self, evaluator: Evaluator, seed: int) -> _Memory:
        """Choose the small cube; the initial designs are the first to be asked."""
        subspace = Subspace(evaluator.problem, self.knots)
        count = max(2, min(self.screened, evaluator.affordable(self.needs) // 5))
        initial = initial_wishes(evaluator, seed, count)
        return _Memory(subspace, np.random.RandomState(seed), initial, self.first_side)

    def ask(self, state: _Memory) -> np.ndarray:
        """The initial designs first, then the point from which the model expects most."""
        if not state.trials:
            return state.initial
        state.points.append(self._suggestion(state))
        return state.subspace.wish(state.points[-1])[None]

    def tell(self, state: _Memory, trials: list[Trial]) -> None:
        """Remember scored designs and resize the box."""
        if not state.trials:
            state.subspace.centre(min(trials, key=merit).u)
            state.points = [state.subspace.nearest(trial.u) for trial in trials]
        state.trials += trials
        best = merit(min(state.trials, key=merit))
        better, state.best = best < state.best, best
        state.gains, state.failures = (state.gains + 1, 0) if better else (0, state.failures + 1)
        if state.gains == 3:
            state.side, state.gains = min(2.0 * state.side, 2.0), 0
        if state.failures == self.patience:
            state.side, state.failures = state.side / 2.0, 0
        if state.side < self.last_side:
            state.side = self.first_side

    def _suggestion(self, state: _Memory) -> np.ndarray:
        from skopt import Optimizer
        from skopt.learning import GaussianProcessRegressor
        from skopt.learning.gaussian_process.kernels import ConstantKernel, Matern

        ranking = Ranking()
        ranking.see(state.trials)
        values = np.array([ranking.value(trial) for trial in state.trials])
        points = np.asarray(state.points)
        best = points[int(np.argmin(values))]
        size = len(best)
        away = np.max(np.abs(points - best), axis=1)
        reach = max(state.side / 2.0, float(np.sort(away)[min(2 * size, len(away) - 1)]) + 1e-9)
        inside = np.flatnonzero(away <= reach)[-self.memory :]
        inside = np.union1d(inside, [int(np.argmin(values))])
        low, high = np.clip(best - reach, 0.0, 1.0), np.clip(best + reach, 0.0, 1.0)
        lengths: Any = np.ones(size)
        kernel = ConstantKernel(1.0, (0.01, 100.0)) * Matern(lengths, [(0.05, 20.0)] * size, nu=2.5)
        model = GaussianProcessRegressor(
            kernel=kernel, normalize_y=True, noise="gaussian", n_restarts_optimizer=0, random_state=state.random
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            optimizer = Optimizer(
                list(zip(low.tolist(), high.tolist(), strict=True)),
                base_estimator=model,  # pyright: ignore[reportArgumentType]
                n_initial_points=0,
                acq_func="EI",
                acq_optimizer="lbfgs",
                acq_optimizer_kwargs={"n_points": self.candidates, "n_restarts_optimizer": self.descents, "n_jobs": 1},
                model_queue_size=1,
                random_state=state.random,
            )
            optimizer.tell(np.clip(points[inside], low, high).tolist(), _squeezed(values[inside]).tolist())
            suggestion = optimizer.ask()
        return np.clip(np.asarray(suggestion, dtype=float), 0.0, 1.0)
