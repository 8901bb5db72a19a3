"""Spend exactly the budget: the map from points to affordable designs that every optimiser shares."""

import abc
from collections.abc import Callable
from typing import Literal, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

import designopt.design  # noqa: F401  # gives JAX 64 bits

Cube = Float[Array, " coordinate"]
Cost = Callable[[Cube], Float[Array, ""]]
Spend = Literal["exactly", "at most"]

CLOSE = 1e-12
"""Relative money at which the search for the multiplier ends; one more Newton step follows."""
NARROW, MOST = 1e-15, 200
"""Width of the bracket, and number of steps, at which it ends wherever it is."""
FLAT = 1e-100
"""Price below which all are as good as nothing: the square, by which slopes divide, would be 0."""
PLATEAU = 1e-13
"""Relative money for the whole route below which the cost is a plateau there, its slope no more than rounding: nothing
can be paid along it."""


class AbstractRoute(eqx.Module):
    """A path through the cube from a point: cheaper for negative `amount`, dearer for positive, to the end."""

    @abc.abstractmethod
    def point(self, u: Cube, cost_sign: Cube, slope: Cube, amount: Float[Array, ""], dearer: Array) -> Cube:
        """Point of the path. `cost_sign`: +1 where more costs more, -1 where less does, 0 where money does not go.
        `slope`: derivative of the cost at the point. `amount` 0 is the point, -1 the cheapest point, 1 the dearest;
        `dearer` says which of the two legs is meant, so that a derivative at 0 is that of one leg.

        Args:
            u: the point, shape (coordinate,), 0 to 1.
        """


class AlongRay(AbstractRoute):
    r"""Straight lines from the point to the cheapest corner and to the dearest: $u + |a|\,(corner - u)$."""

    def point(self, u: Cube, cost_sign: Cube, slope: Cube, amount: Float[Array, ""], dearer: Array) -> Cube:
        """Point of the path; see `AbstractRoute.point`."""
        dearest = jnp.where(cost_sign > 0, 1.0, 0.0)
        onward = jnp.where(dearer, amount * (dearest - u), amount * (u - (1.0 - dearest)))
        return jnp.where(cost_sign != 0, u + onward, u)


class NearestPoint(AbstractRoute):
    r"""Along the price gradient, held at the walls: $\mathrm{clip}(u + \lambda\, \partial c/\partial u)$.

    For a cost linear in the cube this is the Euclidean projection on {0 <= u <= 1, cost = budget}; for a
    monotone one it is the first step of it. A thousandth of the steepest price is given to every coordinate
    that money goes to, so that the path ends at the corner; $\lambda = a / (1 - |a|)$ in units that reach the walls.
    """

    def point(self, u: Cube, cost_sign: Cube, slope: Cube, amount: Float[Array, ""], dearer: Array) -> Cube:
        """Point of the path; see `AbstractRoute.point`."""
        steepness = jnp.abs(slope) * jnp.abs(cost_sign)
        largest = jnp.maximum(_largest(steepness), FLAT)
        direction = cost_sign * (steepness / largest + 1e-3)
        open_end = 1.0 - jnp.minimum(jnp.abs(amount), 1.0 - 1e-6)
        return jnp.clip(u + direction * amount / open_end, 0.0, 1.0)


def _largest(values: Cube) -> Float[Array, ""]:
    """The largest; those that equal it but for rounding share its slope.

    `jnp.max` asks which are equal of what a program may have computed twice, with other roundings: where none is, its
    slope is no number.
    """
    held = jax.lax.stop_gradient(values)
    top = jnp.max(held)
    equal = (held >= top * (1.0 - 1e-12)).astype(held.dtype)
    return top + equal @ (values - held) / jnp.sum(equal)


class Place(NamedTuple):
    """A place on the route, shape () each: its amount, the relative error of the money there, and its slope."""

    amount: Array
    error: Array
    slope: Array


class _Search(NamedTuple):
    """How far the search is: its stage, the bracket, the error before and steps made; the places found."""

    stage: Array
    here: Array
    low: Array
    high: Array
    before: Array
    steps: Array
    found: Place
    polished: Place


END, SEARCH, LAST, POLISH, DONE = range(5)
"""Stages of a search, by what is looked at next: the end of the route, the zero, where the bracket is too narrow to go
on, one Newton step from the place that was found, nothing more."""


