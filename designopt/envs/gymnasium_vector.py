"""Many agents at once as gymnasium's vector environment: what `gymnasium.make_vec` returns."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from jaxtyping import Float
from numpy import ndarray

from designopt.envs.shared.drawing import picture
from designopt.envs.shared.making import ActionKind, many
from designopt.problem.problem import Problem


class DesignVectorEnv(VectorEnv):
    """`num_envs` agents that step together in one compiled call and share one allowance; arguments as of `DesignEnv`.

    An episode that ends is followed by the next one in the same step: observations are those of the new one, and
    `infos["final_obs"]` and `infos["final_info"]` those of the one that ended.
    """

    metadata: ClassVar[dict[str, Any]] = {  # type: ignore[misc]
        "render_modes": ["rgb_array"], "render_fps": 4, "autoreset_mode": AutoresetMode.SAME_STEP,
    }  # fmt: skip

    def __init__(
        self,
        problem: Problem | str,
        num_envs: int = 1,
        *,
        actions: ActionKind = "layers",
        start: str | Float[ndarray, " coordinate"] | Sequence[float] | None = None,
        reach: float = 0.5,
        allowance: int | None = None,
        evaluations: int | None = None,
        render_mode: str | None = None,
        **options: Any,
    ):
        self.episodes = many(problem, num_envs, actions, start, reach, allowance, evaluations, options)
        self.num_envs, self.render_mode = num_envs, render_mode
        acting = self.episodes.actions
        self.single_observation_space, self.single_action_space = acting.observation_space, acting.action_space
        self.observation_space = batch_space(acting.observation_space, num_envs)
        self.action_space = batch_space(acting.action_space, num_envs)

    @property
    def observation_names(self) -> tuple[str, ...]:
        """The numbers of an observation of one agent, in order."""
        return tuple(one.name for one in self.episodes.actions.observed)

    @property
    def action_names(self) -> tuple[str, ...]:
        """The entries of an action of one agent, in order."""
        return tuple(one.name for one in self.episodes.actions.acted)

    def reset(
        self, *, seed: int | list[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """Begin a new episode for every agent. Nothing here is random but the agents."""
        super().reset(seed=None if isinstance(seed, list) else seed)
        return self.episodes.reset(), {}

    def step(self, actions: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, dict[str, Any]]:
        """Step all agents; returns observations, rewards, terminations, truncations and infos."""
        found = self.episodes.step(np.asarray(actions))
        infos: dict[str, Any] = {}
        ended = np.flatnonzero(found.terminated | found.truncated)
        for row in ended:
            final = {name: value for name, value in found.infos[row].items() if name != "episode"}
            infos = self._add_info(infos, {"final_obs": found.last[row], "final_info": final}, int(row))
        seen = self.episodes.again(ended) if len(ended) else found.last
        return seen, found.rewards, found.terminated, found.truncated, infos

    def render(self) -> tuple[np.ndarray, ...] | None:
        """A picture of the stack of every agent, or None without a `render_mode`."""
        if self.render_mode is None:
            return None
        acting = self.episodes.actions
        return tuple(picture(acting.evaluator.problem, u) for u in acting.points)

    def close_extras(self, **_: Any) -> None:
        """Nothing is open."""
