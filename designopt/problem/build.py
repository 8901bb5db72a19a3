"""The detector as it would be built: whole numbers, chosen materials, sizes a workshop makes, never over the budget."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.design.space import Design, DesignSpace
from designopt.design.variables import Integer, Real
from designopt.problem.budget import AbstractRoute, Spend, spend_budget

Cube = Float[Array, " coordinate"]

ROUNDING = 1e-12
"""A built design aims this fraction below the budget, so that rounding never carries it over."""


class Workshop:
    """Turns a relaxed point of the cube into the design that is built.

    1. Whole numbers and choices are rounded to the nearest. 2. If even the cheapest sizes cannot be paid, whole
    numbers go down by one, the most generously rounded first, and then to nothing. 3. The sizes spend the budget
    again, with the rest fixed. 4. Every size is rounded in the cheap direction to what can be made. 5. What is left
    buys single steps of sizes and whole numbers, those that lost most in the rounding first, while they can be paid.
    """

    def __init__(
        self,
        space: DesignSpace,
        purse: np.ndarray,
        cost: Callable[[Design], Float[Array, ""]],
        budget: float,
        route: AbstractRoute,
        spend: Spend,
    ):
        self.space, self.cost, self.budget, self.route, self.spend = space, cost, budget, route, spend
        size, whole, stepped = np.zeros(space.size, bool), np.zeros(space.size), np.zeros(space.size, bool)
        for variable in space.variables:
            where = space.slices[variable.name]
            size[where] = isinstance(variable, Real)
            whole[where] = 1.0 / (variable.upper - variable.lower) if isinstance(variable, Integer) else 0.0
            stepped[where] = variable.step is not None
        self.purse, self.sizes = purse, np.where(size, purse, 0.0)
        self.items, self.whole = np.flatnonzero((whole > 0) & (purse > 0)), whole
        self.stepped = np.flatnonzero(stepped & (purse != 0))

    def _price(self, u: Cube) -> Float[Array, ""]:
        return self.cost(self.space.decode(u))

    def _affordable_items(self, hard: Cube, wanted: Cube) -> Cube:
        """Take whole numbers down until the cheapest sizes can be paid."""
        if not self.items.size:
            return hard
        cheapest = jnp.where(self.sizes > 0, 0.0, 1.0)
        order = jnp.asarray(self.items)[jnp.argsort((wanted - hard)[self.items])]

        def lower(kept: Cube, change: tuple[Array, Array]) -> tuple[Cube, None]:
            item, step = change
            too_dear = self._price(jnp.where(self.sizes == 0, kept, cheapest)) > self.budget
            return jnp.where(too_dear, kept.at[item].set(jnp.maximum(kept[item] - step, 0.0)), kept), None

        by_one = (order, jnp.asarray(self.whole)[order])
        to_nothing = (order, jnp.ones(order.shape))
        return jax.lax.scan(lower, jax.lax.scan(lower, hard, by_one)[0], to_nothing)[0]

    def _cheaper_steps(self, u: Cube) -> Cube:
        """Round every stepped size to the grid, in the cheap direction."""
        design = self.space.decode(u)
        for variable in self.space.variables:
            if not isinstance(variable, Real) or variable.step is None:
                continue
            grid = design[variable.name] / variable.step
            sign = float(self.purse[self.space.slices[variable.name]][0])
            rounded = jnp.floor(grid + 1e-9) if sign > 0 else jnp.ceil(grid - 1e-9) if sign < 0 else jnp.round(grid)
            design[variable.name] = rounded * variable.step
        return self.space.encode_unchecked(design)

    def _spend_rest(self, u: Cube, wished: Cube) -> Cube:
        """Buy single steps while they can be paid, where the rounding took most first."""
        if not self.stepped.size:
            return u
        dearer = self.space.stepped(u, jnp.asarray(self.purse))
        lost = (wished - u) * np.sign(self.purse) / jnp.maximum(jnp.abs(dearer - u), 1e-12)
        order = jnp.asarray(self.stepped)[jnp.argsort(-lost[self.stepped])]

        def buy(kept: Cube, size: Array) -> tuple[Cube, None]:
            tried = kept.at[size].set(dearer[size])
            return jnp.where(self._price(tried) <= self.budget, tried, kept), None

        return jax.lax.scan(buy, u, order)[0]

    def build(self, u: Cube) -> Design:
        """The built design of a relaxed point; costs at most the budget, to rounding."""
        hard = self.space.encode_unchecked(self.space.decode(u, jnp.inf))
        items = self._affordable_items(hard, u)
        below = self.budget * (1.0 - ROUNDING)
        paid = spend_budget(items, self._price, below, jnp.asarray(self.sizes), self.route, self.spend)
        wished = jnp.where(self.whole > 0, u, paid)
        return self.space.decode(self._spend_rest(self._cheaper_steps(paid), wished))
