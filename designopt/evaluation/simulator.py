"""The simulator of a problem, compiled for batches of points: loss, gradient and score, and the cost and limits."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import PRNGKeyArray

from designopt.evaluation.steepness import shortened
from designopt.problem.problem import Problem
from designopt.programs import program
from designopt.records.trial import Needs
from designopt.runtime import warn_of_threads


@program
def compiled(problem: Problem, needs: Needs, rows: int, fresh: bool = False) -> Callable[..., dict[str, Any]]:
    """The simulator for batches of `rows` points, compiled: call it with points (rows, coordinate) and a sharpness.

    With `fresh` it takes a key as a third argument, and every point meets the events of that key.

    Args:
        problem: whose designs are simulated.
        needs: what is wanted of each: score, loss, gradient.
        rows: points of a batch.
        fresh: whether it takes a key.
    """
    warn_of_threads()
    shapes: list[Any] = [jax.ShapeDtypeStruct((rows, problem.size), float), jax.ShapeDtypeStruct((), float)]
    if fresh:
        shapes.append(jax.eval_shape(lambda: fresh_key(0)))
    return _simulator(problem, needs).lower(*shapes).compile()


def fresh_key(sample: int) -> PRNGKeyArray:
    """The key of the fresh events with this number: others than those of training and of the winners' re-scoring.

    Args:
        sample: from 0.
    """
    return jax.random.fold_in(jax.random.key(sample), 7)


@program
def _simulator(problem: Problem, needs: Needs) -> Any:
    """One compiled call for a batch of points: everything `needs` asks for, and the cost and limits always."""
    common = None if problem.deterministic else jax.random.key(0)

    def relaxed(u: jax.Array, sharpness: jax.Array, key: PRNGKeyArray | None) -> tuple[jax.Array, dict[str, Any]]:
        design = problem.decode(u, sharpness)
        loss = problem.loss(design, key) if Needs.LOSS in needs or Needs.GRADIENT in needs else jnp.zeros(())
        return loss, {"cost": problem.cost(design), "violations": problem.training_limits(design)}

    def limits(u: jax.Array, sharpness: jax.Array) -> dict[str, jax.Array]:
        return problem.training_limits(problem.decode(u, sharpness))

    def one(u: jax.Array, sharpness: jax.Array, key: PRNGKeyArray | None) -> dict[str, Any]:
        if Needs.GRADIENT in needs:
            (loss, result), gradient = jax.value_and_grad(relaxed, has_aux=True)(u, sharpness, key)
            result |= {
                "loss": loss,
                "gradient": shortened(gradient, loss),
                "jacobian": jax.jacrev(limits)(u, sharpness) if problem.constraint_names else {},
            }
        else:
            loss, result = relaxed(u, sharpness, key)
            result |= {"loss": loss} if Needs.LOSS in needs else {}
        if Needs.SCORE in needs:
            built = problem.build(u, sharpness)
            result |= {
                "score": problem.score(built, key),
                "built_cost": problem.cost(built),
                "built_violations": problem.constraints(built),
            }
            result |= {} if problem.kept is None else {"kept": built[problem.kept]}
        return result

    def batch(points: jax.Array, sharpness: jax.Array, key: PRNGKeyArray | None = common) -> dict[str, Any]:
        return jax.vmap(one, in_axes=(0, None, None))(points, sharpness, key)

    return jax.jit(batch)
