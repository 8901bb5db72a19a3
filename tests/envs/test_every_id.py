"""The checkers of gymnasium and of stable-baselines3 on every problem that is installed, under its registered id."""

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from stable_baselines3.common.env_checker import check_env as check_env_for_stable_baselines

from designopt.problem.plugins import PROBLEMS, announced

NAMES = sorted(announced(PROBLEMS))
WITH_GEANT4 = {"calorimeter-geant4-v1", "calorimeter-pairs-v1"}
"""These simulate in Geant4: seconds a design."""


class Uncounted(gymnasium.Wrapper):
    """Without what counts the simulated events of all episodes, which grows where a single step ends an episode."""

    def step(self, action):
        *found, info = self.env.step(action)
        return (*found, {name: value for name, value in info.items() if name not in ("events", "trial")})


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", NAMES)
def test_both_checkers_pass(name):
    if name in WITH_GEANT4:
        pytest.importorskip("geant4_pybind")
    env = gymnasium.make(f"designopt.envs:designopt/{name}", render_mode="rgb_array").unwrapped
    check_env(Uncounted(env), skip_render_check=True, skip_close_check=True)
    check_env_for_stable_baselines(env, skip_render_check=True)
    assert len(set(env.observation_names)) == len(env.observation_names) == env.observation_space.shape[0]
    assert len(env.action_names) == env.action_space.shape[0]
    picture = env.render()
    assert picture.dtype == np.uint8
    assert len(np.unique(picture)) > 1