def _search(
    excess: Callable[[Float[Array, ""], Array], Float[Array, ""]], spend: Spend
) -> tuple[Array, Place, Place, Array]:
    """Where an increasing function is zero: whether that is out of reach, the place, one Newton step on, and its leg.

    Newton steps kept inside a shrinking bracket of [-1, 1], else bisection. All places are looked at by the same few
    equations, in one loop: the end of the route first, then what is searched, then one Newton step more. A function
    that stands in a program once is compiled once.
    """
    top = 0.0 if spend == "at most" else 1.0

    def look(state: _Search) -> _Search:
        stage, here, low, high, before, steps, found, _ = state
        leg = jnp.where(stage == POLISH, found.amount, here) > 0
        value, slope = jax.jvp(lambda a: excess(a, leg), (here,), (jnp.ones_like(here),))
        place, error = Place(here, value, slope), jnp.abs(value)
        searched = stage == SEARCH
        low, high = jnp.where(searched & (value < 0), here, low), jnp.where(searched & ~(value < 0), here, high)
        newton = here - value / jnp.where(slope > 0, slope, 1.0)
        safe = (slope > 0) & (newton > low) & (newton < high) & (error < 0.5 * before)
        onward = jnp.where(safe, newton, 0.5 * (low + high))
        steps = steps + searched
        last = searched & ((high - low <= NARROW) | (steps >= MOST))
        # At the end of the route: not even the dearest point costs the budget, or there is nothing to save.
        ends = jnp.where(searched, error <= CLOSE, (stage == LAST) | ((stage == END) & (value <= 0)))
        onwards = jnp.where(ends, POLISH, jnp.where(last, LAST, SEARCH))
        rises = slope > PLATEAU
        step = here - jnp.where(rises, value / jnp.where(rises, slope, 1.0), 0.0)
        begin = 0.0 if top else -0.5
        return _Search(
            stage=jnp.where(stage == POLISH, DONE, onwards),
            here=jnp.where(ends, step, jnp.where(searched, onward, begin)),
            low=low,
            high=high,
            before=jnp.where(searched, error, before),
            steps=steps,
            found=jax.tree.map(lambda new, old: jnp.where(stage == POLISH, old, new), place, found),
            polished=place,
        )

    nowhere = Place(*jnp.zeros(3))
    stage, here, low, high, before, steps = map(jnp.asarray, (END, top, -1.0, top, jnp.inf, 0))
    start = _Search(stage, here, low, high, before, steps, nowhere, nowhere)
    end = jax.lax.while_loop(lambda state: state.stage != DONE, look, start)
    return end.steps == 0, end.found, end.polished, end.found.amount > 0


def project_to_budget(
    u: Cube,
    cost: Cost,
    budget: float,
    cost_sign: Cube,
    route: AbstractRoute,
    spend: Spend = "exactly",
    cost_from: Callable[[Cube], Cost] | None = None,
    slopes: bool = True,
) -> Cube:
    r"""The affordable point that `u` is led to: cost(result) = budget, shape (coordinate,).

    The place on the route is found by a bracketed search without derivatives. The derivative is that of the implicit
    function: a step $du$ moves the point by $O\,du$ at a fixed place on the route, and back along the route's tangent
    $t$ by what that costs at the prices $g$: $du' = O\,du - \frac{g \cdot O\,du}{g \cdot t}\,t$, in both modes of JAX.
    `spend="at most"` moves only a point that is too dear. If the budget lies outside what the route can reach,
    the nearest end of the route is returned: the caller checks reachability once (`Problem`).

    Args:
        u: the point, shape (coordinate,), 0 to 1.
        cost: kCHF of a point.
        budget: kCHF, above zero.
        cost_sign: shape (coordinate,): +1 where more costs more, -1 where less does, 0 where money does not go.
        route: the path along which it is led.
        spend: whether what is cheaper may stay as it is ("at most").
        cost_from: of a point, the cost of points that differ from it only where `cost_sign` is not 0: it need not look
            again at what does not change along a route. Left out: `cost`.
        slopes: whether derivatives flow through; without, the program is smaller.
    """
    starting_from = cost_from or (lambda start: cost)
    still = jax.lax.stop_gradient
    slope = jax.grad(cost)(u) if isinstance(route, NearestPoint) else jnp.zeros_like(u)
    held, held_slope = still(jnp.asarray(u)), still(slope)
    price = starting_from(held)

    def excess(amount: Float[Array, ""], dearer: Array) -> Float[Array, ""]:
        return price(route.point(held, cost_sign, held_slope, amount, dearer)) / budget - 1.0

    unreached, found, polished, dearer = still(_search(excess, spend))
    kept = (spend == "at most") & unreached
    reached = (jnp.abs(found.error) < 1e-6) & (found.slope > PLATEAU)
    # On a plateau of the cost at the budget the last step would leave the cube for a rounding error of the money.
    left = jnp.abs(polished.error)
    closer = reached & (jnp.abs(polished.amount) <= 1.0) & (left <= jnp.maximum(jnp.abs(found.error), CLOSE))
    amount = jnp.where(kept, 0.0, jnp.where(closer, polished.amount, found.amount))
    steepness = jnp.where(closer, polished.slope, found.slope)  # at the place itself: next to a plateau it is another
    moved, tangent = jax.jvp(lambda a: route.point(u, cost_sign, slope, a, dearer), (amount,), (jnp.ones_like(amount),))
    if not slopes:
        return still(moved)
    paid, bound = cost(moved) / budget, reached & ~kept & (steepness > PLATEAU)
    back = jnp.where(bound, (paid - still(paid)) / jnp.where(bound, steepness, 1.0), 0.0)
    return moved - back * still(tangent)
