"""What every environment of stable-baselines3 whose agents are rows of arrays has in common."""

from collections.abc import Sequence
from typing import Any

from gymnasium.spaces import Space

try:
    from stable_baselines3.common.vec_env import VecEnv
except ModuleNotFoundError:  # without the extra [rl] this can be imported, and an environment says what is missing
    VecEnv = object  # type: ignore[assignment,misc]


class AbstractLockstep(VecEnv):
    """Agents that step together and share everything but their row: there is no environment for each of them."""

    render_mode = None

    def __init__(self, agents: int, observations: Space[Any], actions: Space[Any]):
        if VecEnv is object:  # type: ignore[comparison-overlap]
            raise ModuleNotFoundError(f"A {type(self).__name__} needs stable-baselines3: pip install 'designopt[rl]'.")
        super().__init__(agents, observations, actions)

    def close(self) -> None:
        """Nothing is open."""

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        """The attribute of the environment, once per agent."""
        return [getattr(self, attr_name) for _ in self._get_indices(indices)]

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        """Agents share everything, so nothing can be set for some of them."""
        raise NotImplementedError(
            f"The agents of a {type(self).__name__} share their attributes. Make a new environment."
        )

    def env_method(self, method_name: str, *method_args: Any, indices: Any = None, **method_kwargs: Any) -> list[Any]:
        """The rows of what a method of the environment returns; agents are rows of arrays and have no methods."""
        if not hasattr(self, method_name):
            raise NotImplementedError(
                f"The agents of a {type(self).__name__} have no method '{method_name}'. Use DesignEnv."
            )
        rows = getattr(self, method_name)(*method_args, **method_kwargs)
        return [rows[index] for index in self._get_indices(indices)]

    def env_is_wrapped(self, wrapper_class: Any, indices: Any = None) -> list[bool]:
        """Never."""
        return [False for _ in self._get_indices(indices)]

    def seed(self, seed: int | None = None) -> Sequence[int | None]:
        """Nothing here is random but the agents."""
        return [None] * self.num_envs
