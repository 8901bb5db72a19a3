"""The compiled game is the game of `ChoiceActions`: the same rows, the same masks, the same stacks."""

import jax
import numpy as np
import pytest

from designopt.benchmarks.known_optima import knapsack, mixed_shelf
from designopt.envs.choice_actions import ChoiceActions
from designopt.envs.compiled_rollout import player, width
from designopt.evaluation.evaluator import Allowance, Evaluator
from designopt.optimisers.reinforcement.compiled import network

AGENTS = 6


@pytest.mark.parametrize("problem", [knapsack(), mixed_shelf()], ids=lambda problem: problem.name)
def test_compiled_stacks_are_those_of_the_plain_game(problem):
    (reference,) = problem.references.values()
    start = np.asarray(problem.space.encode(reference))
    plain = ChoiceActions(Evaluator(problem, Allowance(10_000)), AGENTS, start, 0.5)
    decisions, rows = plain.lists.values.shape[1:3]
    net = network(width(problem, decisions), rows, 8, 0.5, jax.random.key(0))
    keys = jax.random.split(jax.random.key(1), AGENTS)
    greedy = np.arange(AGENTS) == 0
    points, record = jax.tree.map(np.asarray, player(problem)(net, plain.lists, keys, greedy))
    finished = np.zeros(AGENTS, bool)
    for move in range(record.rows.shape[1]):
        np.testing.assert_array_equal(record.alive[:, move], ~finished)
        growing = ~finished
        np.testing.assert_array_equal(record.masks[growing, move], plain.masks[growing])
        assert np.all(plain.masks[growing, record.rows[growing, move]]), "A masked row was taken."
        finished |= plain.step(record.rows[:, move])
        for agent in np.flatnonzero(finished & growing):
            np.testing.assert_array_equal(points[agent], plain.points[agent])
    assert np.all(finished)
    assert len(np.unique(points, axis=0)) > 1
