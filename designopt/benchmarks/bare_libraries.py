"""The libraries as they come: default settings on the unit cube, to hold our own entrants against."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from designopt.evaluation.evaluator import Evaluator
from designopt.evaluation.ranking import Ranking
from designopt.optimisers.base import AbstractOptimiser
from designopt.optimisers.extras import RL
from designopt.optimisers.stop import Stop
from designopt.records.trial import Needs

Seen = tuple[float, np.ndarray, np.ndarray, np.ndarray]
"""Loss, its gradient, the limits and their slopes at a point."""


def _scorer(evaluator: Evaluator) -> Callable[[np.ndarray], float]:
    """One point of the cube to one number, feasible before infeasible."""
    ranking = Ranking()

    def score(point: np.ndarray) -> float:
        trials = evaluator.evaluate(np.clip(np.asarray(point, dtype=float), 0.0, 1.0)[None])
        ranking.see(trials)
        return ranking.value(trials[0])

    return score


@dataclass(frozen=True)
class BareCma(AbstractOptimiser):
    """`cma.fmin2` from the middle of the cube with a third of its width, restarted with doubled clouds."""

    library: ClassVar[str] = "cma"

    def search(self, evaluator: Evaluator, seed: int) -> Stop:
        """Until the allowance is spent."""
        import cma

        options = {"bounds": [0.0, 1.0], "seed": seed + 1, "verbose": -9, "verb_log": 0}
        cma.fmin2(_scorer(evaluator), np.full(evaluator.size, 0.5), 0.3, options, restarts=9, bipop=False)
        return Stop.CONVERGED


@dataclass(frozen=True)
class BareDifferentialEvolution(AbstractOptimiser):
    """`scipy.optimize.differential_evolution`, no final polish."""

    library: ClassVar[str] = "scipy"

    def search(self, evaluator: Evaluator, seed: int) -> Stop:
        """Until the allowance is spent."""
        from scipy.optimize import differential_evolution

        bounds = [(0.0, 1.0)] * evaluator.size
        differential_evolution(_scorer(evaluator), bounds, polish=False, maxiter=10**6, tol=0.0, rng=seed)
        return Stop.CONVERGED


@dataclass(frozen=True)
class BareDescent(AbstractOptimiser):
    """`scipy.optimize.minimize` with exact gradients from random points; every point is scored as built too.

    `method` is L-BFGS-B, SLSQP or trust-constr; the last two know the side limits, the first does not.
    """

    method: str = "L-BFGS-B"
    needs: ClassVar[Needs] = Needs.GRADIENT | Needs.SCORE
    library: ClassVar[str] = "scipy"

    @property
    def name(self) -> str:
        """The method's."""
        return f"Bare-{self.method}"

    def search(self, evaluator: Evaluator, seed: int) -> Stop:
        """Start after start."""
        from scipy.optimize import NonlinearConstraint, minimize

        random, size = np.random.default_rng(seed), evaluator.size
        limited = bool(evaluator.problem.constraint_names) and self.method != "L-BFGS-B"
        while True:
            known: dict[bytes, Seen] = {}

            def at(point: np.ndarray, known: dict[bytes, Seen] = known) -> Seen:
                place = point.tobytes()
                if place not in known:
                    (trial,) = evaluator.evaluate(np.clip(point, 0.0, 1.0)[None], self.needs)
                    limits = np.array(list(trial.violations.values()))
                    rows = np.array(list((trial.jacobian or {}).values())).reshape(len(limits), size)
                    known[place] = (float(trial.loss or 0.0), np.asarray(trial.gradient), limits, rows)
                return known[place]

            rule = NonlinearConstraint(lambda x, at=at: at(x)[2], -np.inf, 0.0, jac=lambda x, at=at: at(x)[3])
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                minimize(
                    lambda x, at=at: at(x)[:2],
                    random.random(size),
                    jac=True,
                    method=self.method,
                    bounds=[(0.0, 1.0)] * size,
                    constraints=[rule] if limited else (),
                )


@dataclass(frozen=True)
class BarePpo(AbstractOptimiser):
    """`stable_baselines3.PPO` on one environment of gymnasium's kind, as its manual begins."""

    library: ClassVar[str] = "stable-baselines3"
    extra: ClassVar[str] = "rl"
    modules: ClassVar[tuple[str, ...]] = RL

    def search(self, evaluator: Evaluator, seed: int) -> Stop:
        """Until the allowance is spent."""
        from stable_baselines3 import PPO
        from stable_baselines3.common.vec_env import DummyVecEnv

        from designopt.envs.stack_env import DesignEnv

        env = DummyVecEnv([lambda: DesignEnv(evaluator.problem, evaluator)])
        PPO("MlpPolicy", env, device="cpu", seed=seed).learn(2**62)
        return Stop.EVENTS
