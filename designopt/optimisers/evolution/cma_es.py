"""Covariance-matrix adaptation of a normal cloud of designs, by the package cma."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.design.declared import Count, Positive
from designopt.evaluation.evaluator import Evaluator
from designopt.evaluation.ranking import Ranking
from designopt.optimisers.base import AbstractAskTell
from designopt.optimisers.common.initial_designs import screened_points
from designopt.optimisers.common.subspace import Subspace
from designopt.problem.problem import Problem
from designopt.records.trial import Trial, sort_key


@dataclass
class _Cloud:
    """State of a run."""

    subspace: Subspace
    random: np.random.Generator
    initial: np.ndarray
    floor: np.ndarray
    ranking: Ranking
    starts: list[np.ndarray]
    """Points that clouds begin at, best first."""
    strategy: Any = None
    points: Any = None
    restarts: int = 0


def smallest_spread(problem: Problem, subspace: Subspace) -> Float[ndarray, " knot"]:
    """Smallest standard deviation per coordinate of the subspace: a fifth of a whole number's step, 0.1 of a choice's.

    A coordinate of the subspace takes the value of the coordinate of the cube that it moves most.
    """
    floor, levels = np.zeros(problem.size), problem.space.integer_levels
    np.divide(0.2, levels, out=floor, where=levels > 0)
    for block in problem.space.choice_blocks:
        floor[block] = 0.1
    return floor[np.argmax(subspace.matrix, axis=0)]


@dataclass(frozen=True)
class CmaEs(AbstractAskTell):
    """CMA-ES around the best initial design, long series drawn through `knots` points; `knots` None: every slot free.

    The first cloud has the width `sigma` of the cube. Whole numbers and choices keep at least a fifth of a step of
    spread, so that they can still change (after Hansen, INRIA RR-7751, 2011). A converged cloud restarts around the
    next best initial design with twice as many points, while the allowance lasts. A search of more than
    `diagonal_from` coordinates adapts variances only. Hansen, arXiv 1604.00772.

    Args:
        screened: initial designs that are scored before the search begins.
        popsize: points of a cloud; None: the library's own number for so many coordinates.
    """

    knots: Count | None = 10
    sigma: Positive = 0.2
    screened: Count = 16
    popsize: Count | None = None
    diagonal_from: Count = 100
    library: ClassVar[str] = "cma"

    def start(self, evaluator: Evaluator, seed: int) -> _Cloud:
        """Choose the subspace; the initial designs are the first to be asked."""
        problem = evaluator.problem
        subspace = Subspace(problem, self.knots or max(v.count or 1 for v in problem.space.variables))
        initial = screened_points(evaluator, seed, self.screened, self.needs)
        floor = smallest_spread(problem, subspace)
        return _Cloud(subspace, np.random.default_rng([seed, 1]), initial, floor, Ranking(), [])

    def ask(self, state: _Cloud) -> np.ndarray:
        """The initial designs first, then generations of the cloud."""
        if not state.starts:
            return state.initial
        if state.strategy is None or state.strategy.stop():
            state.strategy = self._restarted(state)
        state.points = state.strategy.ask()
        return state.subspace.lift(np.clip(state.points, 0.0, 1.0))

    def _restarted(self, state: _Cloud) -> Any:
        """A fresh cloud around the next best start, twice as large as the last."""
        from cma import CMAEvolutionStrategy

        chosen = state.starts[min(state.restarts, len(state.starts) - 1)]
        centre = state.subspace.centre(chosen)
        size = len(centre)
        options = {
            "bounds": [0.0, 1.0],
            "randn": lambda *shape: state.random.standard_normal(shape),
            "seed": np.nan,  # the generator above is seeded; cma shall not touch NumPy's global one
            "CMA_diagonal": size > self.diagonal_from,
            "CMA_stds": np.ones(size),
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
            state.starts = [trial.u for trial in sorted(trials, key=sort_key)]
            return
        state.strategy.tell(state.points, [state.ranking.value(trial) for trial in trials])
