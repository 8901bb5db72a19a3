"""Keep XLA from computing shared numbers again for each of their uses, when derivatives are taken on a processor."""

from typing import TypeVar

import jax
import jax.numpy as jnp
from jaxtyping import Array

Tree = TypeVar("Tree")


@jax.custom_vjp
def optimisation_barrier(values: Tree, one: Array) -> Tree:
    """The same values. Under differentiation they, and the derivatives that come back, are stored once.

    XLA fuses a chain of cheap operations into each of its consumers anew, but no division: going backwards through a
    step of a muon would take ten times the operations. So values are divided by `one`, a number 1 that is only known
    at run time.
    """
    return values


def stored(values: Tree, one: Array) -> Tree:
    """The same values, stored once: for forward rules of custom derivatives, where the barrier does nothing.

    Args:
        values: arrays of any unit.
        one: from `runtime_one`.
    """
    return jax.tree.map(lambda value: value / one, values)


def _forward(values: Tree, one: Array) -> tuple[Tree, Array]:
    return stored(values, one), one


def _backward(one: Array, slopes: Tree) -> tuple[Tree, Array]:
    return stored(slopes, one), jnp.zeros_like(one)


optimisation_barrier.defvjp(_forward, _backward)


def runtime_one(values: Array) -> Array:
    """A number 1 that the compiler cannot know: 0 times something finite is not always 0 to it.

    Args:
        values: any array that is finite.
    """
    return 1 + 0 * values.reshape(-1)[0]
