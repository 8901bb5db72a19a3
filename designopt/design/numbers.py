"""Numbers at the doors: those of NumPy and JAX become Python's, and what is no number is refused in a sentence."""

import math
from typing import Any, NoReturn

import jax
import numpy as np


def plain(value: Any) -> Any:
    """The value with the numbers and arrays of NumPy and JAX as Python's numbers and lists, in containers too."""
    if isinstance(value, np.generic | np.ndarray | jax.Array):
        return np.asarray(value).tolist()
    if isinstance(value, dict):
        return {plain(key): plain(part) for key, part in value.items()}
    if type(value) in (list, tuple):
        return type(value)(plain(part) for part in value)
    return value


def whole(value: Any, name: str) -> int:
    """A whole number as Python's; 200.0 counts as one.

    Raises ValueError for anything else, booleans and text too; `name` begins the sentence ("The budget").

    Args:
        value: a number of Python, NumPy or JAX.
        name: what begins the sentence of an error, such as "The budget".
    """
    number = _number(plain(value), name, "whole number")
    if not float(number).is_integer():
        _refuse(value, name, "whole number")
    return int(number)


def real(value: Any, name: str) -> float:
    """A finite number as Python's float. Raises ValueError for anything else, booleans and text too.

    Args:
        value: a number of Python, NumPy or JAX.
        name: what begins the sentence of an error, such as "The budget".
    """
    return float(_number(plain(value), name, "number"))


def truth(value: Any, name: str) -> bool:
    """True or False as Python's. Raises ValueError for anything else, numbers too.

    Args:
        value: a truth value of Python, NumPy or JAX.
        name: what begins the sentence of an error, such as "The budget".
    """
    found = plain(value)
    if not isinstance(found, bool):
        raise ValueError(f"{name} is {shown(value)}. Write True or False.")
    return found


def shown(value: Any) -> str:
    """A value as an error names it: at most sixty characters of what Python shows of it."""
    try:
        text = repr(plain(value))
    except (ValueError, RecursionError):  # whole numbers of thousands of digits, lists in lists without end
        text = f"a {type(value).__name__} too large to be shown"
    return text if len(text) <= 60 else f"{text[:57]}..."


def _number(found: Any, name: str, wanted: str) -> int | float:
    if isinstance(found, bool | str | bytes):
        _refuse(found, name, wanted)
    try:
        number = float(found)
    except (TypeError, ValueError, OverflowError):
        _refuse(found, name, wanted)
    if not math.isfinite(number):
        raise ValueError(f"{name} is {number}, but it has to be finite. Give a {wanted}.")
    return found if isinstance(found, int) else number


def _refuse(value: Any, name: str, wanted: str) -> NoReturn:
    raise ValueError(f"{name} is {shown(value)}, which is no {wanted}. Give a {wanted}.")
