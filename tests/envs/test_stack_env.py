"""The environment keeps gymnasium's and stable-baselines3's rules, and the money."""

import itertools

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from stable_baselines3.common.env_checker import check_env as check_env_for_stable_baselines

import designopt.envs  # noqa: F401
from designopt.benchmarks.problems import mixed_shelf, square_root_law
from designopt.design.space import DesignSpace
from designopt.design.variables import Real
from designopt.envs.layer_actions import LayerActions
from designopt.envs.shared.episodes import Episodes
from designopt.envs.shared.reward import Reward
from designopt.envs.stack_env import DesignEnv
from designopt.envs.vector_env import VectorDesignEnv
from designopt.evaluation.evaluator import Allowance, AllowanceSpent, Evaluator
from designopt.problem.problem import Problem
from designopt.problem.registry import register

PROBLEM = mixed_shelf()
register("mixed-shelf-v0", mixed_shelf)


def metered(events: int = 10_000) -> Evaluator:
    return Evaluator(PROBLEM, Allowance(events))


def episode(env: DesignEnv, action: np.ndarray) -> tuple[list[np.ndarray], float, dict]:
    seen, done, reward, info = [env.reset(seed=0)[0]], False, 0.0, {}
    while not done:
        observation, reward, done, _, info = env.step(action)
        seen.append(observation)
    return seen, reward, info


@pytest.mark.filterwarnings("ignore")
def test_environment_passes_both_checkers():
    check_env(DesignEnv(PROBLEM, metered()), skip_render_check=True)
    check_env_for_stable_baselines(DesignEnv(PROBLEM, metered()))


def test_gymnasium_makes_it_by_name_with_its_own_allowance():
    env = gymnasium.make("designopt.envs:designopt/mixed-shelf-v0", evaluations=2)
    env.reset(seed=0)
    assert env.unwrapped.evaluator.spent == 10  # the start is scored once
    action = np.zeros(env.action_space.shape, np.float32)
    while not env.step(action)[2]:
        pass
    env.reset()
    ended = truncated = False
    while not (ended or truncated):
        _, reward, ended, truncated, info = env.step(action)
    assert (ended, truncated, reward, info["trial"], info["events"]) == (False, True, 0.0, None, 20)
    assert "allowance" in info["why"]
    env.reset()  # and so is every episode after it


def test_within_a_search_the_end_of_the_allowance_ends_the_search():
    env = DesignEnv(PROBLEM, metered(10))
    with pytest.raises(AllowanceSpent, match="allowance"):
        episode(env, np.zeros(4, np.float32))


def test_money_left_never_grows_and_the_built_stack_is_affordable():
    random = np.random.default_rng(0)
    env = DesignEnv(PROBLEM, metered())
    for _ in range(20):
        seen, _, info = episode(env, random.uniform(-1, 1, env.action_space.shape).astype(np.float32))
        money = [observation[0] for observation in seen]
        assert all(later <= earlier + 1e-6 for earlier, later in itertools.pairwise(money))
        assert info["trial"].built_cost <= PROBLEM.budget
        assert info["trial"].cost == pytest.approx(PROBLEM.budget, rel=1e-9)


def test_a_dear_layer_shrinks_to_what_can_be_paid():
    actions = LayerActions(metered(), 1, None, 0.5)
    greedy = np.array([[1.0, 1.0, -1.0, -1.0]])  # the most of the dear material: 15.5 a slot, with 12 to spend
    assert not actions.step(greedy)[0]
    assert 0.5 * PROBLEM.budget < actions.cost[0] <= PROBLEM.budget


def test_stop_ends_the_stack_and_leaves_the_other_slots_empty():
    actions = LayerActions(metered(), 1, None, 0.5)
    assert not actions.step(np.zeros((1, actions.action_size)))[0]
    assert actions.step(np.array([[0.0, 0.0, 0.0, 1.0]]))[0]
    assert actions.points[0, actions.slots.present].tolist() == [1.0, 0.0, 0.0, 0.0]


def test_repeating_the_start_earns_nothing():
    reward, _info = episode(DesignEnv(PROBLEM, metered()), np.zeros(4, np.float32))[1:]
    assert reward == pytest.approx(0.0, abs=3.0)  # the last few coins are spent anew: per cent


def test_vector_environment_does_what_single_ones_do():
    evaluator, random = metered(), np.random.default_rng(1)
    env = DesignEnv(PROBLEM, evaluator)
    env.reset(seed=0)
    start = np.asarray(PROBLEM.space.encode(PROBLEM.references["uniform"]))
    actions = LayerActions(evaluator, 2, start, 0.5)
    many = VectorDesignEnv(Episodes(actions, actions.score, reward=Reward(evaluator.trials[0])))
    many.reset()
    for _ in range(12):
        action = random.uniform(-1, 1, env.action_space.shape).astype(np.float32)
        observation, reward, done, _, _ = env.step(action)
        seen, rewards, dones, infos = many.step(np.stack([action, action]))
        assert dones.tolist() == [done, done]
        np.testing.assert_allclose(rewards, [reward, reward], rtol=1e-6)
        last = infos[0]["terminal_observation"] if done else seen[0]
        np.testing.assert_array_equal(last, observation)
        if done:
            env.reset()


def test_stepping_after_the_end_is_refused():
    env = DesignEnv(PROBLEM, metered())
    episode(env, np.zeros(4, np.float32))
    with pytest.raises(RuntimeError, match="reset"):
        env.step(np.zeros(4, np.float32))


def test_lone_variables_are_refused_in_a_sentence():
    law = square_root_law(4)
    space = DesignSpace([*law.space.variables, Real("height", 1.0, 2.0)])
    problem = Problem("lone", law.detector, space, law.objective, law.budget, {"amount": 1}, 10)
    with pytest.raises(ValueError, match="series of one length"):
        DesignEnv(problem)
