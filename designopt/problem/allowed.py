"""Whether money buys a design that keeps the side limits: a search with a few hundred designs, nothing simulated."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from designopt.problem.constraints import MET
from designopt.problem.problem import Problem
from designopt.problem.rounding import as_built
from designopt.stored import StoredJit

POINTS = 256
"""Designs that a search looks at, reference designs among them."""
NEAR = 0.02
"""A design within its limits that costs so little less than the budget shows that the budget buys one."""

HALVINGS = 30
"""Of the way on which a design is led to the budget."""

Points = Float[ndarray, "point coordinate"]

_found: dict[str, str] = {}


class NothingAllowed(UserWarning):
    """A search found no design of a problem that keeps its side limits at its budget."""


@dataclass(frozen=True)
class _Looked:
    """What was found at some points: cost in kCHF and excess of each limit, shape (point,) each."""

    cost: Float[ndarray, " point"]
    limits: dict[str, Float[ndarray, " point"]]

    @property
    def excess(self) -> Float[ndarray, " point"]:
        """Sum of what is over the limits, not-a-numbers counted as an excess of one."""
        over = [np.where(np.isnan(g), 1.0, np.where(g > MET, g, 0.0)) for g in self.limits.values()]
        return np.sum(over, axis=0) if over else np.zeros(len(self.cost))


def doubt(problem: Problem) -> str:
    """A sentence if a search finds no design that keeps the side limits at the budget; empty if one is known.

    The reference designs and the cheapest corners are looked at as they would be built; then, where none keeps the
    limits, random designs too, whole numbers and choices made: at whatever they cost, and led along straight lines to
    the cheapest or the dearest corner until they cost about the budget. Compiles the price and the limits alone, and
    keeps the result by the problem's card. What a search does not find may exist: this is a warning, not an error.
    """
    if not problem.constraint_names:
        return ""
    card = json.dumps(problem.card(), sort_keys=True)
    if card not in _found:
        _found[card] = _searched(problem)
    return _found[card]


def _searched(problem: Problem) -> str:
    most = problem.budget * (1.0 + MET)
    least = problem.budget * (1.0 - NEAR) if problem.spend == "exactly" else 0.0

    def found(seen: _Looked) -> bool:
        return bool(np.any((seen.excess == 0) & (seen.cost >= least) & (seen.cost <= most)))

    if found(_built(problem, known_points(problem))):  # mostly enough, and a few designs are quick
        return ""
    look, points = _looker(problem), search_points(problem)
    price = StoredJit(jax.vmap(lambda u: problem.cost(problem.space.decode(u, jnp.inf))))
    if found(free := look(points)):
        return ""
    allowed = free.excess == 0
    sizes = np.where(problem.space.continuous, problem.cost_sign, 0.0)
    for sign in (problem.cost_sign, sizes):  # whole numbers go by steps; then sizes alone spend what is left
        points = _paid(points, sign, lambda moved: np.asarray(price(jnp.asarray(moved))) <= most)
    bought = look(points)
    spent = (bought.cost <= most) & (bought.cost >= (least if np.any(sizes) else 0.0))
    if np.any(spent & (bought.excess == 0)):
        return ""
    closest = int(np.argmin(np.where(spent, bought.excess, np.inf) if np.any(spent) else bought.excess))
    broken = [name for name, g in bought.limits.items() if not g[closest] <= MET] or ["the budget"]
    known = f"The cheapest one that keeps them costs {np.min(free.cost[allowed]):,.6g} kCHF. " if allowed.any() else ""
    return (
        f"No design of '{problem.name}' that keeps the side limits was found for {problem.budget:,.6g} kCHF, among "
        f"{len(points)} that were tried; the closest breaks {' and '.join(broken)}. {known}"
        "A study may find none at all: give another budget, or wider limits."
    )


def search_points(problem: Problem) -> Points:
    """The reference designs, the cheapest corners, and random designs whose series stand at a level of their own.

    Args:
        problem: the problem, with its budget in kCHF.
    """
    random, space, known = np.random.default_rng(0), problem.space, known_points(problem)
    count = max(POINTS - len(known), POINTS // 2)
    points = random.random((count, problem.size))
    for where in space.slices.values():
        level, spread = random.random((count, 1)), random.random((count, 1))
        points[:, where] = level + spread * (points[:, where] - level)
    return np.clip(np.concatenate([known, points]), 0.0, 1.0)


def known_points(problem: Problem) -> Points:
    """The reference designs and the cheapest corners.

    Args:
        problem: the problem, with its budget in kCHF.
    """
    known = [np.asarray(problem.space.encode(design)) for design in problem.references.values()]
    return np.clip(np.reshape([*known, *problem.cheapest_corners()], (-1, problem.size)), 0.0, 1.0)


def _built(problem: Problem, points: Points) -> _Looked:
    """What is built from points, by programs that others need as well."""
    limits_of = StoredJit(problem.constraints)
    cost, limits = [], []
    for u in points:
        _, design, money = as_built(problem)(jnp.asarray(u), jnp.asarray(jnp.inf))
        cost.append(sum(float(part) for part in money.values()))
        limits.append(limits_of(design))
    return _Looked(np.asarray(cost), {name: np.asarray([g[name] for g in limits]) for name in limits[0]})


def _looker(problem: Problem) -> Callable[[Points], _Looked]:
    """A function that prices the designs of points, choices made, and says what their limits are."""

    @StoredJit
    @jax.vmap
    def look(u: jax.Array) -> tuple[jax.Array, dict[str, jax.Array]]:
        design = problem.space.decode(u, jnp.inf)
        return problem.cost(design), problem.constraints(design)

    def looked(points: Points) -> _Looked:
        cost, limits = look(jnp.asarray(points))
        return _Looked(np.asarray(cost), {name: np.asarray(g) for name, g in limits.items()})

    return looked


def _paid(
    points: Points, sign: Float[ndarray, " coordinate"], payable: Callable[[Points], Bool[ndarray, " point"]]
) -> Points:
    """The dearest payable point on the way from the cheapest corner through each point to the dearest corner.

    Only coordinates whose `sign` is not 0 move.
    """
    dearest = np.where(sign > 0, 1.0, np.where(sign < 0, 0.0, points))
    cheapest = np.where(sign > 0, 0.0, np.where(sign < 0, 1.0, points))

    def moved(way: Float[ndarray, " point"]) -> Points:
        down, up = np.maximum(-way, 0.0)[:, None], np.maximum(way, 0.0)[:, None]
        return points + down * (cheapest - points) + up * (dearest - points)

    low, high = np.full(len(points), -1.0), np.ones(len(points))
    low = np.where(payable(moved(high)), high, low)
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        fits = payable(moved(middle))
        low, high = np.where(fits, middle, low), np.where(fits, high, middle)
    return moved(low)
