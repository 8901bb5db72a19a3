"""The same game for many agents of stable-baselines3 at once: one batch priced a step, the finished ones scored."""

from typing import Any

import numpy as np

from designopt.envs.actions import AbstractActions
from designopt.envs.lockstep import AbstractLockstep
from designopt.envs.stack_env import Reward


class VectorDesignEnv(AbstractLockstep):
    """The agents of a game in lockstep; a finished stack is scored and cleared at once."""

    def __init__(self, game: AbstractActions, reward: Reward):
        self._game, self._reward = game, reward
        self._actions = np.zeros((game.count, *(game.action_space.shape or ())))
        super().__init__(game.count, game.observation_space, game.action_space)

    def action_masks(self) -> np.ndarray:
        """What every agent may do, where the game forbids something."""
        return self._game.action_mask()["action_masks"]

    def reset(self) -> np.ndarray:
        """Empty stacks."""
        self._game.clear()
        return self._game.observe()

    def step_async(self, actions: np.ndarray) -> None:
        """Note what the agents want."""
        self._actions = actions

    def step_wait(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[dict[str, Any]]]:
        """Do it."""
        done = self._game.step(self._actions)
        rewards = np.zeros(self.num_envs, dtype=np.float32)
        infos: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
        finished = np.flatnonzero(done)
        if len(finished):
            seen = self._game.observe()
            for row, trial in zip(finished, self._game.score(finished), strict=True):
                rewards[row] = self._reward(trial)
                infos[row] = {"trial": trial, "terminal_observation": seen[row], "TimeLimit.truncated": False}
            self._game.clear(finished)
        return self._game.observe(), rewards, done, infos
