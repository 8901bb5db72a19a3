"""Small problems whose best affordable design is known exactly, and how far from it a design is."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.benchmarks.bowl import tilted_bowl
from designopt.benchmarks.items import Items, Shelf
from designopt.benchmarks.laws import SquareRootLaw, TwoKinds
from designopt.design.space import Design, DesignSpace
from designopt.design.variables import Categorical, Integer, Real, Variable
from designopt.problem.detector import AbstractDetector, Response
from designopt.problem.problem import Problem
from designopt.programs import program
from designopt.records.trial import Trial


def loss_of(response: Response) -> Float[Array, ""]:
    """The loss that the law gives, whose least value for the money is known."""
    return response["loss"]


def _problem(name: str, detector: AbstractDetector, variables: list[Variable], budget: float, reference: Design,
             spend_on: dict[str, int], options: dict[str, Any], deterministic: bool = True) -> Problem:  # fmt: skip
    """A toy problem: ten events an evaluation, one reference design called uniform."""
    return Problem(
        name=name,
        detector=detector,
        space=DesignSpace(variables),
        objective=loss_of,
        budget=budget,
        spend_on=spend_on,
        events=10,
        references={"uniform": reference},
        compare_with="uniform",
        deterministic=deterministic,
        options=options,
    )


def _shower(places: int) -> tuple[float, ...]:
    """Share of the variance in equal parts along a 10 GeV shower of 25 radiation lengths."""
    depth = (np.arange(places) + 0.5) * 25.0 / places
    variance = depth**3.09 * np.exp(-0.494 * depth)
    return tuple((variance / variance.sum()).tolist())


def _law(name: str, places: int, budget: float, options: dict[str, Any], **extra: Any) -> Problem:
    detector = SquareRootLaw(_shower(places), (1.0,) * places, **extra)
    amount = Real("amount", 0.2, budget, count=places, scale="log")
    uniform = {"amount": jnp.full(places, budget / places)}
    deterministic = not extra.get("noise")
    options = {"places": places, "budget": budget} | options
    return _problem(name, detector, [amount], budget, uniform, {"amount": 1}, options, deterministic)


def square_root_law(places: int = 6, budget: float = 30.0) -> Problem:
    """Density of sampling layers along a 10 GeV shower, cut into `places` equal parts."""
    return _law(f"square-root-law-{places}", places, budget, {})


def limited_law(places: int = 8, budget: float = 40.0, limit: float = 22.0) -> Problem:
    """The same, with a side limit: the first half holds at most `limit` layers, fewer than it would like."""
    name = f"limited-law-{places}"
    return _law(name, places, budget, {"limit": limit}, limited=places // 2, limit=limit)


def noisy_law(places: int = 8, budget: float = 40.0, noise: float = 0.01) -> Problem:
    """The same, seen through random events that differ from design to design."""
    return _law(f"noisy-law-{places}", places, budget, {"noise": noise}, noise=noise)


def two_kinds(places: int = 8, budget: float = 40.0) -> Problem:
    """The same, with a choice between a plain medium and a better one whose every place costs a fee."""
    variables: list[Variable] = [
        Real("amount", 0.2, budget, count=places, scale="log"),
        Categorical("kind", ("plain", "fine"), count=places),
    ]
    uniform = {
        "amount": jnp.full(places, (budget - places * TwoKinds.fee[0]) / places),
        "kind": jnp.tile(jnp.asarray([1.0, 0.0]), (places, 1)),
    }
    options = {"places": places, "budget": budget}
    return _problem(
        f"two-kinds-{places}", TwoKinds(_shower(places)), variables, budget, uniform, {"amount": 1}, options
    )


def bowl(axes: int = 10, budget: float = 6.0, condition: float = 100.0, ripple: float = 0.0) -> Problem:
    """A tilted quadratic under a linear price; `ripple` adds local optima."""
    detector = tilted_bowl(axes, budget, condition, ripple)
    uniform = {"amount": jnp.full(axes, budget / sum(detector.price))}
    options = {"axes": axes, "budget": budget, "condition": condition, "ripple": ripple}
    name = f"{'rippled-' if ripple else ''}bowl-{axes}"
    return _problem(name, detector, [Real("amount", 0.0, 1.0, count=axes)], budget, uniform, {"amount": 1}, options)


def rippled_bowl(axes: int = 5, budget: float = 3.0, condition: float = 10.0, ripple: float = 0.1) -> Problem:
    """A tilted quadratic with a local optimum in every hollow of its ripples."""
    return bowl(axes, budget, condition, ripple)


def knapsack(items: int = 7, budget: float = 18.0, most: int = 3) -> Problem:
    """How many of each item: whole numbers only."""
    random = np.random.default_rng(3)
    value, price = random.uniform(1.0, 6.0, items), np.round(random.uniform(0.8, 4.0, items), 2)
    detector = Items(tuple(value.tolist()), tuple(price.tolist()), most)
    uniform = {"number": jnp.full(items, min(most, budget / price.sum()))}
    options = {"items": items, "budget": budget, "most": most}
    number = Integer("number", 0, most, count=items)
    return _problem(f"knapsack-{items}", detector, [number], budget, uniform, {"number": 1}, options)


def mixed_shelf(slots: int = 4, budget: float = 12.0, limit: float = 8.0) -> Problem:
    """A mixed problem with presence gates, two materials and a side limit; its optimum is not known."""
    variables: list[Variable] = [
        Real("amount", 0.1, 5.0, count=slots, step=0.05),
        Integer("present", 0, 1, count=slots),
        Categorical("material", ("dear", "cheap"), count=slots),
    ]
    target = tuple(float(t) for t in np.linspace(2.0, 0.0, slots))
    uniform = {
        "amount": jnp.ones(slots),
        "present": jnp.ones(slots),
        "material": jnp.tile(jnp.asarray([1.0, 0.0]), (slots, 1)),
    }
    options = {"slots": slots, "budget": budget, "limit": limit}
    spend_on = {"amount": 1, "present": 1}
    return _problem(f"mixed-shelf-{slots}", Shelf(target, limit), variables, budget, uniform, spend_on, options)


KNOWN: tuple[Callable[..., Problem], ...] = (
    square_root_law, limited_law, noisy_law, two_kinds, bowl, rippled_bowl, knapsack,
)  # fmt: skip
"""Makers of the problems whose detector has `best(budget)`."""


@program
def _truth(problem: Problem) -> Callable[..., jax.Array]:
    """The loss of the built design of a point, without noise."""
    return jax.jit(lambda u, sharpness: problem.score(problem.build(u, sharpness)))


def distance(problem: Problem, trial: Trial | None) -> float:
    """How far the built design of a trial is from the optimum: 0 there, 1 at the reference design, without noise.

    Infinite for no trial, or one that breaks a side limit.
    """
    if trial is None or not trial.feasible:
        return float("inf")
    optimum = problem.detector.best(problem.budget)[1]  # type: ignore[attr-defined]
    (reference,) = problem.references.values()
    uniform = float(_truth(problem)(problem.space.encode(reference), 1.0))
    reached = float(_truth(problem)(jnp.asarray(trial.u), trial.sharpness))
    return (reached - optimum) / (uniform - optimum)
