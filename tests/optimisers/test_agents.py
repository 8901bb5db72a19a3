"""Agents learn what is rewarded: the objective of a round, no stack scored twice, and the optimum of a small load."""

import jax
import jax.numpy as jnp
import numpy as np

from designopt.benchmarks.problems import distance, knapsack
from designopt.envs.compiled_rollout import Rollout
from designopt.evaluation.evaluator import Allowance, Evaluator
from designopt.optimisers.reinforcement.compiled import CompiledPpo, _mover, learn, network
from designopt.optimisers.stop import Stop


def test_rewarded_actions_become_likelier_and_masked_ones_stay_impossible():
    settings, stacks = CompiledPpo(rate=1e-3), 12
    net = network(1, 3, 8, 0.5, jax.random.key(0))
    rows = np.arange(stacks)[:, None] % 2 + np.zeros((stacks, 2), int)  # the third row is never allowed
    alive = np.array([[True, True], [True, False]] * (stacks // 2))
    rollout = Rollout(np.ones((stacks, 2, 1), np.float32), np.tile([True, True, False], (stacks, 2, 1)), rows, alive)
    after = learn(settings, net, _mover(settings.rate).init(net), rollout, (rows[:, 0] == 1).astype(np.float32))[0]
    seen = jnp.ones(1, jnp.float32)
    (was, expected), (now, later) = ((n.logits(seen), float(n.value(seen))) for n in (net, after))
    assert now[1] - now[0] > was[1] - was[0] + 0.01
    assert abs(later - 1 / 3) < abs(expected - 1 / 3)  # six steps of episodes with reward one, twelve of others


def test_a_load_of_few_items_is_solved_without_building_anything_twice():
    problem = knapsack(items=3, budget=6.0)
    evaluator = Evaluator(problem, Allowance(2000 * problem.events))
    assert CompiledPpo().run(evaluator, 0) is Stop.CONVERGED  # 64 loads there are
    assert abs(distance(problem, evaluator.best)) < 1e-9
    points = np.stack([trial.u for trial in evaluator.trials[CompiledPpo().screened :]])
    assert len(np.unique(points, axis=0)) == len(points) <= 64
