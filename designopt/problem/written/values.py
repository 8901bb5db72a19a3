"""Single values that people write down: read or refused, in the same words whatever means nothing."""

import math
from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral, Real
from reprlib import Repr
from typing import Any

import numpy as np

from designopt.suggestion import suggestion

LARGEST = 1e300
"""Numbers beyond it are refused everywhere: their squares are not finite, whatever they are meant to be."""

_SHORT = Repr()
_SHORT.maxstring = _SHORT.maxlong = _SHORT.maxother = 60
_SHORT.maxlevel = 2


def shown(value: Any) -> str:
    """A value as an error quotes it: short, however long or deeply nested it is."""
    if isinstance(value, Integral) and not isinstance(value, bool):
        return str(int(value)) if abs(int(value)) < 10**60 else "a whole number of more than 60 digits"
    return f"{value:g}" if isinstance(value, float) else _SHORT.repr(value)


def refuse_unknown(entry: Mapping[Any, Any], keys: Sequence[str], where: str = "The design") -> None:
    """Raise ValueError for a key that means nothing here, with the closest one that does."""
    for key in entry:
        if key not in keys:
            raise ValueError(f"{where} has the unknown key {shown(key)}.{suggestion(str(key)[:60], keys)}")


def number_of(
    value: Any, what: str, lower: float, upper: float, unit: str = "", small: str = "", large: str = ""
) -> float:
    """A number from `lower` to `upper`, both included, or a ValueError: "`what` is ..., but it has to lie between ...".

    Python's and numpy's numbers are numbers; True and False, text and None are not. `small` and `large` are sentences
    for what lies below and above the range: what it looks like, or what to do.
    """
    number = _plain(value)
    if number is None:
        raise ValueError(f"{what} is {shown(value)}, which is no number. Give a number{of_unit(unit)}.")
    if not (abs(number) <= LARGEST and lower <= number <= upper):
        if upper >= LARGEST:
            allowed = f"{lower:g} or more" if lower > -LARGEST else "finite"
        else:
            allowed = f"between {lower:g} and {upper:g}" if lower > -LARGEST else f"{upper:g} or less"
        hint = small if number < lower else large if number > upper else ""
        unit = f" {unit}" if unit else ""
        raise ValueError(f"{what} is {shown(value)}, but it has to be {allowed}{unit}. {hint}".rstrip())
    return float(number)


def whole_of(value: Any, what: str, lower: int, upper: int, hint: str = "") -> int:
    """A whole number from `lower` to `upper`, both included, or a ValueError; 3.0 is one, True is none."""
    number = _plain(value)
    if number is None or (isinstance(number, float) and not number.is_integer()):
        raise ValueError(f"{what} is {shown(value)}, but it has to be a whole number. {hint}".rstrip())
    if not lower <= number <= upper:
        raise ValueError(
            f"{what} is {shown(value)}, but it has to be a whole number from {lower} to {upper}. {hint}".rstrip()
        )
    return int(number)


def _plain(value: Any) -> int | float | None:
    """Python's number of a number of Python, numpy or fractions; None for True, False and whatever is none."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, Real):
        return None
    try:
        return int(value) if isinstance(value, Integral) else float(value)
    except OverflowError:
        return math.inf


def listing_of(value: Any, what: str, of: str, longest: int, shortest: int = 1) -> list[Any]:
    """A list (or tuple, or array) of `shortest` to `longest` items, or a ValueError. `of` says of what: "layers"."""
    items = value.tolist() if isinstance(value, np.ndarray) else value
    if not isinstance(items, Sequence) or isinstance(items, str | bytes) or len(items) < shortest:
        wanted = f"at least {shortest} {of}" if shortest else of
        raise ValueError(f"{what} is {shown(value)}. Give a list of {wanted}.")
    if len(items) > longest:
        raise ValueError(f"{what} has {len(items)} items, but {longest} {of} are the most that make sense here.")
    return list(items)


def choice_of(value: Any, what: str, known: Iterable[str]) -> str:
    """One of the known words, or a ValueError with the closest one."""
    words = list(known)
    if not isinstance(value, str) or value not in words:
        near = suggestion(value[:60] if isinstance(value, str) else "", words)
        raise ValueError(f"{what} is {shown(value)}, which is not known here.{near}")
    return value


def of_unit(unit: str) -> str:
    """' of mm', or nothing for a number without a unit."""
    return f" of {unit}" if unit else ""
