"""Many agents of stable-baselines3 at once: one batch of stacks is priced per step, the finished ones are scored."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.envs.lockstep import AbstractLockstep
from designopt.envs.shared.drawing import picture
from designopt.envs.shared.episodes import Episodes
from designopt.envs.shared.making import ActionKind, many
from designopt.problem.problem import Problem


class VectorDesignEnv(AbstractLockstep):
    """Agents that step together; a finished stack is scored, and a new episode begins at once."""

    render_mode = "rgb_array"

    def __init__(self, episodes: Episodes):
        actions = episodes.actions
        self.episodes, self._pending = episodes, np.zeros((actions.count, *(actions.action_space.shape or ())))
        super().__init__(actions.count, actions.observation_space, actions.action_space)

    def action_masks(self) -> np.ndarray:
        """The allowed actions of every agent, shape (agent, action), for action spaces that forbid some."""
        return self.episodes.actions.action_mask()["action_masks"]

    def reset(self) -> np.ndarray:
        """Begin a new episode for every agent."""
        return self.episodes.reset()

    def step_async(self, actions: np.ndarray) -> None:
        """Keep the actions for `step_wait`."""
        self._pending = actions

    def step_wait(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[dict[str, Any]]]:
        """Step all agents; returns observations, rewards, ends of episodes and infos, which hold the scored trials."""
        found = self.episodes.step(self._pending)
        done = found.terminated | found.truncated
        ended = np.flatnonzero(done)
        for row in ended:
            cut = {"terminal_observation": found.last[row], "TimeLimit.truncated": bool(found.truncated[row])}
            found.infos[row].update(cut)
        seen = self.episodes.again(ended) if len(ended) else found.last
        return seen, found.rewards, done, found.infos

    def get_images(self) -> Sequence[np.ndarray | None]:
        """A picture of the stack of every agent."""
        actions = self.episodes.actions
        return [picture(actions.evaluator.problem, u) for u in actions.points]


def make_vec(
    problem: Problem | str,
    count: int,
    *,
    actions: ActionKind = "layers",
    start: str | Float[ndarray, " coordinate"] | Sequence[float] | None = None,
    reach: float = 0.5,
    allowance: int | None = None,
    evaluations: int | None = None,
    **options: Any,
) -> VectorDesignEnv:
    """`count` agents of a problem as one environment of stable-baselines3.

    All step in one compiled call, share one allowance and are scored together; the start is scored once for all.
    Arguments as of `DesignEnv`. Raises ValueError for wrong ones, ModuleNotFoundError without stable-baselines3.

    Example: `PPO("MlpPolicy", do.envs.make_vec("muon-shield-v1", 16)).learn(10_000)`
    """
    return VectorDesignEnv(many(problem, count, actions, start, reach, allowance, evaluations, options))
