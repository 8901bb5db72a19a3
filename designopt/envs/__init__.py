"""Reinforcement-learning environments; importing this registers `designopt/Design-v0` with gymnasium."""

from gymnasium.envs.registration import register, registry

if "designopt/Design-v0" not in registry:
    register("designopt/Design-v0", entry_point="designopt.envs.stack_env:DesignEnv")
