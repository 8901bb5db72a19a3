"""Whoever decides from the list never does what cannot be paid, and row 0 repeats the design to start from."""

import numpy as np
import pytest

from designopt.benchmarks.problems import knapsack, mixed_shelf, two_kinds
from designopt.envs.choice_actions import ChoiceActions
from designopt.envs.shared.episodes import Episodes
from designopt.envs.shared.reward import Reward
from designopt.envs.vector_env import VectorDesignEnv
from designopt.evaluation.evaluator import Allowance, Evaluator
from designopt.problem.constraints import MET
from designopt.problem.rounding import built_point

PROBLEMS = [knapsack, mixed_shelf, two_kinds]


def decisions(problem, count=1, reach=0.5) -> ChoiceActions:
    (reference,) = problem.references.values()
    return ChoiceActions(
        Evaluator(problem, Allowance(10_000)), count, np.asarray(problem.space.encode(reference)), reach
    )


def steps_of(actions: ChoiceActions, choose) -> int:
    steps, finished = 0, False
    while not finished:
        finished = actions.step(np.array([choose(actions.masks[0])]))[0]
        steps += 1
        assert actions.cost[0] <= actions.evaluator.problem.budget
        assert np.all(actions.limits <= MET)
        assert steps <= actions.slots.count * 10, "The stack never ends."
    return steps


@pytest.mark.parametrize("make", PROBLEMS, ids=lambda make: make.__name__)
def test_random_rows_that_are_not_masked_can_always_be_paid(make):
    problem = make()
    random, actions = np.random.default_rng(0), decisions(problem)
    for _ in range(20):
        actions.reset()
        steps_of(actions, lambda mask: random.choice(np.flatnonzero(mask)))
        (trial,) = actions.score(np.array([0]))
        assert trial.built_cost <= problem.budget


def test_what_is_masked_cannot_be_paid():
    actions, random, masked = decisions(knapsack(), count=1), np.random.default_rng(1), 0
    price = np.asarray(actions.evaluator.problem.detector.price)
    for _ in range(10):
        actions.reset()
        for item in range(7):
            left = actions.evaluator.problem.budget - actions.cost[0]
            numbers = np.round(3 * actions.lists.values[item, 0, :, item])
            offered = actions.lists.offered[item, 0]
            expected = offered & (numbers * price[item] <= left + 1e-9)
            np.testing.assert_array_equal(actions.masks[0], expected)
            masked += np.sum(offered & ~expected)
            actions.step(np.array([random.choice(np.flatnonzero(expected))]))
    assert masked > 0


@pytest.mark.parametrize("make", PROBLEMS[:2], ids=lambda make: make.__name__)
def test_row_0_repeats_the_start(make):
    problem = make()
    actions = decisions(problem)
    steps_of(actions, lambda mask: 0)
    (reference,) = problem.references.values()
    u = built_point(problem, np.asarray(problem.space.encode(reference)))
    (one,), (other,) = actions.score(np.array([0])), actions.evaluator.evaluate(u[None])
    assert one.score == pytest.approx(other.score, rel=1e-3)


def test_a_slot_without_presence_ends_the_stack_and_a_forbidden_row_is_not_taken():
    actions = decisions(mixed_shelf())
    for _ in range(3):
        assert not actions.step(np.array([0]))[0]
    assert actions.placed[0] == 1
    assert actions.step(np.array([1]))[0]  # the start has a second slot, so row 1 leaves it out
    assert actions.points[0, actions.slots.present].tolist() == [1.0, 0.0, 0.0, 0.0]
    actions.reset()
    actions.step(np.array([1]))  # the first slot cannot be left out
    assert actions.points[0, actions.slots.present[0]] == 1.0


def test_agents_do_not_see_one_another():
    problem, random = mixed_shelf(), np.random.default_rng(2)
    together, alone = decisions(problem, count=3), decisions(problem)
    reward = Reward(together.evaluator.evaluate(np.full((1, problem.size), 0.5))[0])
    env = VectorDesignEnv(Episodes(together, together.score, reward=reward))
    env.reset()
    for _ in range(25):
        row = random.choice(np.flatnonzero(together.masks[1]))
        others = [random.choice(np.flatnonzero(mask)) for mask in together.masks]
        np.testing.assert_array_equal(env.env_method("action_masks")[1], alone.masks[0])
        seen, _, done, infos = env.step(np.array([others[0], row, others[2]]))
        assert alone.step(np.array([row]))[0] == done[1]
        last = infos[1]["terminal_observation"] if done[1] else seen[1]
        np.testing.assert_allclose(last, alone.observe()[0], rtol=1e-6)
        if done[1]:
            alone.reset()
