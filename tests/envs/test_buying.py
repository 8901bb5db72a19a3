"""Whoever decides from the list never does what cannot be paid, and row 0 repeats the design to start from."""

import numpy as np
import pytest

from designopt.benchmarks.known_optima import knapsack, mixed_shelf, two_kinds
from designopt.envs.choice_actions import Buying
from designopt.envs.stack_env import Reward
from designopt.envs.vector_env import VectorDesignEnv
from designopt.evaluation.evaluator import Allowance, Evaluator
from designopt.problem.constraints import MET
from designopt.problem.rounding import built_wish

PROBLEMS = [knapsack(), mixed_shelf(), two_kinds()]


def game(problem, count=1, reach=0.5) -> Buying:
    (reference,) = problem.references.values()
    return Buying(Evaluator(problem, Allowance(10_000)), count, np.asarray(problem.space.encode(reference)), reach)


def played(buying: Buying, choose) -> int:
    moves, finished = 0, False
    while not finished:
        finished = buying.step(np.array([choose(buying.masks[0])]))[0]
        moves += 1
        assert buying.cost[0] <= buying.evaluator.problem.budget
        assert np.all(buying.limits <= MET)
        assert moves <= buying.slots.count * 10, "The stack never ends."
    return moves


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.name)
def test_random_rows_that_are_not_masked_can_always_be_paid(problem):
    random, buying = np.random.default_rng(0), game(problem)
    for _ in range(20):
        buying.clear()
        played(buying, lambda mask: random.choice(np.flatnonzero(mask)))
        (trial,) = buying.score(np.array([0]))
        assert trial.built_cost <= problem.budget


def test_what_is_masked_cannot_be_paid():
    buying, random, masked = game(knapsack(), count=1), np.random.default_rng(1), 0
    price = np.asarray(buying.evaluator.problem.detector.price)
    for _ in range(10):
        buying.clear()
        for item in range(7):
            left = buying.evaluator.problem.budget - buying.cost[0]
            numbers = np.round(3 * buying.lists.values[item, 0, :, item])
            offered = buying.lists.offered[item, 0]
            expected = offered & (numbers * price[item] <= left + 1e-9)
            np.testing.assert_array_equal(buying.masks[0], expected)
            masked += np.sum(offered & ~expected)
            buying.step(np.array([random.choice(np.flatnonzero(expected))]))
    assert masked > 0


@pytest.mark.parametrize("problem", PROBLEMS[:2], ids=lambda problem: problem.name)
def test_row_0_repeats_the_start(problem):
    buying = game(problem)
    played(buying, lambda mask: 0)
    (reference,) = problem.references.values()
    wish = built_wish(problem, np.asarray(problem.space.encode(reference)))
    (one,), (other,) = buying.score(np.array([0])), buying.evaluator.evaluate(wish[None])
    assert one.score == pytest.approx(other.score, rel=1e-3)


def test_a_slot_without_presence_ends_the_stack_and_a_forbidden_row_is_not_taken():
    buying = game(mixed_shelf())
    for _ in range(3):
        assert not buying.step(np.array([0]))[0]
    assert buying.placed[0] == 1
    assert buying.step(np.array([1]))[0]  # the start has a second slot, so row 1 leaves it out
    assert buying.wishes[0, buying.slots.present].tolist() == [1.0, 0.0, 0.0, 0.0]
    buying.clear()
    buying.step(np.array([1]))  # the first slot cannot be left out
    assert buying.wishes[0, buying.slots.present[0]] == 1.0


def test_agents_do_not_see_one_another():
    problem, random = mixed_shelf(), np.random.default_rng(2)
    together, alone = game(problem, count=3), game(problem)
    env = VectorDesignEnv(together, Reward(together.evaluator.evaluate(np.full((1, problem.size), 0.5))[0]))
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
            alone.clear()
