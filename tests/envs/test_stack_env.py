"""The environment keeps gymnasium's and stable-baselines3's rules, and the money."""

import dataclasses
import itertools

import gymnasium
import jax.numpy as jnp
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from stable_baselines3.common.env_checker import check_env as check_env_for_stable_baselines

import designopt.envs  # noqa: F401
from designopt.benchmarks.problems import mixed_shelf
from designopt.benchmarks.toy import AbstractToy
from designopt.design.space import DesignSpace
from designopt.design.variables import Categorical, Real
from designopt.envs.choice_actions import ChoiceActions
from designopt.envs.layer_actions import LayerActions
from designopt.envs.shared.episodes import Episodes
from designopt.envs.shared.reward import Reward
from designopt.envs.slots import Slots
from designopt.envs.stack_env import DesignEnv
from designopt.envs.vector_env import VectorDesignEnv
from designopt.evaluation.evaluator import Allowance, AllowanceSpent, Evaluator
from designopt.problem.constraints import MET
from designopt.problem.problem import Problem
from designopt.problem.registry import register
from designopt.problem.rounding import built_point

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


def test_a_layer_shrinks_to_what_a_growing_limit_leaves():
    short = dataclasses.replace(mixed_shelf(limit=2.0), growing=("amount",))
    actions = LayerActions(Evaluator(short, Allowance(100)), 1, None, 0.5)
    plenty = np.array([[1.0, -1.0, 1.0, -1.0]])  # the most of the cheap material: 5 a slot, with 2 allowed in all
    ended = actions.step(plenty)[0]
    while not ended:
        assert np.all(actions.limits <= MET)
        ended = actions.step(plenty)[0]
    assert np.all(actions.limits <= MET)
    assert actions.cost[0] < short.budget


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


class Mixed(AbstractToy):
    """A height, a choice, five amounts and two widths: variables of every length."""

    def response(self, design, key=None):
        best = (design["height"] - 1.3) ** 2 + jnp.sum((design["amount"] - 0.4) ** 2) + design["kind"][1]
        return {"loss": best + jnp.sum((design["width"] - 0.2) ** 2)}

    def cost(self, design):
        return {"all": design["height"] + jnp.sum(design["amount"]) + jnp.sum(design["width"])}


class Lone(AbstractToy):
    """Two numbers."""

    def response(self, design, key=None):
        return {"loss": (design["height"] - 1.3) ** 2 + (design["width"] - 0.4) ** 2}

    def cost(self, design):
        return {"all": design["height"] + design["width"]}


def lone_values() -> Problem:
    space = DesignSpace([Real("height", 1.0, 2.0), Real("width", 0.0, 1.0)])
    return Problem("lone", Lone(), space, lambda r: r["loss"], 2.0, {"height": 1, "width": 1}, 1)


def mixed_lengths() -> Problem:
    every = [
        Real("height", 1.0, 2.0),
        Categorical("kind", ("good", "bad")),
        Real("amount", 0.0, 1.0, count=5),
        Real("width", 0.0, 1.0, count=2),
    ]
    return Problem(
        "mixed", Mixed(), DesignSpace(every), lambda r: r["loss"], 4.0, {"height": 1, "amount": 1, "width": 1}, 1
    )


def test_lone_values_and_short_series_are_set_where_a_slot_has_them():
    slots = Slots(mixed_lengths())
    assert slots.count == 5
    assert slots.acted.shape == slots.exists.shape == (5, 5)  # height, two shares of a choice, amount, width
    assert slots.exists.sum(axis=0).tolist() == [1, 1, 1, 5, 2]
    assert sorted(slots.acted[slots.exists]) == list(range(slots.problem.size))
    start = np.linspace(0.1, 0.9, slots.problem.size)
    for actions in (
        LayerActions(Evaluator(slots.problem, Allowance(9)), 1, start, 0.5),
        ChoiceActions(Evaluator(slots.problem, Allowance(9)), 1, start, 0.5),
    ):
        repeat = np.zeros((1, *actions.action_space.shape), dtype=int)
        if isinstance(actions, LayerActions):
            repeat = np.append(np.zeros(actions.action_size - 1), -1.0)[None]
        while not actions.step(repeat)[0]:
            pass
        built = np.asarray(built_point(slots.problem, start))
        assert actions.points[0] == pytest.approx(built, abs=1e-9)  # every coordinate as in the design to start from


@pytest.mark.filterwarnings("ignore")
def test_a_problem_of_lone_values_is_an_environment():
    problem = lone_values()
    check_env_for_stable_baselines(DesignEnv(problem))
    env = DesignEnv(problem)
    env.reset(seed=0)
    assert env.step(np.zeros(env.action_space.shape, np.float32))[2]  # one slot, one step
