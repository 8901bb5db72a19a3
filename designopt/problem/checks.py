"""What a problem is held against when it is made: kinds of its parts, the dictionary of costs, the way money goes."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.design.declared import described
from designopt.design.numbers import shown
from designopt.design.space import DesignSpace
from designopt.problem.as_built import ROUNDING
from designopt.problem.detector import AbstractDetector
from designopt.suggestion import suggestion

if TYPE_CHECKING:
    from designopt.problem.problem import Problem

PLACES = (0.25, 0.5, 0.75)
"""Where the other coordinates stand while one variable is moved."""
MOVED = (0.3, 0.7)
"""Where it stands one after the other, in the cube."""


def check_name(name: str) -> None:
    """Raise ValueError unless a problem's name can stand in a command, in the name of a file and in a gymnasium id."""
    if not name:
        raise ValueError("A problem has an empty name. Give it a name with a version, such as 'tracker-v1'.")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,99}", name):
        raise ValueError(
            f"A problem cannot be called {shown(name)}: commands and files are named after it. Use letters from a to "
            "z, digits, hyphens, points, plus signs and underscores, a letter or digit first, at most 100 of "
            "them, such as 'tracker-v1'."
        )


@contextmanager
def sentence(what: str, known: Iterable[str] = ()) -> Iterator[None]:
    """Within it, an error of a user's function becomes a ValueError that says which function it was and why.

    Args:
        what: the function, as it is called in a sentence.
        known: the names that it may ask for, of which the nearest is suggested.
    """
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{what} fails: {str(error).splitlines()[0]}") if _foreign(error) else error from error
    except KeyError as error:
        wanted, names = str(error.args[0]) if error.args else "", list(known)
        how = suggestion(wanted, names) if names and wanted not in names else " Correct the name."
        raise ValueError(f"{what} asks for {error}, and there is nothing of that name.{how}") from error
    except (jax.errors.JAXTypeError, TypeError, IndexError, AttributeError, ArithmeticError, NameError) as error:
        text = str(error).splitlines()[0] if str(error) else ""
        traced = isinstance(error, jax.errors.JAXTypeError) or "JitTracer" in text or "Traced<" in text
        how = (
            " It was called with arrays that stand for any design: compute with jax.numpy in the place of numpy and "
            "math, and choose with jnp.where in the place of `if`."
        )
        raise ValueError(f"{what} fails ({type(error).__name__}: {text:.200}).{how if traced else ''}") from error


