"""One environment for several problems: every agent observes which budget and which detector its episode is for."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium.spaces import Box
from jaxtyping import Float
from numpy import ndarray

from designopt.envs.lockstep import AbstractLockstep
from designopt.envs.vector_env import VectorDesignEnv
from designopt.problem.problem import Problem


def place(problem: Problem, trained: Sequence[Problem], parameters: Sequence[str]) -> Float[ndarray, " condition"]:
    r"""Where a problem lies among those of the training, 0 to 1 from end to end.

    $\ln(B/B_{min}) / \ln(B_{max}/B_{min})$, then $(p - p_{min}) / (p_{max} - p_{min})$ for every named parameter, a
    number among the problem's options, or positive numbers, which count by the mean of their logarithms.
    """

    def number(problem: Problem, name: str) -> float:
        value = problem.options[name]
        return float(np.mean(np.log(value))) if isinstance(value, list | tuple) else value

    def along(here: float, there: Sequence[float]) -> float:
        return (here - min(there)) / max(max(there) - min(there), 1e-9)

    money = along(np.log(problem.budget), [np.log(other.budget) for other in trained])
    options = [along(number(problem, name), [number(other, name) for other in trained]) for name in parameters]
    return np.array([money, *options])


def with_place(
    seen: Float[ndarray, "stack number"], place: Float[ndarray, " condition"]
) -> Float[ndarray, "stack more"]:
    """Observations with the place of the problem as their last numbers."""
    return np.concatenate([seen, np.tile(place, (len(seen), 1))], axis=1).astype(np.float32)


class BudgetedEnv(AbstractLockstep):
    """Agents of several problems that step together: one `VectorDesignEnv` per problem, with its `place`."""

    def __init__(self, groups: Sequence[VectorDesignEnv], places: Sequence[np.ndarray]):
        self._groups, self._places = list(groups), list(places)
        first = self._groups[0]
        width = first.observation_space.shape[0] + len(places[0])  # type: ignore[index]
        super().__init__(
            sum(group.num_envs for group in self._groups),
            Box(-np.inf, np.inf, (width,), np.float32),
            first.action_space,
        )

    def _seen(self, parts: list[np.ndarray]) -> np.ndarray:
        return np.concatenate([with_place(*pair) for pair in zip(parts, self._places, strict=True)])

    def reset(self) -> np.ndarray:
        """Begin a new episode for every agent."""
        return self._seen([group.reset() for group in self._groups])

    def step_async(self, actions: np.ndarray) -> None:
        """Keep the actions for `step_wait`."""
        ends = np.cumsum([group.num_envs for group in self._groups])[:-1]
        for group, part in zip(self._groups, np.split(actions, ends), strict=True):
            group.step_async(part)

    def step_wait(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[dict[str, Any]]]:
        """Step all agents; returns observations, rewards, ends of episodes and infos."""
        results = [group.step_wait() for group in self._groups]
        infos: list[dict[str, Any]] = []
        for (_, _, _, found), where in zip(results, self._places, strict=True):
            for info in found:
                if "terminal_observation" in info:
                    info["terminal_observation"] = with_place(info["terminal_observation"][None], where)[0]
                infos.append(info)
        rewards = np.concatenate([result[1] for result in results])
        return self._seen([result[0] for result in results]), rewards, np.concatenate([r[2] for r in results]), infos
