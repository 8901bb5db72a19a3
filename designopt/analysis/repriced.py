"""The same detector at other prices: every item of its cost scaled, the design paid from the same budget."""

from collections.abc import Mapping

import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.design.space import Design
from designopt.design.variables import Number
from designopt.problem.as_built import AsBuilt
from designopt.problem.problem import Problem

Factors = Mapping[str, Number]
"""By cost item: how many times as dear it is."""


def cost_at(problem: Problem, design: Design, factors: Factors) -> Float[Array, ""]:
    """Money of a design in kCHF where each item of its cost is `factors[item]` times as dear.

    Args:
        problem: the problem, with its budget in kCHF.
        design: values by name of variable, in internal units.
        factors: without unit, by item.
    """
    items = problem.detector.cost(design)
    return jnp.sum(jnp.stack([factors[item] * money for item, money in items.items()]))


def rebuilt_at(problem: Problem, u: Float[Array, " coordinate"], factors: Factors) -> Design:
    """The design of a point of the cube as built where prices are `factors` times the problem's.

    Its sizes pay, or spend what is left; whole numbers and choices stay as long as they can be paid. All factors
    1 / (1 + x) are a budget that is larger by the share x. Made for compiled code: factors may be traced.

    Args:
        problem: the problem, with its budget in kCHF.
        u: the point, shape (coordinate,), 0 to 1.
        factors: without unit, by item.
    """

    def cost(design: Design) -> Float[Array, ""]:
        return cost_at(problem, design, factors)

    return AsBuilt(problem.space, problem.cost_sign, cost, problem.budget, problem.route, problem.spend).build(u)
