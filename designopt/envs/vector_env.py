"""The same game for many agents of stable-baselines3 at once: one batch priced a step, the finished ones scored."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium.spaces import Box
from stable_baselines3.common.vec_env import VecEnv

from designopt.envs.design_env import Reward
from designopt.envs.placing import Placing


class VectorDesignEnv(VecEnv):
    """`count` agents of `Placing` in lockstep; a finished stack is scored and cleared at once."""

    render_mode = None

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

    def close(self) -> None:
        """Nothing is open."""

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        """The same attribute of the whole, once an agent."""
        return [getattr(self, attr_name) for _ in self._get_indices(indices)]

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        """Agents share everything, so nothing can be set for some of them."""
        raise NotImplementedError("The agents of a VectorDesignEnv share their attributes. Make a new environment.")

    def env_method(self, method_name: str, *method_args: Any, indices: Any = None, **method_kwargs: Any) -> list[Any]:
        """Agents are rows of arrays and have no methods."""
        raise NotImplementedError(f"The agents of a VectorDesignEnv have no method '{method_name}'. Use DesignEnv.")

    def env_is_wrapped(self, wrapper_class: Any, indices: Any = None) -> list[bool]:
        """Never."""
        return [False for _ in self._get_indices(indices)]

    def seed(self, seed: int | None = None) -> Sequence[int | None]:
        """Nothing here is random but the agents."""
        return [None] * self.num_envs
