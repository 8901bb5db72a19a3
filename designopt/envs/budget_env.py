"""The same game at several budgets at once: every agent sees which budget it plays for."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium.spaces import Box
from jaxtyping import Float
from numpy import ndarray

from designopt.envs.lockstep import AbstractLockstep
from designopt.envs.vector_env import VectorDesignEnv


def with_budget(
    seen: Float[ndarray, "stack number"], budget: float, lowest: float, highest: float
) -> Float[ndarray, "stack more"]:
    r"""Observations with the budget as a last number, $\ln(B/B_{min}) / \ln(B_{max}/B_{min})$."""
    place = np.log(budget / lowest) / max(np.log(highest / lowest), 1e-9)
    return np.concatenate([seen, np.full((len(seen), 1), place)], axis=1).astype(np.float32)


class BudgetedEnv(AbstractLockstep):
    """Groups of agents, one `VectorDesignEnv` a budget, that step together."""

    def __init__(self, groups: Sequence[VectorDesignEnv], budgets: Sequence[float]):
        self._groups, self._budgets = list(groups), list(budgets)
        first = self._groups[0]
        width = first.observation_space.shape[0] + 1  # type: ignore[index]
        super().__init__(
            sum(group.num_envs for group in self._groups),
            Box(-np.inf, np.inf, (width,), np.float32),
            first.action_space,
        )

    def _seen(self, parts: list[np.ndarray]) -> np.ndarray:
        ends = min(self._budgets), max(self._budgets)
        return np.concatenate([with_budget(p, b, *ends) for p, b in zip(parts, self._budgets, strict=True)])

    def reset(self) -> np.ndarray:
        """Empty stacks."""
        return self._seen([group.reset() for group in self._groups])

    def step_async(self, actions: np.ndarray) -> None:
        """Note what the agents want."""
        ends = np.cumsum([group.num_envs for group in self._groups])[:-1]
        for group, part in zip(self._groups, np.split(actions, ends), strict=True):
            group.step_async(part)

    def step_wait(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[dict[str, Any]]]:
        """Do it."""
        ends = min(self._budgets), max(self._budgets)
        results = [group.step_wait() for group in self._groups]
        infos: list[dict[str, Any]] = []
        for (_, _, _, found), budget in zip(results, self._budgets, strict=True):
            for info in found:
                if "terminal_observation" in info:
                    info["terminal_observation"] = with_budget(info["terminal_observation"][None], budget, *ends)[0]
                infos.append(info)
        rewards = np.concatenate([result[1] for result in results])
        return self._seen([result[0] for result in results]), rewards, np.concatenate([r[2] for r in results]), infos
