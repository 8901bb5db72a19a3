"""Evolution of a cloud of designs: covariance-matrix adaptation of the package cma, differential evolution of scipy."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from designopt.design.variables import Categorical, Integer
from designopt.evaluation.evaluator import Evaluator
from designopt.evaluation.ranking import Ranking
from designopt.optimisers.base import AbstractAskTell, AbstractOptimiser
from designopt.optimisers.common.initial_designs import Subspace, initial_points
from designopt.optimisers.stop import Stop
from designopt.problem.problem import Problem
from designopt.records.trial import Trial, sort_key


@dataclass
class _Cloud:
    """What a run of CMA-ES carries along."""

    subspace: Subspace
    random: np.random.Generator
    initial: np.ndarray
    stds: np.ndarray
    floor: np.ndarray
    ranking: Ranking
    starts: list[Trial]
    strategy: Any = None
    points: Any = None
    restarts: int = 0


def _spread(problem: Problem, subspace: Subspace) -> tuple[np.ndarray, np.ndarray]:
    """Per small coordinate: the width of the first cloud, and the width below which whole values would freeze."""
    wide, floor = np.ones(problem.size), np.zeros(problem.size)
    for variable in problem.space.variables:
        where = problem.space.slices[variable.name]
        if isinstance(variable, Integer):
            floor[where] = 0.2 / (variable.upper - variable.lower)
        if isinstance(variable, Categorical):
            floor[where] = 0.1
    heaviest = np.argmax(subspace.matrix, axis=0)
    return wide[heaviest], floor[heaviest]


@dataclass(frozen=True)
class CmaEs(AbstractAskTell):
    """CMA-ES around the best initial design, long series drawn through `knots` points; `knots` None: every slot free.

    The first cloud has the width `sigma` of the cube. Whole numbers and choices keep at least a fifth of a step of
    spread, so that they can still change (after Hansen, INRIA RR-7751, 2011). A converged cloud restarts around the
    next best initial design with twice as many points, while the allowance lasts. A search of more than
    `diagonal_from` coordinates adapts variances only. Hansen, arXiv 1604.00772.
    """

    knots: int | None = 10
    sigma: float = 0.2
    screened: int = 16
    popsize: int | None = None
    diagonal_from: int = 100
    library: ClassVar[str] = "cma"

    def start(self, evaluator: Evaluator, seed: int) -> _Cloud:
        """Choose the small cube; the initial designs are the first to be asked."""
        problem = evaluator.problem
        subspace = Subspace(problem, self.knots or max(v.count or 1 for v in problem.space.variables))
        count = max(1, min(self.screened, evaluator.affordable(self.needs) // 5))
        initial = initial_points(evaluator, seed, count)
        wide, floor = _spread(problem, subspace)
        return _Cloud(subspace, np.random.default_rng([seed, 1]), initial, wide, floor, Ranking(), [])

    def ask(self, state: _Cloud) -> np.ndarray:
        """The initial designs first, then generations of the cloud."""
        if not state.starts:
            return state.initial
        if state.strategy is None or state.strategy.stop():
            state.strategy = self._settled(state)
        state.points = state.strategy.ask()
        return state.subspace.lift(np.clip(state.points, 0.0, 1.0))

    def _settled(self, state: _Cloud) -> Any:
        """A fresh cloud around the next best start, twice as large as the last."""
        from cma import CMAEvolutionStrategy

        chosen = state.starts[min(state.restarts, len(state.starts) - 1)]
        centre = state.subspace.centre(chosen.u)
        size = len(centre)
        options = {
            "bounds": [0.0, 1.0],
            "randn": lambda *shape: state.random.standard_normal(shape),
            "seed": np.nan,  # the generator above is seeded; cma shall not touch NumPy's global one
            "CMA_diagonal": size > self.diagonal_from,
            "CMA_stds": state.stds,
            "minstd": state.floor,
            "popsize": (self.popsize or 4 + int(3 * np.log(size))) * 2**state.restarts,
            "verbose": -9,
            "verb_log": 0,
            "verb_disp": 0,
            "tolfun": 1e-9,
            "tolx": 1e-7,
        }
        state.restarts += 1
        return CMAEvolutionStrategy(centre, self.sigma, options)

    def tell(self, state: _Cloud, trials: list[Trial]) -> None:
        """Rank a generation, or the initial designs."""
        state.ranking.see(trials)
        if not state.starts:
            state.starts = sorted(trials, key=sort_key)
            return
        state.strategy.tell(state.points, [state.ranking.value(trial) for trial in trials])


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
    """

    knots: int = 6
    screened: int = 16
    members: int = 20
    spread: float = 0.6
    strategy: str = "best1bin"
    mutation: tuple[float, float] = (0.4, 0.9)
    recombination: float = 0.9
    tolerance: float = 1e-7
    patience: int = 15
    library: ClassVar[str] = "scipy"

    def search(self, evaluator: Evaluator, seed: int) -> Stop:
        """Screen, then evolve until the allowance is spent."""
        from scipy.optimize import differential_evolution

        count = max(1, min(self.screened, evaluator.affordable(self.needs) // 5))
        starts = sorted(evaluator.evaluate(initial_points(evaluator, seed, count)), key=sort_key)
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
