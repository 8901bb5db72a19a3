"""First-order conditions at a built design: slopes at constant cost, and shadow prices of money and side limits."""

import math
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.design.space import Design
from designopt.design.variables import Real
from designopt.problem.problem import Problem
from designopt.programs import program
from designopt.records.designs.examination import Slope, Slopes

MONEY = "budget"
BINDS = 0.01
"""Budget and limits that a design comes this close to bind it: it could come no closer than a step of its sizes."""
EDGE = 1e-6
STEP = 0.01

Derivatives = tuple[jax.Array, jax.Array, dict[str, jax.Array], dict[str, jax.Array]]


@program
def _derivatives(problem: Problem) -> Callable[[jax.Array], Derivatives]:
    """Gradients of loss and cost / budget, and side limits with theirs, at a point of the cube."""
    key = None if problem.deterministic else jax.random.key(0)

    def limits(u: jax.Array) -> dict[str, jax.Array]:
        design = problem.space.decode(u)
        return {MONEY: problem.cost(design) / problem.budget - 1.0, **problem.constraints(design)}

    def found(u: jax.Array) -> Derivatives:
        loss, gradient = jax.value_and_grad(lambda u: problem.loss(problem.space.decode(u), key))(u)
        return loss, gradient, limits(u), jax.jacrev(limits)(u)

    return jax.jit(found)


def slopes(problem: Problem, design: Design) -> Slopes | None:
    r"""Slopes of the training loss at a built design; None where the simulator has no finite gradient.

    At an optimum $\nabla L + \lambda\,\nabla(c/B) + \sum_k \mu_k \nabla g_k = 0$ over the sizes inside their bounds,
    with the budget and the side limits that bind; then (envelope theorem) $\lambda = -\mathrm{d}L^*/\mathrm{d}\ln B$,
    and $\mu_k$ is the shadow price of side limit k. $\lambda$ and $\mu_k \ge 0$ are the least-squares solution; what
    they leave of the gradient is the slope at constant cost, and says how far the theorem may be trusted. Whole numbers
    and choices stay. Nocedal and Wright, Numerical Optimization, 2nd ed., section 12.8.

    Args:
        problem: the problem, with its budget in kCHF.
        design: values by name of variable, in internal units.
    """
    from scipy.optimize import lsq_linear

    if problem.gradient_price is None:
        return None
    u = np.asarray(problem.space.encode(design))
    loss, gradient, limits, jacobian = jax.tree.map(np.asarray, _derivatives(problem)(jnp.asarray(u)))
    rows = {name: row for name, row in jacobian.items() if limits[name] > -BINDS or _always(problem, name)}
    if not all(np.all(np.isfinite(values)) for values in (loss, gradient, *rows.values())):
        return None
    sizes = problem.space.continuous
    inside = sizes & (u > EDGE) & (u < 1.0 - EDGE)
    binding = np.array([*rows.values()]).reshape(len(rows), problem.size)
    paid = gradient.copy()
    shadow: dict[str, float] = {}
    if rows and inside.any():
        least = [-np.inf if _always(problem, name) else 0.0 for name in rows]
        found = lsq_linear(binding[:, inside].T, -gradient[inside], (least, np.full(len(rows), np.inf)), tol=1e-14).x
        paid = gradient + found @ binding
        shadow = {name: STEP * float(price) for name, price in zip(rows, found, strict=True)}
    held = ((u <= EDGE) & (paid > 0)) | ((u >= 1.0 - EDGE) & (paid < 0))
    free = np.where(held | ~sizes, 0.0, paid)
    whole = math.hypot(*gradient[sizes])
    return Slopes(
        tuple(_slope(problem, variable, (gradient, paid, free)) for variable in sizes_of(problem)),
        shadow,
        math.hypot(*free) / whole if whole else 0.0,
    )


def _always(problem: Problem, name: str) -> bool:
    return name == MONEY and problem.spend == "exactly"


def sizes_of(problem: Problem) -> list[Real]:
    """The variables that are neither whole numbers nor choices."""
    return [variable for variable in problem.space.variables if variable.continuous]


def _slope(problem: Problem, variable: Real, gradients: tuple[Float[ndarray, " coordinate"], ...]) -> Slope:
    where = problem.space.slices[variable.name]
    return Slope(variable.name, step_of(variable), *(STEP * float(np.abs(row[where]).sum()) for row in gradients))


def step_of(variable: Real) -> str:
    """1 % of a variable's range, in words: in its unit, or relative where its scale is logarithmic."""
    if variable.scale == "log":
        return f"{100 * math.expm1(STEP * math.log(variable.upper / variable.lower)):.2g} %"
    return f"{STEP * (variable.upper - variable.lower) / variable.unit:.2g} {variable.label}".rstrip()
