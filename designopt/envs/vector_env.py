"""The same game for many agents of stable-baselines3 at once: one batch priced a step, the finished ones scored."""

from typing import Any

import numpy as np
from gymnasium.spaces import Box

from designopt.envs.design_env import Reward
from designopt.envs.lockstep import AbstractLockstep
from designopt.envs.placing import Placing


class VectorDesignEnv(AbstractLockstep):
    """`count` agents of `Placing` in lockstep; a finished stack is scored and cleared at once."""

    def __init__(self, placing: Placing, reward: Reward):
        self._placing, self._reward = placing, reward
        self._actions = np.zeros((placing.count, placing.actions))
        super().__init__(
            placing.count,
            Box(0.0, 1.0, (placing.slots.width,), np.float32),
            Box(-1.0, 1.0, (placing.actions,), np.float32),
        )

    def reset(self) -> np.ndarray:
        """Empty stacks."""
        self._placing.clear()
        return self._placing.observe()

    def step_async(self, actions: np.ndarray) -> None:
        """Note what the agents want."""
        self._actions = actions

    def step_wait(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[dict[str, Any]]]:
        """Do it."""
        done = self._placing.step(self._actions)
        rewards = np.zeros(self.num_envs, dtype=np.float32)
        infos: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
        finished = np.flatnonzero(done)
        if len(finished):
            seen = self._placing.observe()
            for row, trial in zip(finished, self._placing.score(finished), strict=True):
                rewards[row] = self._reward(trial)
                infos[row] = {"trial": trial, "terminal_observation": seen[row], "TimeLimit.truncated": False}
            self._placing.clear(finished)
        return self._placing.observe(), rewards, done, infos
