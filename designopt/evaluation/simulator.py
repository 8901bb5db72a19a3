"""The simulator of a problem, compiled for batches of points: loss, gradient and score, and the cost and limits."""

from collections.abc import Callable
from typing import Any

import jax
import numpy as np
from jaxtyping import PRNGKeyArray

from designopt.design.padding import next_power_of_two
from designopt.evaluation.programs.batches import CAPACITY, chunk_for, in_chunks
from designopt.evaluation.programs.one_design import one_design
from designopt.evaluation.programs.working_set import working_set
from designopt.problem.problem import Problem
from designopt.programs import program
from designopt.records.trial import Needs
from designopt.runtime import warn_of_threads
from designopt.stored import StoredJit, alone, stored_number


def compiled(problem: Problem, needs: Needs, rows: int, fresh: bool = False) -> Callable[..., dict[str, Any]]:
    """The simulator for batches of `rows` points, compiled: call it with points (rows, coordinate) and a sharpness.

    With `fresh` it takes a key as a third argument, and every point meets the events of that key. Where designs are
    computed one after the other (`batches.chunk_for`), one program serves batches of every size, and a design's numbers
    are the same in each of them to the bit; elsewhere there is a program for each power of two.

    Args:
        problem: whose designs are simulated.
        needs: what is wanted of each: score, loss, gradient.
        rows: points of a batch.
        fresh: whether it takes a key.
    """
    step = chunk = next_power_of_two(rows)
    if problem.detector.differentiable:
        side_by_side = chunk_for(max(step, CAPACITY), _working_set(problem, needs, fresh))
        step, chunk = (CAPACITY, 1) if side_by_side == 1 else (min(step, side_by_side),) * 2
    run = _machine_code(problem, needs, step, chunk, fresh)

    def batch(points: Any, sharpness: Any, *key: Any) -> dict[str, Any]:
        points = np.asarray(points, dtype=float)
        parts = []
        for first in range(0, len(points), step):
            piece = points[first : first + step]
            full = np.concatenate([piece, np.repeat(piece[-1:], step - len(piece), axis=0)])
            found = jax.device_get(run(full, np.int64(len(piece)), np.float64(sharpness), *key))
            parts.append(_first(found, len(piece)))
        return parts[0] if len(parts) == 1 else jax.tree.map(lambda *values: np.concatenate(values), *parts)

    return batch


def _first(found: dict[str, Any], count: int) -> dict[str, Any]:
    return jax.tree.map(lambda values: values[:count], found)


def fresh_key(sample: int) -> PRNGKeyArray:
    """The key of the fresh events with this number: others than those of training and of the winners' re-scoring.

    Args:
        sample: from 0.
    """
    return jax.random.fold_in(jax.random.key(sample), 7)


@program
def _machine_code(problem: Problem, needs: Needs, rows: int, chunk: int, fresh: bool) -> Any:
    """The program for `rows` points, of which the first so many count."""
    warn_of_threads()
    one = _traced(problem, needs)
    common = None if problem.deterministic else jax.random.key(0)
    inner = in_chunks(one, chunk) if chunk < rows else _together(one)

    def batch(points: jax.Array, count: jax.Array, sharpness: jax.Array, key: Any = common) -> dict[str, Any]:
        return inner(points, count, sharpness, key)

    shapes = [jax.ShapeDtypeStruct((rows, problem.size), float), jax.ShapeDtypeStruct((), int)]
    with alone(problem.name, problem.options, needs.label, rows, fresh):
        return StoredJit(batch).lower(*shapes, *_shared(fresh)).compile()


def _together(one: Callable[..., Any]) -> Callable[..., Any]:
    return lambda points, count, sharpness, key: jax.vmap(one, in_axes=(0, None, None))(points, sharpness, key)


def _shared(fresh: bool) -> list[Any]:
    """Shapes of what all designs of a batch share: the sharpness, and the key where there is one."""
    sharpness = jax.ShapeDtypeStruct((), float)
    return [sharpness, jax.eval_shape(lambda: fresh_key(0))] if fresh else [sharpness]


@program
def _traced(problem: Problem, needs: Needs) -> Any:
    """One design's evaluation, which is traced once for all programs that hold it."""
    return jax.jit(one_design(problem, needs))


@program
def _working_set(problem: Problem, needs: Needs, fresh: bool) -> int:
    """Bytes of intermediate results of one design."""
    random = fresh or not problem.deterministic
    shared = _shared(random)

    def counted() -> int:
        traced = _traced(problem, needs).trace(
            jax.ShapeDtypeStruct((problem.size,), float), shared[0], shared[1] if random else None
        )
        return working_set(traced.jaxpr, [True] + [False] * len(shared))

    return stored_number(counted, problem, needs.label, random)
