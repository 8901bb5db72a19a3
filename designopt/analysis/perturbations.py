"""What is changed about a built design: the budget, every price, its sizes as made, its sizes at constant cost."""

from collections.abc import Iterator
from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.analysis.sensitivity import sizes_of
from designopt.problem.problem import Problem
from designopt.records.designs.examination import Kind

BUDGET = 0.05
PRICE = 0.20
MOVE = 0.05
"""Step of a size at constant cost, as a share of its range (of the logarithm where that is its scale)."""
MADE = 0.01
"""Standard deviation of a size as made, as a share of that range."""
PAIRS = 4
"""Random directions of a series, each taken forwards and backwards."""
DRAWS = 8
GIVEN_UP = (1, 2, 4, 8)
"""Numbers of whole units (layers, magnets, stations) that are given up where money is short."""

Cube = Float[ndarray, " coordinate"]


@dataclass(frozen=True)
class Change:
    """New prices or new sizes, and the points of the cube that compensate them, by name; the best of these counts.

    `pays` False: the point is taken as it is, whatever it costs; else its sizes pay.
    """

    kind: Kind
    what: str
    amount: float
    draw: int
    factors: dict[str, float]
    compensations: dict[str, Cube]
    pays: bool = True


def changes(problem: Problem, u: Cube, items: list[str], seed: int) -> Iterator[Change]:
    """Every change of the design at the point `u` of the cube, whose cost has these `items`.

    Budget 5 % larger and smaller; every price 20 % higher and lower, one at a time; all prices drawn from their ranges,
    where the problem has some (the same draws for every design); all sizes off by a random 1 % of
    their range; the slots of every variable moved by 5 %, up or down at random. The same for every design of a problem.

    Args:
        problem: the problem, with its budget in kCHF.
        u: the point, shape (coordinate,), 0 to 1.
        items: names of the items of its cost.
        seed: of the random directions.
    """
    ones = {item: 1.0 for item in items}
    plain, short = {"sizes": u}, where_money_is_short(problem, u)
    for amount in (BUDGET, -BUDGET):
        factors = {item: 1.0 / (1.0 + amount) for item in items}
        yield Change("budget", "budget", amount, 0, factors, plain if amount > 0 else short)
    for item in items:
        for amount in (PRICE, -PRICE):
            yield Change("price", item, amount, 0, ones | {item: 1.0 + amount}, short if amount > 0 else plain)
    if problem.price_factors is not None:
        design = problem.space.decode(jnp.asarray(u))
        for draw in range(DRAWS):
            factors = {**ones, **problem.price_factors(design, draw)}
            yield Change("ranges", "prices", 0.0, draw, factors, short)
    random = np.random.default_rng(seed)
    for draw in range(DRAWS):
        made = np.clip(u + MADE * random.standard_normal(u.size) * problem.space.continuous, 0.0, 1.0)
        yield Change("construction", "sizes", MADE, draw, ones, {"nothing": made}, pays=False)
    yield Change("rebuilt", "", 0.0, 0, ones, {"sizes": u})
    for variable in sizes_of(problem):
        where = problem.space.slices[variable.name]
        for draw in range(PAIRS if where.stop - where.start > 1 else 1):
            signs = random.choice((-1.0, 1.0), where.stop - where.start)
            for amount in (MOVE, -MOVE):
                moved = u.copy()
                moved[where] = np.clip(u[where] + amount * signs, 0.0, 1.0)
                yield Change("size", variable.name, amount, draw, ones, {"sizes": moved})


def where_money_is_short(problem: Problem, u: Cube) -> dict[str, Cube]:
    """The points of which the best counts where a design is too dear: its own sizes, and whole units less.

    Args:
        problem: the problem, with its budget in kCHF.
        u: the point, shape (coordinate,), 0 to 1.
    """
    return {"sizes": u, **given_up(problem, u)}


def given_up(problem: Problem, u: Cube) -> dict[str, Cube]:
    """Points with one, two, four or eight whole units less, taken evenly from all that cost money.

    Args:
        problem: the problem, with its budget in kCHF.
        u: the point, shape (coordinate,), 0 to 1.
    """
    step = problem.space.integer_step
    there = np.flatnonzero((step > 0) & (problem.cost_sign > 0) & (u > 0))
    found = {}
    for count in GIVEN_UP:
        if count < there.size:
            less = u.copy()
            gone = there[((np.arange(count) + 0.5) * there.size / count).astype(int)]
            less[gone] = np.maximum(u[gone] - step[gone], 0.0)
            found[f"{count} less"] = less
    return found
