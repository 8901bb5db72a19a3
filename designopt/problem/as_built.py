"""The detector as it would be built: whole numbers, chosen materials, sizes on their grid, never over the budget."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.design.space import Design, DesignSpace
from designopt.design.variables import Number
from designopt.problem.budget_projection import AbstractRoute, Spend, project_to_budget

Cube = Float[Array, " coordinate"]
Costs = Callable[[Design], Mapping[str, Float[Array, ""]]]

ROUNDING = 1e-12
"""A built design aims this fraction below the budget, so that rounding never carries it over."""

ALIKE = 1e-6
"""Parts of a step below which two coordinates have lost as much in the rounding as each other."""

SAME = 1e-12
"""Distance in the cube within which a point is that of a drawn design."""

ROUNDS = 6
"""How often the rest of the money looks again for what it can still pay."""


def _first(holds: Callable[[Array], Array], stop: int) -> Array:
    """The smallest whole number below `stop` from which a monotone condition holds; `stop` if there is none."""

    def halve(_: Array | int, bounds: tuple[Array, Array]) -> tuple[Array, Array]:
        low, high = bounds
        middle = (low + high) // 2
        found = holds(middle)
        return jnp.where(found, low, jnp.minimum(middle + 1, high)), jnp.where(found, middle, high)

    return jax.lax.fori_loop(0, stop.bit_length(), halve, (jnp.asarray(0), jnp.asarray(stop)))[0]


def _places(order: Array, ranks: Array, size: int) -> Array:
    """Rank of every coordinate: `ranks` at the coordinates `order`, beyond all of them elsewhere."""
    return jnp.full(size, 2 * size).at[order].set(ranks)


def _in_order(values: Array, coordinates: np.ndarray) -> Array:
    """The coordinates, that of the smallest value first; of equals, as slots that are alike have them, the first.

    Values that agree to `ALIKE` are equals: rounding errors would order them, by another order on another processor.
    """
    return jnp.asarray(coordinates)[jnp.argsort(jnp.round(values / ALIKE))]


def held_cost(
    space: DesignSpace,
    cost: Callable[[Design], Float[Array, ""]],
    along: np.ndarray,
    sharpness: Number = 1.0,
    known: Mapping[str, Array] = MappingProxyType({}),
) -> Callable[[Cube], Callable[[Cube], Float[Array, ""]]]:
    """Of a point, the cost of points that differ from it only where `along` is not zero: the rest is decoded once.

    Args:
        space: the variables.
        cost: kCHF of a design.
        along: shape (coordinate,).
        sharpness: how hard gates and mixtures are, from 1.
        known: values of variables that do not move, where they are decoded already.
    """
    moving, held = space.moved(along)

    def cost_from(start: Cube) -> Callable[[Cube], Float[Array, ""]]:
        rest = space.decode(start, sharpness, [name for name in held if name not in known]) | dict(known)
        return lambda point: cost(rest | space.decode(point, sharpness, moving))

    return cost_from


def drawn_cost(designs: Mapping[str, Design], cost: Costs) -> dict[str, float]:
    """kCHF of designs as they are drawn, by name.

    Args:
        designs: values by name of variable, in internal units, by the name of the design.
        cost: kCHF by item of a design.
    """
    total = jax.jit(lambda design: sum(cost(design).values()))
    arrays = {
        name: {key: jnp.asarray(value, dtype=float) for key, value in one.items()} for name, one in designs.items()
    }
    return {name: float(total(design)) for name, design in arrays.items()}


def affordable(designs: Mapping[str, Design], cost: Costs, budget: float) -> tuple[dict[str, Design], dict[str, float]]:
    """Designs that cost at most the budget, and what the others cost.

    Args:
        designs: values by name of variable, in internal units, by the name of the design.
        cost: kCHF by item of a design.
        budget: kCHF.
    """
    prices = drawn_cost(designs, cost)
    bought = {name: design for name, design in designs.items() if prices[name] <= budget * (1.0 + ROUNDING)}
    return bought, {name: price for name, price in prices.items() if name not in bought}


class AsBuilt:
    """Turns a relaxed point of the cube into the design that is built.

    1. Whole numbers and choices are rounded to the nearest. 2. If even the cheapest sizes cannot be paid, whole
    numbers go down by one, the most generously rounded first, and then to nothing. 3. The sizes spend the budget
    again, with the rest fixed. 4. Every size is rounded in the cheap direction to what can be made. 5. What is left
    buys single steps of sizes and whole numbers, those that lost most in the rounding first; what is too dear is
    passed over. Where money may be left over, that is only what the rounding took, for the steps that it took: what is
    built, built again, is the same. The points of `drawn` designs, which people chose and which may keep money, are
    built as they are.
    """

    def __init__(
        self,
        space: DesignSpace,
        cost_sign: np.ndarray,
        cost: Callable[[Design], Float[Array, ""]],
        budget: float,
        route: AbstractRoute,
        spend: Spend,
        drawn: Sequence[Design] = (),
    ):
        self.space, self.cost, self.budget, self.route, self.spend = space, cost, budget, route, spend
        with jax.ensure_compile_time_eval():
            self.drawn = [np.asarray(space.encode(design)) for design in drawn]
        self.cost_sign, self.sizes = cost_sign, np.where(space.continuous, cost_sign, 0.0)
        self.items, self.whole = np.flatnonzero((space.integer_step > 0) & (cost_sign > 0)), space.integer_step
        self.stepped = np.flatnonzero(space.stepped & (cost_sign != 0))

    def _chosen(self, hard: Cube) -> Design:
        """The choices of a point that has made them: its coordinates are the values."""
        space = self.space
        return {v.name: hard[space.slices[v.name]].reshape(v.shape) for v in space.variables if v.choice}

    def _cost_from(self, along: np.ndarray, chosen: Design) -> Callable[[Cube], Callable[[Cube], Float[Array, ""]]]:
        return held_cost(self.space, self.cost, along, known=chosen)

    def led(self, u: Cube, sharpness: Number, slopes: bool) -> Cube:
        """The relaxed point that `u` is led to, shape (coordinate,).

        Args:
            u: the point, shape (coordinate,), 0 to 1.
            sharpness: how hard gates and mixtures are, from 1.
            slopes: whether derivatives flow through.
        """

        def cost(point: Cube) -> Float[Array, ""]:
            return self.cost(self.space.decode(point, sharpness))

        signs, from_ = jnp.asarray(self.cost_sign), held_cost(self.space, self.cost, self.cost_sign, sharpness)
        return project_to_budget(u, cost, self.budget, signs, self.route, self.spend, from_, slopes)

    def _affordable_items(self, hard: Cube, wanted: Cube, chosen: Design) -> Cube:
        """Take whole numbers down until the cheapest sizes can be paid."""
        if not self.items.size:
            return hard
        cheapest = jnp.where(self.sizes > 0, 0.0, 1.0)
        count = self.items.size
        order = _in_order((wanted - hard)[self.items], self.items)
        price = self._cost_from(self.cost_sign, chosen)(hard)
        place = _places(order, jnp.arange(count), hard.size)

        def lowered(changes: Array) -> Cube:
            by_one = jnp.maximum(hard - jnp.where(place < changes, self.whole, 0.0), 0.0)
            return jnp.where(place < changes - count, 0.0, by_one)

        def payable(changes: Array) -> Array:
            return price(jnp.where(self.sizes == 0, lowered(changes), cheapest)) <= self.budget

        return lowered(_first(payable, 2 * count))

    def _cheaper_steps(self, u: Cube) -> Cube:
        """Round every stepped size to the grid, in the cheap direction."""
        sizes = {v.name: v.step for v in self.space.variables if v.continuous and v.step is not None}
        design = self.space.decode(u, only=sizes)
        for name, step in sizes.items():
            grid = design[name] / step
            sign = float(self.cost_sign[self.space.slices[name]][0])
            rounded = jnp.floor(grid + 1e-9) if sign > 0 else jnp.ceil(grid - 1e-9) if sign < 0 else jnp.round(grid)
            design[name] = rounded * step
        return self.space.replaced(u, design)

    def _spend_rest(self, u: Cube, wanted: Cube, chosen: Design, money: Float[Array, ""] | float) -> Cube:
        """Buy single steps while `money` (kCHF) pays for them, where the rounding took most first."""
        if not self.stepped.size:
            return u
        dearer = self.space.one_step(u, jnp.asarray(self.cost_sign))
        lost = (wanted - u) * np.sign(self.cost_sign) / jnp.maximum(jnp.abs(dearer - u), 1e-12)
        cost = self._cost_from(self.cost_sign, chosen)(u)
        price = jnp.abs(jax.grad(cost)(u) * (dearer - u))
        order = _in_order(-lost[self.stepped], self.stepped)
        asked = lost > ALIKE if self.spend == "at most" else jnp.ones(u.shape, bool)

        def buy(_: Array | int, state: tuple[Cube, Array]) -> tuple[Cube, Array]:
            kept, refused = state
            left = money - cost(kept)
            fits = (price[order] <= left) & (kept[order] != dearer[order]) & ~refused[order] & asked[order]
            place = _places(order, jnp.where(fits, jnp.cumsum(fits) - 1, order.size), kept.size)

            def bought(number: Array) -> Cube:
                return jnp.where(place < number, dearer, kept)

            number = _first(lambda number: cost(bought(number)) > money, order.size + 1) - 1
            return bought(number), refused | (place == number)

        return jax.lax.fori_loop(0, ROUNDS, buy, (u, jnp.zeros(u.shape, bool)))[0]

    def build(self, u: Cube, asked: Cube | None = None) -> Design:
        """The built design of a relaxed point; costs at most the budget, to rounding.

        Args:
            u: the point, shape (coordinate,), 0 to 1.
            asked: the point before it was led to the budget, by which one of `drawn` is known.

        Returns values by name of variable, in internal units.
        """
        space, below = self.space, self.budget * (1.0 - ROUNDING)
        hard = space.replaced(u, space.decode(u, jnp.inf, [v.name for v in space.variables if not v.continuous]))
        chosen = self._chosen(hard)
        items = self._affordable_items(hard, u, chosen)
        from_ = self._cost_from(self.sizes, chosen)
        signs, held = jnp.asarray(self.sizes), from_(items)
        paid = project_to_budget(items, held, below, signs, self.route, self.spend, from_, slopes=False)
        wanted = jnp.where(self.whole > 0, u, paid)
        money = self.budget if self.spend == "exactly" else jnp.minimum(held(paid), self.budget)
        built = self._spend_rest(self._cheaper_steps(paid), wanted, chosen, money)
        if asked is None or not self.drawn:
            return space.decode(built, only=[v.name for v in space.variables if not v.choice]) | chosen
        for point in self.drawn:
            built = jnp.where(jnp.all(jnp.abs(asked - point) < SAME), point, built)
        return space.decode(built)
