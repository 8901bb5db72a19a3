"""Which variables money goes to, found from the cost itself: those along which it only rises, or only falls."""

from collections.abc import Callable, Mapping

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from numpy import ndarray

from designopt.design.space import Design, DesignSpace
from designopt.design.variables import Variable


class _Found(dict[str, int]):
    """In the place of `spend_on`: look for it."""

    __hash__ = object.__hash__  # type: ignore[assignment]  # so that it can be the default of a dataclass's field


FOUND: Mapping[str, int] = _Found()
POINTS = 128
"""Random designs at which the slope of the cost is looked at."""
FLAT = 1e-9
"""Slopes below this part of the largest cost are none."""


def found_spending(space: DesignSpace, cost: Callable[[Design], Float[Array, ""]]) -> dict[str, int]:
    """+1 for every size or whole number along which the cost never falls, -1 where it never rises, by name.

    At random designs the derivative of the cost is looked at, and the change from the lower to the upper bound of each
    variable, which also sees a cost that goes by steps. Left out are choices, what costs nothing, and what costs more
    in one place and less in another.
    """
    points = np.random.default_rng(0).random((POINTS, space.size))

    def priced(u: Float[Array, " coordinate"]) -> Float[Array, ""]:
        return jnp.asarray(cost(space.decode(u)), dtype=float)

    prices, slopes = (np.asarray(part) for part in jax.jit(jax.vmap(jax.value_and_grad(priced)))(points))
    price = jax.jit(jax.vmap(priced))
    flat = FLAT * float(np.nanmax(np.abs(prices), initial=0.0))
    found = {}
    for variable in (variable for variable in space.variables if not variable.choice):
        where = space.slices[variable.name]
        changes = np.concatenate([np.ravel(slopes[:, where]), _changes(price, points, where)])
        changes = changes[np.isfinite(changes)]
        if np.any(changes > flat) and np.all(changes >= -flat):
            found[variable.name] = 1
        elif np.any(changes < -flat) and np.all(changes <= flat):
            found[variable.name] = -1
    return found


def _changes(price: Callable[[ndarray], Array], points: ndarray, where: slice) -> ndarray:
    """By how much the cost of some designs changes from the lower bound of a variable to its upper one."""
    low, high = points.copy(), points.copy()
    low[:, where], high[:, where] = 0.0, 1.0
    return np.asarray(price(high)) - np.asarray(price(low))


def nothing_to_spend_on(name: str, variables: tuple[Variable, ...]) -> str:
    """Why a problem's budget cannot be met: the cost goes one way along no variable."""
    sizes = ", ".join(variable.name for variable in variables if not variable.choice) or "none, all are choices"
    return (
        f"No variable of '{name}' was found along which the cost only rises or only falls (looked at: {sizes}), so its "
        "designs cannot be led to the budget. Let `cost` rise with a size or a number of things, or say `spend_on` "
        "yourself."
    )
