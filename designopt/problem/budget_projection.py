"""Spend exactly the budget: the map from points to affordable designs that every optimiser shares."""

import abc
from collections.abc import Callable
from typing import Literal

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

import designopt.design  # noqa: F401  # gives JAX 64 bits

Cube = Float[Array, " coordinate"]
Cost = Callable[[Cube], Float[Array, ""]]
State = tuple[Array, Array, Array, Array, Array]
"""Both ends of the bracket, the multiplier, the relative error there, and how often it was mended."""
Spend = Literal["exactly", "at most"]

CLOSE = 1e-12
"""Relative money at which the search for the multiplier ends; one more Newton step follows."""
FLAT = 1e-100
"""Relative money for the whole route, below which nothing can be paid along it: the square, by which slopes divide,
would be 0."""


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
        largest = jnp.maximum(jnp.max(steepness), FLAT)
        direction = cost_sign * (steepness / largest + 1e-3)
        open_end = 1.0 - jnp.minimum(jnp.abs(amount), 1.0 - 1e-6)
        return jnp.clip(u + direction * amount / open_end, 0.0, 1.0)


def _amount(excess: Callable[[Float[Array, ""]], Float[Array, ""]], spend: Spend) -> Float[Array, ""]:
    """Root of an increasing function on [-1, 1]: Newton steps kept inside a shrinking bracket, else bisection."""
    top = 0.0 if spend == "at most" else 1.0
    residual = jnp.asarray(excess(jnp.asarray(top)))
    unreached = residual <= 0  # nothing to save, or not even the dearest point costs the budget

    def step(state: State) -> State:
        low, high, here, before, count = state
        value, slope = jax.jvp(excess, (here,), (jnp.ones_like(here),))
        low, high = jnp.where(value < 0, here, low), jnp.where(value < 0, high, here)
        newton = here - value / jnp.where(slope > 0, slope, 1.0)
        quick = jnp.abs(value) < 0.5 * before
        safe = (slope > 0) & (newton > low) & (newton < high) & quick
        onward = jnp.where(safe, newton, 0.5 * (low + high))
        return low, high, jnp.where(jnp.abs(value) > CLOSE, onward, here), jnp.abs(value), count + 1

    def unfinished(state: State) -> Array:
        low, high, _, error, count = state
        return ~unreached & (error > CLOSE) & (high - low > 1e-15) & (count < 200)

    start = (
        jnp.asarray(-1.0),
        jnp.asarray(top),
        jnp.asarray(0.0 if top else -0.5),
        jnp.asarray(jnp.inf),
        jnp.asarray(0),
    )
    return jnp.where(unreached, top, jax.lax.while_loop(unfinished, step, start)[2])


def project_to_budget(
    u: Cube,
    cost: Cost,
    budget: float,
    cost_sign: Cube,
    route: AbstractRoute,
    spend: Spend = "exactly",
    cost_from: Callable[[Cube], Cost] | None = None,
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
    """
    starting_from = cost_from or (lambda start: cost)
    still = jax.lax.stop_gradient
    slope = jax.grad(cost)(u) if isinstance(route, NearestPoint) else jnp.zeros_like(u)
    held, held_slope = still(jnp.asarray(u)), still(slope)
    price = starting_from(held)

    def excess(amount: Float[Array, ""], dearer: Array) -> Float[Array, ""]:
        return price(route.point(held, cost_sign, held_slope, amount, dearer)) / budget - 1.0

    found = still(_amount(lambda a: excess(a, a > 0), spend))
    dearer = found > 0

    def with_slope(amount: Float[Array, ""]) -> tuple[Float[Array, ""], Float[Array, ""]]:
        value, rise = jax.jvp(lambda a: excess(a, dearer), (amount,), (jnp.ones_like(amount),))
        return still(value), still(rise)

    residual, steepness = with_slope(found)
    rises = steepness > FLAT
    polished = found - jnp.where(rises, residual / jnp.where(rises, steepness, 1.0), 0.0)
    left, there = with_slope(polished)
    kept = (spend == "at most") & (still(excess(jnp.asarray(0.0), dearer)) <= 0)
    reached = (jnp.abs(residual) < 1e-6) & rises
    # On a plateau of the cost at the budget the last step would leave the cube for a rounding error of the money.
    closer = reached & (jnp.abs(polished) <= 1.0) & (jnp.abs(left) <= jnp.maximum(jnp.abs(residual), CLOSE))
    amount = jnp.where(kept, 0.0, jnp.where(closer, polished, found))
    steepness = jnp.where(closer, there, steepness)  # at the place itself: next to a plateau of the cost it is another
    moved, tangent = jax.jvp(lambda a: route.point(u, cost_sign, slope, a, dearer), (amount,), (jnp.ones_like(amount),))
    paid = cost(moved) / budget
    bound = reached & ~kept & (steepness > FLAT)
    back = jnp.where(bound, (paid - still(paid)) / jnp.where(bound, steepness, 1.0), 0.0)
    return moved - back * still(tangent)
