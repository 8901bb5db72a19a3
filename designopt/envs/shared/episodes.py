"""Episodes of agents that step together: from the empty stack to its score, with rewards and reasons for the end."""

import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray

from designopt.envs.actions import AbstractActions
from designopt.envs.shared.reward import Reward
from designopt.evaluation.evaluator import AllowanceSpent
from designopt.records.trial import Needs, Trial


class Step(NamedTuple):
    """What a step of all agents gave.

    `last` are the observations at its end; those of an episode that ended are of its finished stack. `infos` of an
    ended episode hold its `trial` (None where nothing was left to score it), the charged `events` so far, and
    `episode`: its reward, length and time as stable-baselines3 logs them; a truncated one says `why`.
    """

    last: Float[ndarray, "stack number"]
    rewards: Float[ndarray, " stack"]
    terminated: Bool[ndarray, " stack"]
    truncated: Bool[ndarray, " stack"]
    infos: list[dict[str, Any]]


Score = Callable[[Int[ndarray, " some"]], Sequence[Trial | None]]
"""Scores the finished stacks of these rows; None for those that are not scored."""


def while_paid(actions: AbstractActions) -> Score:
    """Scores stacks as long as the allowance pays for them, and no more after that."""

    def score(rows: Int[ndarray, " some"]) -> Sequence[Trial | None]:
        before = len(actions.evaluator.trials)
        try:
            return actions.score(rows)
        except AllowanceSpent:
            trials = actions.evaluator.trials[before:]
            return [*trials, *[None] * (len(rows) - len(trials))]

    return score


class Episodes:
    """Episodes through `actions`; only their last step is rewarded.

    Without a `reward` the design at the point `start` is scored once, and charged, when the first episode begins.
    `score` (`while_paid`, or `actions.score`, which raises AllowanceSpent) scores finished stacks; what it leaves
    unscored ends `truncated`, with no reward.
    """

    def __init__(
        self,
        actions: AbstractActions,
        score: Score,
        start: Float[ndarray, " coordinate"] | None = None,
        reward: Reward | None = None,
    ):
        self.actions, self._score, self._reward = actions, score, reward
        self._start = actions.slots.cheapest if start is None else start
        self._steps, self._began = np.zeros(actions.count, dtype=int), time.perf_counter()

    @property
    def events(self) -> int:
        """Simulated events charged so far."""
        return self.actions.evaluator.spent

    def reset(self) -> Float[ndarray, "stack number"]:
        """Begin a new episode for every agent; returns what they observe."""
        if self._reward is None:
            self._reward = Reward(self.actions.evaluator.evaluate(self._start[None], Needs.SCORE)[0])
        self.actions.reset()
        self._steps[:] = 0
        return self.actions.observe()

    def step(self, chosen: ndarray) -> Step:
        """One action per agent. Ended episodes stay as they are: begin anew with `reset`, or `again`."""
        done = self.actions.step(chosen)
        self._steps += 1
        count = len(done)
        rewards, truncated = np.zeros(count, dtype=np.float32), np.zeros(count, dtype=bool)
        infos: list[dict[str, Any]] = [{} for _ in range(count)]
        last, finished = self.actions.observe(), np.flatnonzero(done)
        for row, trial in zip(finished, (self._score(finished) if len(finished) else []), strict=True):
            infos[row]["trial"] = trial
            if trial is None:
                truncated[row], infos[row]["why"] = True, str(AllowanceSpent())
            else:
                assert self._reward is not None
                rewards[row] = self._reward(trial)
            infos[row]["events"] = self.events
            infos[row]["episode"] = {
                "r": float(rewards[row]), "l": int(self._steps[row]), "t": time.perf_counter() - self._began,
            }  # fmt: skip
        return Step(last, rewards, done & ~truncated, truncated, infos)

    def again(self, rows: Int[ndarray, " some"]) -> Float[ndarray, "stack number"]:
        """Begin a new episode in these rows; returns what all agents observe."""
        self.actions.reset(rows)
        self._steps[rows] = 0
        return self.actions.observe()
