"""A compiled rollout is that of `ChoiceActions`: the same actions, the same masks, the same stacks."""

import jax
import numpy as np
import pytest

from designopt.benchmarks.problems import knapsack, mixed_shelf
from designopt.envs.choice_actions import ChoiceActions
from designopt.envs.compiled_rollout import compiled_rollout, observation_size
from designopt.evaluation.evaluator import Allowance, Evaluator
from designopt.optimisers.reinforcement.compiled import network

AGENTS = 6


@pytest.mark.parametrize("problem", [knapsack(), mixed_shelf()], ids=lambda problem: problem.name)
def test_compiled_stacks_are_those_of_plain_episodes(problem):
    (reference,) = problem.references.values()
    start = np.asarray(problem.space.encode(reference))
    plain = ChoiceActions(Evaluator(problem, Allowance(10_000)), AGENTS, start, 0.5)
    decisions, rows = plain.lists.values.shape[1:3]
    net = network(observation_size(problem, decisions), rows, 8, 0.5, jax.random.key(0))
    keys = jax.random.split(jax.random.key(1), AGENTS)
    greedy = np.arange(AGENTS) == 0
    points, rollout = jax.tree.map(np.asarray, compiled_rollout(problem)(net, plain.lists, keys, greedy))
    finished = np.zeros(AGENTS, bool)
    for step in range(rollout.actions.shape[1]):
        np.testing.assert_array_equal(rollout.alive[:, step], ~finished)
        growing = ~finished
        np.testing.assert_array_equal(rollout.masks[growing, step], plain.masks[growing])
        assert np.all(plain.masks[growing, rollout.actions[growing, step]]), "A masked action was taken."
        finished |= plain.step(rollout.actions[:, step])
        for agent in np.flatnonzero(finished & growing):
            np.testing.assert_array_equal(points[agent], plain.points[agent])
    assert np.all(finished)
    assert len(np.unique(points, axis=0)) > 1
