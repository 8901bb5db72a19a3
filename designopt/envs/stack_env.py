"""Building a detector as an environment of gymnasium: one layer per step while money lasts, the score at the end."""

from typing import Any

import gymnasium
import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.envs.layer_actions import LayerActions
from designopt.evaluation.evaluator import Allowance, Evaluator
from designopt.evaluation.ranking import Ranking
from designopt.problem.problem import Problem
from designopt.problem.registry import make
from designopt.records.trial import Needs, Trial


class Reward:
    """Reward of a finished stack: how much better it scores than the design that the agent starts from, in per cent.

    For a score s and the start's s0 that is 100 (s0 - s) / max(|s0|, 1); an infeasible stack gets less than the worst
    feasible one so far, by its violation.
    """

    def __init__(self, start: Trial):
        self._ranking = Ranking()
        self._ranking.see([start])
        self._zero = self._ranking.value(start)

    def __call__(self, trial: Trial) -> float:
        """The reward of one scored stack."""
        self._ranking.see([trial])
        return 100.0 * (self._zero - self._ranking.value(trial)) / max(abs(self._zero), 1.0)


def default_start(problem: Problem) -> Float[ndarray, " coordinate"] | None:
    """The reference that the problem compares with, or its first one, or None."""
    names = list(problem.references)
    if not names:
        return None
    name = problem.compare_with if problem.compare_with in names else names[0]
    return np.asarray(problem.space.encode(problem.references[name]))


class DesignEnv(gymnasium.Env):
    """Place layers until the money or the slots are used up, or the agent stops; actions as in `LayerActions`.

    `problem` is a problem or its registered name. With an `evaluator` its events are used; without one the
    environment makes its own with `allowance` simulated events, and `step` raises AllowanceSpent after them.
    Observations are those of `Slots.observe`; only the last step is rewarded (`Reward`), and its `info` holds the
    trial.
    """

    metadata = {"render_modes": []}  # noqa: RUF012 (gymnasium's own form)

    def __init__(
        self,
        problem: Problem | str,
        evaluator: Evaluator | None = None,
        allowance: int = 10_000_000,
        start: Float[ndarray, " coordinate"] | None = None,
        reach: float = 0.5,
    ):
        chosen = make(problem) if isinstance(problem, str) else problem
        self.evaluator = evaluator or Evaluator(chosen, Allowance(allowance))
        begin = default_start(chosen) if start is None else np.asarray(start, dtype=float)
        self._actions = LayerActions(self.evaluator, 1, begin, reach)
        self._begin = self._actions.slots.cheapest if begin is None else begin
        self._reward: Reward | None = None
        self._done = True
        self.action_space, self.observation_space = self._actions.action_space, self._actions.observation_space

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """Begin an episode: an empty stack and all the money. Nothing here is random but the agent."""
        super().reset(seed=seed)
        if self._reward is None:
            self._reward = Reward(self.evaluator.evaluate(self._begin[None], Needs.SCORE)[0])
        self._actions.reset()
        self._done = False
        return self._actions.observe()[0], {}

    def step(self, action: np.ndarray) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        """Place a layer or stop."""
        if self._done or self._reward is None:
            raise RuntimeError("The episode has ended. Call reset() before the next step.")
        self._done = bool(self._actions.step(np.asarray(action)[None])[0])
        if not self._done:
            return self._actions.observe()[0], 0.0, False, False, {}
        trial = self._actions.score(np.array([0]))[0]
        return self._actions.observe()[0], self._reward(trial), True, False, {"trial": trial}
