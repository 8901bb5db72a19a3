"""Episodes with `ChoiceActions` as one compiled call: all stacks of a round, from the first decision to the last."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from designopt.envs.actions import priced
from designopt.envs.choice_actions import EMPTY, LAST, Lists
from designopt.envs.slots import Slots
from designopt.problem.constraints import MET
from designopt.problem.problem import Problem
from designopt.programs import program


class Rollout(NamedTuple):
    """Episodes step by step: observations, action masks, actions taken, and whether the episode was still going."""

    observations: Float[Array, "*stack step number"]
    masks: Bool[Array, "*stack step action"]
    actions: Int[Array, "*stack step"]
    alive: Bool[Array, "*stack step"]


class _Stack(NamedTuple):
    u: Float[Array, " coordinate"]
    placed: Int[Array, ""]
    turn: Int[Array, ""]
    finished: Bool[Array, ""]
    cost: Float[Array, ""]
    limits: Float[Array, " limit"]


def observation_size(problem: Problem, decisions: int) -> int:
    """Numbers in an observation, where a slot takes `decisions` decisions."""
    slots = Slots(problem)
    return 2 + len(problem.growing) + slots.count + decisions + 2 * slots.acted.shape[1]


@program
def compiled_rollout(problem: Problem) -> Callable[..., tuple[Float[Array, "stack coordinate"], Rollout]]:
    """A compiled function `(policy, lists, keys, greedy)` that returns finished stacks and the rollout to them.

    `policy.logits(observation)` gives one number per action. `keys` has one random key per stack; where `greedy`
    (stack,) is True the most probable action is taken.
    """
    slots, price = Slots(problem), priced(problem)
    empty, acted = jnp.asarray(slots.cheapest), jnp.asarray(slots.acted)

    def observe(stack: _Stack, decisions: int) -> Float[Array, " number"]:
        slot, layers = jnp.minimum(stack.placed, slots.count - 1), stack.u[acted] * slots.exists
        filled = jnp.arange(slots.count) < stack.placed
        left = jnp.array([1.0 - stack.cost / problem.budget, stack.placed / slots.count])
        where = jnp.eye(slots.count)[slot], jnp.eye(decisions)[stack.turn]
        parts = [left, -stack.limits, *where, layers[slot], jnp.mean(layers * filled[:, None], axis=0)]
        return jnp.clip(jnp.concatenate(parts), 0.0, 1.0).astype(jnp.float32)

    def step(policy: Any, lists: Lists, stack: _Stack, key: PRNGKeyArray, greedy: Array) -> tuple[_Stack, Rollout]:
        at = jnp.minimum(stack.placed, slots.count - 1), stack.turn
        stacks = jnp.where(lists.sets[at], lists.values[at], stack.u)
        cost, limits = jax.vmap(price)(stacks)
        allowed = lists.offered[at] & (cost <= problem.budget) & jnp.all(limits <= MET, axis=1)
        cheapest = jnp.arange(len(cost)) == jnp.argmin(jnp.where(lists.offered[at], cost, jnp.inf))
        mask = jnp.where(jnp.any(allowed), allowed, cheapest)
        observation = observe(stack, lists.sets.shape[1])
        logits = jnp.where(mask, policy.logits(observation), -jnp.inf)
        action = jnp.where(greedy, jnp.argmax(logits), jax.random.categorical(key, logits))
        onward = (lists.leads[at][action] == EMPTY) | (stack.turn + 1 == lists.sets.shape[1])
        placed, turn = stack.placed + onward, jnp.where(onward, 0, stack.turn + 1)
        finished = (lists.leads[at][action] == LAST) | (placed == slots.count)
        after = _Stack(stacks[action], placed, turn, finished, cost[action], limits[action])
        kept = jax.tree.map(lambda old, new: jnp.where(stack.finished, old, new), stack, after)
        return kept, Rollout(observation, mask, action, ~stack.finished)

    def episode(policy: Any, lists: Lists, key: PRNGKeyArray, greedy: Array) -> tuple[Array, Rollout]:
        start = _Stack(empty, jnp.array(0), jnp.array(0), jnp.array(False), *price(empty))
        keys = jax.random.split(key, lists.sets.shape[0] * lists.sets.shape[1])
        end, rollout = jax.lax.scan(lambda stack, own: step(policy, lists, stack, own, greedy), start, keys)
        return end.u, rollout

    return jax.jit(jax.vmap(episode, in_axes=(None, None, 0, 0)))
