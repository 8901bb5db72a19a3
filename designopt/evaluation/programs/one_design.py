"""The evaluation of one design: everything that is wanted of it, and its cost and side limits always."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import PRNGKeyArray

from designopt.design.space import Design
from designopt.evaluation.steepness import shortened
from designopt.problem.problem import Problem
from designopt.records.trial import Needs


def one_design(problem: Problem, needs: Needs) -> Callable[..., dict[str, Any]]:
    """A function of a point (coordinate,), of a sharpness, and of the key of fresh events or None.

    Args:
        problem: whose design it is.
        needs: what is wanted: score, loss, gradient.
    """

    def one(u: jax.Array, sharpness: jax.Array, key: PRNGKeyArray | None) -> dict[str, Any]:
        if Needs.GRADIENT in needs:
            result, led = with_slopes(problem, u, sharpness, key)
        else:
            led = problem.led_to_budget(u, sharpness)
            design = problem.space.decode(led, sharpness)
            result = {"cost": problem.cost(design), "violations": problem.training_limits(design)}
            result |= {"loss": problem.loss(design, key)} if Needs.LOSS in needs else {}
        if Needs.SCORE in needs:
            built = problem.build(u, sharpness, led)
            result |= {
                "score": problem.score(built, key),
                "built_cost": problem.cost(built),
                "built_violations": problem.constraints(built),
            }
            result |= {} if problem.kept is None else {"kept": built[problem.kept]}
        return result

    return one


def with_slopes(
    problem: Problem, u: jax.Array, sharpness: jax.Array, key: PRNGKeyArray | None
) -> tuple[dict[str, Any], jax.Array]:
    r"""Cost, limits, loss, its gradient and those of the limits along the cube; and the point led to the budget.

    The loss and each limit have their derivatives by the design's values $x$; one pass through $x(u)$ carries them all:
    $\partial f_k/\partial u = (\partial f_k/\partial x)\,\partial x/\partial u$. The limits share one
    forward pass; each is led back alone: a gap between two neighbours not through the fits that another limit needs.

    Args:
        problem: whose design it is.
        u: the point, shape (coordinate,), 0 to 1.
        sharpness: how hard gates and mixtures are, from 1.
        key: of fresh events; None: those of training.
    """

    def decoded(point: jax.Array) -> tuple[Design, jax.Array]:
        led = problem.project_to_budget(point, sharpness)
        return problem.space.decode(led, sharpness), led

    design, to_the_cube, led = jax.vjp(decoded, u, has_aux=True)
    loss, slope = jax.value_and_grad(problem.loss)(design, key)
    violations, push = jax.linearize(problem.training_limits, design)
    slopes: list[Design] = [slope]
    for name, value in violations.items():
        slopes += jax.linear_transpose(lambda x, name=name: push(x)[name], design)(jnp.ones_like(value))
    (rows,) = jax.vmap(to_the_cube)(jax.tree.map(lambda *parts: jnp.stack(parts), *slopes))
    found = {
        "cost": problem.cost(design),
        "violations": violations,
        "loss": loss,
        "gradient": shortened(rows[0], loss),
        "jacobian": {name: shortened(rows[1 + place], value) for place, (name, value) in enumerate(violations.items())},
    }
    return found, led