def _foreign(error: ValueError) -> bool:
    """Whether a ValueError is of JAX or NumPy, not a sentence of a check."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and not trace.tb_frame.f_globals.get("__name__", "").startswith("designopt.")


def check_parts(problem: "Problem") -> None:
    """Raise ValueError for a detector, a space, an objective, names or references of the wrong kind."""
    name = problem.name
    for part, kind in (("detector", AbstractDetector), ("space", DesignSpace)):
        found = getattr(problem, part)
        if not isinstance(found, kind):
            raise ValueError(f"The {part} of '{name}' is {described(found)}. Give a {kind.__name__}.")
    if not callable(problem.objective):
        raise ValueError(
            f"The objective of '{name}' is {described(problem.objective)}. Give a function of the response."
        )
    known = problem.space.slices
    for variable, sign in problem.spend_on.items():
        if variable not in known:
            raise ValueError(f"Money was to be spent on '{variable}'.{suggestion(variable, known)}")
        if problem.space[variable].choice:
            raise ValueError(
                f"Money was to be spent on '{variable}', which is a choice: there is no more or less of it. Leave it "
                "out of `spend_on`, which takes sizes and whole numbers."
            )
        if sign not in (1, -1):
            raise ValueError(
                f"`spend_on` gives {sign!r} for '{variable}'. Write 1 where more of it costs more, -1 where less does."
            )
    for reference, design in problem.references.items():
        try:
            problem.space.check(design)
        except (ValueError, TypeError) as error:
            raise ValueError(f"The reference design '{reference}' of '{name}' is no design of it: {error}") from error
    if problem.compare_with is not None and problem.compare_with not in problem.references:
        known_too = suggestion(problem.compare_with, problem.references) if problem.references else " It has none."
        raise ValueError(f"'{name}' was to be compared with its reference '{problem.compare_with}'.{known_too}")
    if problem.kept is not None and problem.kept not in known:
        raise ValueError(f"'{problem.kept}' was to be the money that is kept.{suggestion(problem.kept, known)}")


def check_numbers_by_name(problem: "Problem") -> None:
    """Raise ValueError unless `cost` and `constraints` of the detector return numbers by name; nothing is computed."""
    detector = type(problem.detector).__name__
    design = jax.eval_shape(problem.space.decode, jnp.full(problem.size, 0.5))
    for method, example in (("cost", '{"sensors": ...}'), ("constraints", '{"length": ...}')):
        with sentence(f"`{method}` of {detector}", problem.space.slices):
            found = jax.eval_shape(getattr(problem.detector, method), design)
        if not isinstance(found, Mapping):
            raise ValueError(
                f"`{method}` of {detector} returns {_kind(found)}. Let it return numbers by name, such as {example}."
            )
        for item, value in found.items():
            if np.shape(value) != ():
                raise ValueError(
                    f"`{method}` of {detector} returns an array of the shape {np.shape(value)} for '{item}'. "
                    "Let it return one number, such as its sum."
                )
        if method == "cost" and not found:
            raise ValueError(f"`cost` of {detector} returns no items, so nothing costs money. Let it return {example}.")


def check_response(problem: "Problem") -> None:
    """Raise ValueError unless the detector's response is a dictionary and the objective of it one number.

    The simulation is traced, not computed: seconds for a large one.
    """
    design = jax.eval_shape(problem.space.decode, jnp.full(problem.size, 0.5))
    with sentence(f"`response` of {type(problem.detector).__name__}", problem.space.slices):
        response = jax.eval_shape(lambda d: problem.detector.response(d, None), design)
    response = checked_response(problem.detector, response)
    with sentence(f"The objective of '{problem.name}'", response):
        found = jax.eval_shape(problem.objective, response)
    if found is None or isinstance(found, Mapping | tuple | list):
        raise ValueError(
            f"The objective of '{problem.name}' returns {_kind(found)}. Let it return one number, smaller is better."
        )
    if np.shape(found) != ():
        raise ValueError(
            f"The objective of '{problem.name}' returns an array of the shape {np.shape(found)}. "
            "Let it return one number, such as a mean."
        )


def checked_response(detector: AbstractDetector, response: Any) -> Any:
    """The response. Raises ValueError unless it is a dictionary.

    Args:
        detector: it is named in the error.
        response: what it gave.
    """
    if not isinstance(response, Mapping):
        raise ValueError(
            f"`response` of {type(detector).__name__} returns {_kind(response)}. "
            'Let it return results by name, such as {"resolution": ...}.'
        )
    return response


def corner_points(problem: "Problem") -> Float[ndarray, "point coordinate"]:
    """The cheapest and the dearest point with the first of all choices, then with the second, and so on.

    Args:
        problem: the problem.
    """
    blocks, points = problem.space.choice_blocks, []
    corner = np.where(problem.cost_sign > 0, 1.0, np.where(problem.cost_sign < 0, 0.0, 0.5))
    for pick in range(max(map(len, blocks), default=1)):
        for block in blocks:
            corner[block] = np.eye(len(block))[pick % len(block)]
        points += [np.where(problem.cost_sign != 0, 1.0 - corner, corner), corner.copy()]
    return np.stack(points)


def moved_points(problem: "Problem") -> Float[ndarray, "point coordinate"]:
    """Points along which one variable that money goes to is raised, all others standing still.

    Args:
        problem: the problem, with its budget in kCHF.
    """
    points = []
    for variable in problem.spend_on:
        for place in PLACES:
            for where in MOVED:
                u = np.full(problem.size, place)
                u[problem.space.slices[variable]] = where
                points.append(u)
    return np.reshape(points, (-1, problem.size))


def check_signs(problem: "Problem", prices: Float[ndarray, " point"]) -> None:
    """Raise ValueError where the cost at `moved_points` does not go the way that `spend_on` says."""
    for row, (name, sign) in enumerate(problem.spend_on.items()):
        along = prices.reshape(len(problem.spend_on), len(PLACES), len(MOVED))[row]
        before, after = np.ravel(along[:, :-1]), np.ravel(along[:, 1:])
        change = sign * (after - before)
        rounding = 1e-9 * np.abs(before)
        if np.all(change > -rounding) and np.any(change > rounding):
            continue
        worst = int(np.argmin(change))
        rises, falls = after[worst] > before[worst], after[worst] < before[worst]
        does = f"{'rises' if rises else 'falls'} from {before[worst]:,.6g} to {after[worst]:,.6g} kCHF"
        other = f"Write {-sign:+d}, correct `cost`, or leave '{name}' out of `spend_on`."
        neither = f"Leave '{name}' out of `spend_on`, or let `cost` depend on it."
        raise ValueError(
            f"`spend_on` of '{problem.name}' says {sign:+d} for '{name}', so the cost should "
            f"{'rise' if sign > 0 else 'fall'} with it, but it {does if rises or falls else 'stays the same'} when "
            f"'{name}' grows. {other if rises or falls else neither}"
        )


def _kind(found: Any) -> str:
    """What was returned in the place of a dictionary; traced, so that a number is a shape."""
    if found is None or isinstance(found, Mapping):
        return "nothing" if found is None else "a dictionary"
    shape = np.shape(found)
    kinds = {"list": "a list", "tuple": "a tuple"}
    array = f"an array of the shape {shape}" if shape else "one number"
    return kinds.get(type(found).__name__, array)


def check_budget(problem: "Problem", cheapest: float, dearest: float) -> None:
    """Raise ValueError, with both prices (kCHF), for a budget that cannot be spent, or buys nothing that is allowed."""
    budget = problem.budget
    if cheapest > budget * (1.0 + ROUNDING) or (problem.spend == "exactly" and budget > dearest):
        raise ValueError(
            f"The budget of {budget:g} kCHF cannot be spent on '{problem.name}': the cheapest design costs "
            f"{cheapest:g} kCHF and the dearest {dearest:g} kCHF. Choose a budget between them."
        )
    if problem.cheapest_allowed is not None and budget < problem.cheapest_allowed:
        raise ValueError(
            f"The budget of {budget:,.6g} kCHF buys no design of '{problem.name}' that keeps the side limits "
            f"({', '.join(problem.constraint_names)}): the cheapest allowed design costs "
            f"{problem.cheapest_allowed:,.6g} kCHF. Give at least that much."
        )
