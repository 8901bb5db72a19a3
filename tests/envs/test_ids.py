"""One id a problem: registered without importing a detector, made with the problem's own options, checked, drawn."""

import subprocess
import sys

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from gymnasium.vector import SyncVectorEnv
from stable_baselines3 import PPO
from stable_baselines3.common.env_checker import check_env as check_env_for_stable_baselines

import designopt as do
from designopt.benchmarks.problems import knapsack, mixed_shelf
from designopt.envs import environment_id, make_vec
from designopt.envs.stack_env import DesignEnv
from designopt.problem.registry import list_problems, register

CHEAP = ["plane-spacing-v1", "envs-shelf-v0"]


def shelf(budget: float = 12.0):
    return mixed_shelf()


register("envs-shelf-v0", shelf)


def test_importing_registers_every_problem_and_imports_no_detector():
    program = (
        "import sys, designopt.envs, gymnasium;"
        "print(*[id for id in gymnasium.registry if id.startswith('designopt/')]);"
        "print(*[name for name in sys.modules if name.startswith('designopt.detectors')])"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    ids, detectors = result.stdout.split("\n")[:2]
    installed = {environment_id(name) for name in list_problems() if not name.endswith("-v0")}
    assert set(ids.split()) >= installed | {"designopt/Design-v0"}
    assert detectors == ""


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", CHEAP)
@pytest.mark.parametrize("actions", ["layers", "choices"])
def test_both_checkers_pass_and_every_number_has_a_name(name, actions):
    env = gymnasium.make(f"designopt.envs:designopt/{name}", actions=actions, render_mode="rgb_array").unwrapped
    check_env(env, skip_render_check=True)
    check_env_for_stable_baselines(env)
    assert len(set(env.observation_names)) == len(env.observation_names) == env.observation_space.shape[0]
    size = env.action_space.n if actions == "choices" else env.action_space.shape[0]
    assert len(env.action_names) == size
    assert all(one.meaning for part in env.explain() for one in part)
    picture = env.render()
    assert picture.dtype == np.uint8
    assert picture.shape[2] == 3
    assert len(np.unique(picture)) > 1


def test_the_options_of_the_problem_are_keywords():
    env = gymnasium.make("designopt.envs:designopt/plane-spacing-v1", budget=45.0)
    assert env.unwrapped.problem.budget == 45.0
    with pytest.raises(ValueError, match="no option 'bugdet'"):
        gymnasium.make("designopt.envs:designopt/plane-spacing-v1", bugdet=45.0)
    with pytest.raises(ValueError, match="made already"):
        DesignEnv(mixed_shelf(), budget=3.0)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"evaluations": 0}, "not positive|positive number"),
        ({"allowance": 3}, "pays for no evaluation"),
        ({"allowance": 30, "evaluations": 3}, "one of them"),
        ({"actions": "layer"}, "Did you mean 'layers'"),
        ({"start": "unifrom"}, "Did you mean 'uniform'"),
        ({"start": [0.5]}, "numbers from 0 to 1"),
        ({"reach": 0.0}, "positive"),
    ],
)
def test_wrong_options_are_refused_in_a_sentence(wrong, sentence, types_unchecked):
    with pytest.raises(ValueError, match=sentence):
        DesignEnv(mixed_shelf(), **wrong)


def test_names_stand_where_the_numbers_are():
    env = DesignEnv(mixed_shelf())
    seen, _ = env.reset()
    names = env.observation_names
    assert seen[names.index("money_left")] == pytest.approx(1.0)
    assert seen[names.index("slots_left")] == 1.0
    env.step(np.zeros(env.action_space.shape, np.float32))
    seen, *_ = env.step(np.array([0.0, 1.0, -1.0, -1.0], np.float32))
    material = [name for name in names if name.startswith("last:") and "=" in name]
    assert [seen[names.index(name)] for name in material] == [1.0, 0.0]


def test_gymnasiums_vector_does_what_separate_environments_do():
    random = np.random.default_rng(0)
    together = gymnasium.make_vec("designopt.envs:designopt/envs-shelf-v0", num_envs=3)
    apart = SyncVectorEnv([lambda: DesignEnv("envs-shelf-v0")] * 3, autoreset_mode="SameStep")
    np.testing.assert_array_equal(together.reset(seed=0)[0], apart.reset(seed=0)[0])
    assert together.observation_names == apart.envs[0].observation_names
    ends = 0
    for _ in range(15):
        action = random.uniform(-1, 1, together.action_space.shape).astype(np.float32)
        one, other = together.step(action), apart.step(action)
        np.testing.assert_allclose(one[0], other[0], rtol=1e-6)
        for mine, theirs in zip(one[2:4], other[2:4], strict=True):
            np.testing.assert_array_equal(mine, theirs)
        for row in np.flatnonzero(one[2]):
            np.testing.assert_allclose(one[4]["final_obs"][row], other[4]["final_obs"][row], rtol=1e-6)
            mine, theirs = (found[4]["final_info"]["trial"][row].score for found in (one, other))
            assert mine == pytest.approx(theirs, rel=1e-9)
            ends += 1
    assert ends > 5


def test_stable_baselines_trains_on_many_agents_from_one_call_and_the_allowance_ends_truncated():
    env = do.envs.make_vec(mixed_shelf(), 4, evaluations=12)
    model = PPO("MlpPolicy", env, n_steps=8, batch_size=32, n_epochs=1, device="cpu").learn(96)
    assert env.episodes.events == 12 * 10
    assert len(model.ep_info_buffer) > 12
    env.reset()
    done = np.zeros(4, bool)
    while not np.any(done):
        _, rewards, done, infos = env.step(np.zeros((4, *env.action_space.shape)))
    info = infos[int(np.flatnonzero(done)[0])]
    assert info["TimeLimit.truncated"]
    assert "allowance" in info["why"]
    assert np.all(rewards == 0.0)


def test_masks_are_there_for_choices_alone():
    env = DesignEnv(knapsack(), actions="choices")
    env.reset()
    assert env.action_masks().shape == (env.action_space.n,)
    assert make_vec(knapsack(), 2, actions="choices").env_method("action_masks")[0].shape == (env.action_space.n,)
    with pytest.raises(ValueError, match="actions='choices'"):
        DesignEnv(knapsack()).action_masks()
