"""The game of `ChoiceActions` as one compiled call: all stacks of a round, from the first decision to the last."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from designopt.envs.actions import priced
from designopt.envs.choice_actions import EMPTY, LAST, Lists
from designopt.envs.slots import Slots
from designopt.problem.constraints import MET
from designopt.problem.problem import Problem


class Record(NamedTuple):
    """What happened, move by move: what was seen, which rows were allowed, which was taken, was the stack growing."""

    seen: Float[Array, "*stack move number"]
    masks: Bool[Array, "*stack move row"]
    rows: Int[Array, "*stack move"]
    alive: Bool[Array, "*stack move"]


class _Stack(NamedTuple):
    u: Float[Array, " coordinate"]
    placed: Int[Array, ""]
    turn: Int[Array, ""]
    finished: Bool[Array, ""]
    cost: Float[Array, ""]
    limits: Float[Array, " limit"]


def width(problem: Problem, decisions: int) -> int:
    """Numbers that are seen."""
    slots = Slots(problem)
    return 2 + len(problem.growing) + slots.count + decisions + 2 * slots.acted.shape[1]


@lru_cache(maxsize=64)
def player(problem: Problem) -> Callable[..., tuple[Float[Array, "stack coordinate"], Record]]:
    """Compiled play: `(policy, lists, keys, greedy)` to finished stacks and their records.

    `policy.preferences(seen)` gives a logit for every row. One key a stack; a greedy stack takes the row it likes most.
    """
    slots, price = Slots(problem), priced(problem)
    empty, acted = jnp.asarray(slots.cheapest), jnp.asarray(slots.acted)

    def observe(stack: _Stack, decisions: int) -> Float[Array, " number"]:
        slot, layers = jnp.minimum(stack.placed, slots.count - 1), stack.u[acted]
        filled = jnp.arange(slots.count) < stack.placed
        left = jnp.array([1.0 - stack.cost / problem.budget, stack.placed / slots.count])
        where = jnp.eye(slots.count)[slot], jnp.eye(decisions)[stack.turn]
        seen = [left, -stack.limits, *where, layers[slot], jnp.mean(layers * filled[:, None], axis=0)]
        return jnp.clip(jnp.concatenate(seen), 0.0, 1.0).astype(jnp.float32)

    def move(policy: Any, lists: Lists, stack: _Stack, key: PRNGKeyArray, greedy: Array) -> tuple[_Stack, Record]:
        at = jnp.minimum(stack.placed, slots.count - 1), stack.turn
        stacks = jnp.where(lists.sets[at], lists.values[at], stack.u)
        cost, limits = jax.vmap(price)(stacks)
        allowed = lists.offered[at] & (cost <= problem.budget) & jnp.all(limits <= MET, axis=1)
        cheapest = jnp.arange(len(cost)) == jnp.argmin(jnp.where(lists.offered[at], cost, jnp.inf))
        mask = jnp.where(jnp.any(allowed), allowed, cheapest)
        seen = observe(stack, lists.sets.shape[1])
        liked = jnp.where(mask, policy.preferences(seen), -jnp.inf)
        row = jnp.where(greedy, jnp.argmax(liked), jax.random.categorical(key, liked))
        onward = (lists.leads[at][row] == EMPTY) | (stack.turn + 1 == lists.sets.shape[1])
        placed, turn = stack.placed + onward, jnp.where(onward, 0, stack.turn + 1)
        finished = (lists.leads[at][row] == LAST) | (placed == slots.count)
        after = _Stack(stacks[row], placed, turn, finished, cost[row], limits[row])
        kept = jax.tree.map(lambda old, new: jnp.where(stack.finished, old, new), stack, after)
        return kept, Record(seen, mask, row, ~stack.finished)

    def play(policy: Any, lists: Lists, key: PRNGKeyArray, greedy: Array) -> tuple[Array, Record]:
        start = _Stack(empty, jnp.array(0), jnp.array(0), jnp.array(False), *price(empty))
        keys = jax.random.split(key, lists.sets.shape[0] * lists.sets.shape[1])
        end, record = jax.lax.scan(lambda stack, own: move(policy, lists, stack, own, greedy), start, keys)
        return end.u, record

    return jax.jit(jax.vmap(play, in_axes=(None, None, 0, 0)))
