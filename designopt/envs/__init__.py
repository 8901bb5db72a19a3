"""Environments for agents; importing this registers every installed problem with gymnasium.

`gymnasium.make("designopt.envs:designopt/muon-shield-v1", budget=9000)`; no detector is imported before that.
`designopt/Design-v0` takes any problem: `gymnasium.make("designopt.envs:designopt/Design-v0", problem=my_problem)`.
"""

import re
from typing import TYPE_CHECKING

from gymnasium.envs.registration import register, registry

from designopt.lazy import lazy_names
from designopt.problem.registry import whenever_registered

if TYPE_CHECKING:
    from designopt.envs.gymnasium_vector import DesignVectorEnv as DesignVectorEnv
    from designopt.envs.stack_env import DesignEnv as DesignEnv
    from designopt.envs.vector_env import make_vec as make_vec

_HOMES = {
    "DesignEnv": "designopt.envs.stack_env",
    "DesignVectorEnv": "designopt.envs.gymnasium_vector",
    "environment_id": "designopt.envs",
    "make_vec": "designopt.envs.vector_env",
}
__all__ = sorted(_HOMES)


def environment_id(problem: str) -> str:
    """The name by which gymnasium knows a problem; characters that such a name cannot have become hyphens."""
    return f"designopt/{re.sub(r'[^A-Za-z0-9_.:-]+', '-', problem)}"


def _announce(problem: str) -> None:
    name = environment_id(problem)
    if name not in registry:
        _register(name, {"problem": problem})


def _register(name: str, options: dict[str, str]) -> None:
    register(
        name,
        entry_point="designopt.envs.stack_env:DesignEnv",
        vector_entry_point="designopt.envs.gymnasium_vector:DesignVectorEnv",
        kwargs=options,
    )


if "designopt/Design-v0" not in registry:
    _register("designopt/Design-v0", {})
whenever_registered(_announce)

if not TYPE_CHECKING:  # type checkers see the imports above, and report any other name
    __getattr__, __dir__ = lazy_names(__name__, _HOMES)
