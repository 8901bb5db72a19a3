"""A problem from plain functions, for a first try: `problem("hodoscope-v1", variables=[...], response=f, ...)`."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from designopt.design.declared import described
from designopt.design.space import Design, DesignSpace
from designopt.design.spending import FOUND
from designopt.design.variables import Variable
from designopt.problem.checks import check_response, sentence
from designopt.problem.detector import OF_DETECTOR, AbstractDetector
from designopt.problem.plain.function_detector import FunctionDetector
from designopt.problem.problem import Problem
from designopt.suggestion import suggestion

TRIED = 8
"""Random designs whose response is computed once, before anything is searched."""
NEEDED = {
    "variables": 'the variables of a design, such as [do.Real("width", 1.0, 10.0)]',
    "response": "a function that returns the response of a design by name",
    "cost": "a function that returns the money of a design in kCHF",
    "objective": "a function that returns one number of a response, smaller is better",
    "budget": "the money in kCHF",
}


def problem(
    name: str,
    *,
    variables: Sequence[Variable] | None = None,
    response: Callable[..., Any] | None = None,
    cost: Callable[[Design], Any] | None = None,
    objective: Callable[[Any], Any] | None = None,
    budget: float | None = None,
    detector: AbstractDetector | None = None,
    constraints: Callable[[Design], Any] | None = None,
    metrics: Callable[[Any], Any] | None = None,
    draw: Callable[..., Any] | None = None,
    units: Mapping[str, str] | None = None,
    better: Mapping[str, int] | None = None,
    spend_on: Mapping[str, int] | None = None,
    **further: Any,
) -> Problem:
    """The best design that costs the budget, of a detector that is a few functions written with jax.numpy.

    Args:
        name: of the problem, with a version: letters, digits, points, hyphens, plus signs and underscores.
        variables: `Real`, `Integer` and `Categorical`, lone or series of any lengths.
        response: `f(design)`, or `f(design, key)` for random events; returns numbers and arrays by name, in internal
            units. `design` is a dictionary: a value of the shape () or (slot,) by variable, shares (slot, choice) of a
            choice.
        cost: `g(design)`, kCHF as one number or by item.
        objective: `h(response)`, one number, smaller is better.
        budget: money in kCHF, spent exactly.
        detector: in the place of `response`, `cost` and what follows: a detector of your own, such as a
            `CommandDetector`, whose variables need not be said again.
        constraints: side limits by name as numbers that are met when not positive.
        metrics: numbers of a response by label, for tables; without it the scalars of the response.
        draw: `draw(design, axes)` on axes of matplotlib; without it labelled bars.
        units: of the response's scalars, by name: "mm". A label only; the number stands as the response gives it.
        better: +1 or -1, by name of a scalar, where more or less of it is better; nothing is guessed.
        spend_on: +1 or -1 by variable, if it is not to be found from the cost.
        further: what else `Problem` takes: `events`, `references`, `compare_with`, `spend`, `gradient_price`, ...

    Raises ValueError, in a sentence, for anything that is missing or of the wrong kind, for functions that fail, return
    other shapes or nothing finite, and for a budget that cannot be spent.
    """
    whole = {"variables": variables, "response": response, "cost": cost, "objective": objective, "budget": budget}
    own = {"constraints": constraints, "metrics": metrics, "draw": draw}
    if detector is not None:
        _refuse_both(name, detector, {k: v for k, v in {**whole, **own}.items() if k in _PARTS and v is not None})
        whole["variables"] = variables if variables is not None else getattr(detector, "variables", None)
        whole |= {"response": detector.response, "cost": detector.cost}
    _refuse_missing(name, whole)
    for what, function in {**whole, **own}.items():
        if what not in ("variables", "budget") and function is not None and not callable(function):
            raise ValueError(f"The {what} of '{name}' is {described(function)}. Give {_wanted(what)}.")
    _refuse_unknown(name, further)
    space = DesignSpace(whole["variables"])  # type: ignore[arg-type]
    if detector is None:
        _refuse_strangers(name, "units", units or {}, str)
        _refuse_strangers(name, "better", better or {}, int)
        detector = FunctionDetector(
            variables=space.variables, respond=response, price=cost, limit=constraints, picture=draw,  # type: ignore[arg-type]
            table=metrics, units=dict(units or {}), directions=dict(better or {}),
        )  # fmt: skip
        further = {"deterministic": not detector.is_random, **further}
    made = Problem(
        name=name, detector=detector, space=space, objective=objective, budget=budget,  # type: ignore[arg-type]
        **{"spend_on": FOUND if spend_on is None else spend_on, "events": OF_DETECTOR, **further},
    )  # fmt: skip
    check_response(made)
    if made.detector.differentiable:
        _check_values(made)
    return made


_PARTS = ("response", "cost", "constraints", "metrics", "draw")


def _wanted(what: str) -> str:
    return NEEDED.get(what, "a function")


def _refuse_both(name: str, detector: AbstractDetector, parts: Mapping[str, Any]) -> None:
    if not isinstance(detector, AbstractDetector):
        raise ValueError(f"The detector of '{name}' is {described(detector)}. Give an AbstractDetector.")
    if parts:
        raise ValueError(
            f"'{name}' is given a detector and also {', '.join(parts)}. Give the detector, or the functions."
        )


def _refuse_missing(name: str, parts: Mapping[str, Any]) -> None:
    missing = [f"{part} ({NEEDED[part]})" for part, value in parts.items() if value is None]
    if missing:
        raise ValueError(f"The problem {name!r} lacks {'; '.join(missing)}.")


def _refuse_unknown(name: str, further: Mapping[str, Any]) -> None:
    known = [field for field in Problem.__dataclass_fields__ if field not in ("name", "detector", "space")]
    for option in further:
        if option not in known:
            raise ValueError(f"The problem {name!r} was given '{option}'.{suggestion(option, [*known, *_PARTS])}")


def _refuse_strangers(name: str, what: str, values: Any, kind: type) -> None:
    if not isinstance(values, Mapping) or not all(isinstance(value, kind) for value in values.values()):
        example = '{"resolution": "mm"}' if kind is str else '{"resolution": -1}'
        raise ValueError(f"`{what}` of '{name}' is {described(values)}. Give it by name, such as {example}.")


def _check_values(made: Problem) -> None:
    """Raise ValueError where the response, its objective or their slopes are finite at no design that was tried."""
    points = np.concatenate([np.full((1, made.size), 0.5), np.random.default_rng(0).random((TRIED - 1, made.size))])

    def computed(u: jax.Array) -> tuple[jax.Array, dict[str, jax.Array]]:
        found = made.detector.response(made.decode(u), None)
        return jnp.asarray(made.objective(found), dtype=float), found

    with sentence(f"The response of '{made.name}'"):
        scores, found = jax.jit(jax.vmap(computed))(points)
    for entry, values in found.items():
        if not np.any(np.all(np.isfinite(np.reshape(values, (TRIED, -1))), axis=1)):
            raise ValueError(
                f"`response` of '{made.name}' returns {np.ravel(values)[0]} for '{entry}' at each of {TRIED} designs "
                "that were tried. Let it return finite numbers, or narrow the bounds of the variables."
            )
    if not np.any(np.isfinite(scores)):
        raise ValueError(
            f"The objective of '{made.name}' is {scores[0]} at each of {TRIED} designs that were tried, although the "
            "response is finite. Correct it: a logarithm of a negative number, for one, is none."
        )
    if made.gradient_price is None:
        return
    try:
        slopes = jax.jit(jax.vmap(jax.grad(lambda u: computed(u)[0])))(points)
    except Exception as error:
        raise ValueError(
            f"The response of '{made.name}' has no derivative ({str(error).splitlines()[0]:.200}). Write it with "
            "jax.numpy, or give gradient_price=None: optimisers that need gradients are refused then, others search."
        ) from error
    if not np.any(np.all(np.isfinite(slopes), axis=1)):
        raise ValueError(
            f"The derivative of the objective of '{made.name}' is not finite at any of {TRIED} designs that were "
            "tried (a square root of 0, or a branch of jnp.where that is not taken, does that). Correct it, or give "
            "gradient_price=None."
        )
