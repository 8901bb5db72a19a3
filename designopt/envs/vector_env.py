"""Many agents of stable-baselines3 at once: one batch of stacks is priced per step, the finished ones are scored."""

from typing import Any

import numpy as np

from designopt.envs.actions import AbstractActions
from designopt.envs.lockstep import AbstractLockstep
from designopt.envs.stack_env import Reward


class VectorDesignEnv(AbstractLockstep):
    """Agents that step together through their `actions`; a finished stack is scored, a new episode begins."""

    def __init__(self, actions: AbstractActions, reward: Reward):
        self._actions, self._reward = actions, reward
        self._pending = np.zeros((actions.count, *(actions.action_space.shape or ())))
        super().__init__(actions.count, actions.observation_space, actions.action_space)

    def action_masks(self) -> np.ndarray:
        """The allowed actions of every agent, shape (agent, action), for action spaces that forbid some."""
        return self._actions.action_mask()["action_masks"]

    def reset(self) -> np.ndarray:
        """Begin a new episode for every agent."""
        self._actions.reset()
        return self._actions.observe()

    def step_async(self, actions: np.ndarray) -> None:
        """Keep the actions for `step_wait`."""
        self._pending = actions

    def step_wait(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[dict[str, Any]]]:
        """Step all agents; returns observations, rewards, ends of episodes and infos, which hold the scored trials."""
        done = self._actions.step(self._pending)
        rewards = np.zeros(self.num_envs, dtype=np.float32)
        infos: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
        finished = np.flatnonzero(done)
        if len(finished):
            seen = self._actions.observe()
            for row, trial in zip(finished, self._actions.score(finished), strict=True):
                rewards[row] = self._reward(trial)
                infos[row] = {"trial": trial, "terminal_observation": seen[row], "TimeLimit.truncated": False}
            self._actions.reset(finished)
        return self._actions.observe(), rewards, done, infos
