"""Arguments are what their annotations declare: numbers become Python's, and what is out of range is refused."""

import dataclasses
import functools
import inspect
import os
import types
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Annotated, Any, Literal, ParamSpec, TypeVar, Union, get_args, get_origin, get_type_hints

import jax
import numpy as np

from designopt.design.numbers import plain, real, shown, truth, whole

Arguments = ParamSpec("Arguments")
Made = TypeVar("Made")


LARGE, VAST = 1e9, 1e15
"""Counts and other numbers beyond them are slips of the hand: no search ends that has so many of anything."""
MOST_ITEMS = 100_000
"""Values that any list of arguments may have: nobody writes more, and an iterable may never end."""
LONGEST_TEXT = 4096
"""Characters of any text among arguments: as many as a path of Linux may have."""


@dataclasses.dataclass(frozen=True)
class Range:
    """Where a number has to lie, as part of an annotation; `open` leaves the lower end out."""

    lower: float
    upper: float = float("inf")
    open: bool = False

    def check(self, value: float, name: str) -> None:
        """Raise ValueError if a number lies outside.

        Args:
            value: the number.
            name: what begins the sentence of the error, such as "The budget".
        """
        if value < self.lower or value > self.upper or (self.open and value == self.lower):
            found = shown(value) if isinstance(value, int) else f"{value:g}"
            raise ValueError(f"{name} is {found}, but it has to be {self}. Correct it.")

    def __str__(self) -> str:
        if LARGE <= self.upper < float("inf") and self.lower >= 0:
            return f"{'positive' if self.open and not self.lower else self._least()} and at most {self.upper:g}"
        if self.upper < float("inf"):
            above = "above " if self.open else ""
            return f"{above}{self.lower:g} to {self.upper:g}"
        return self._least()

    def _least(self) -> str:
        if self.open:
            return "positive" if self.lower == 0 else f"above {self.lower:g}"
        return f"at least {self.lower:g}"


@dataclasses.dataclass(frozen=True)
class Most:
    """How many values a list may have, as part of an annotation."""

    items: int

    def check(self, value: Sequence[Any], name: str) -> None:
        """Raise ValueError if there are more, or none."""
        if not 1 <= len(value) <= self.items:
            raise ValueError(f"{name} has {len(value)} values. Give 1 to {self.items}.")


Count = Annotated[int, Range(1, LARGE)]
"""A number of things, at least one."""
Positive = Annotated[float, Range(0.0, VAST, open=True)]
"""A number above zero."""
NotNegative = Annotated[float, Range(0.0, VAST)]
"""A number that may be zero."""
Share = Annotated[float, Range(0.0, 1.0)]
"""A part of a whole, 0 to 1."""
Growth = Annotated[float, Range(1.0, LARGE, open=True)]
"""A factor that makes larger."""


def converted(kind: Any, value: Any, name: str) -> Any:
    """A value as its annotation `kind` declares it; `name` begins the sentence of an error ("The budget").

    Numbers of NumPy and JAX become Python's, sequences (arrays, generators) tuples; kinds of other libraries pass as
    they are. Raises ValueError for a value of another kind, or out of its `Range`.
    """
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        found = converted(parts[0], value, name)
        for mark in (mark for mark in parts[1:] if isinstance(mark, Range | Most)):
            mark.check(found, name)
        return found
    if origin in (Union, types.UnionType):
        return _one_of(parts, value, name)
    if origin is Literal:
        if value not in parts:
            raise ValueError(f"{name} is {shown(value)}. Write one of {', '.join(map(repr, parts))}.")
        return value
    if origin in (Sequence, tuple, list) and parts:
        return _sequence(parts, value, name)
    if origin in (Mapping, dict) and not isinstance(value, Mapping):
        raise ValueError(f"{name} is {described(value)}. Give values by name, as a dictionary.")
    if origin is dict:
        return {key: converted(parts[1], part, f"{name}, {shown(key)},") for key, part in value.items()}
    if kind in _SIMPLE:
        return _SIMPLE[kind](value, name)
    if isinstance(kind, type) and (dataclasses.is_dataclass(kind) or inspect.isabstract(kind)):
        if not isinstance(value, kind):
            raise ValueError(f"{name} is {described(value)}. Give {_article(kind.__name__)} {kind.__name__}.")
        return value
    big = isinstance(value, np.ndarray | jax.Array) and np.ndim(value) > 0
    return value if big else plain(value)


def convert_fields(instance: Any, who: str, but: Sequence[str] = ()) -> None:
    """Make the fields of a dataclass what their annotations declare, `but` for some; `who` names it in errors."""
    of: Any = type(instance)
    hints = _hints(of)
    for field in dataclasses.fields(instance):
        if field.init and field.name in hints and field.name not in but:
            before = getattr(instance, field.name)
            found = converted(hints[field.name], before, f"The {field.name.replace('_', ' ')} of {who}")
            if found is not before:
                object.__setattr__(instance, field.name, found)


def arguments_as_declared(function: Callable[..., Any], arguments: Mapping[str, Any], who: str) -> dict[str, Any]:
    """Keyword arguments of a function as its annotations declare them. Raises ValueError as `converted` does.

    Args:
        function: whose annotations count.
        arguments: by keyword.
        who: what names the function in errors.
    """
    hints = _hints(function)
    return {
        option: converted(hints.get(option, Any), value, f"The option '{option}' of {who}")
        for option, value in arguments.items()
    }


def declared(function: Callable[Arguments, Made]) -> Callable[Arguments, Made]:
    """Decorator: the function gets its arguments as its annotations declare them."""
    signature = inspect.signature(function)

    @functools.wraps(function)
    def checked(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Made:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return function(**arguments_as_declared(function, bound.arguments, function.__name__))  # type: ignore[call-arg]

    return checked


def described(value: Any) -> str:
    """A value that is of the wrong kind, as an error names it."""
    if isinstance(value, type):
        return f"the class {value.__name__} itself (write {value.__name__}() for one of them)"
    if isinstance(value, str):
        return f"the text {shown(value)}"
    return f"{shown(value)} ({type(value).__name__})"


def _one_of(kinds: tuple[Any, ...], value: Any, name: str) -> Any:
    if value is None and type(None) in kinds:
        return None
    others = [kind for kind in kinds if kind is not type(None)]
    return converted(others[0], value, name) if len(others) == 1 else plain(value)


def _sequence(parts: tuple[Any, ...], value: Any, name: str) -> tuple[Any, ...]:
    if isinstance(value, str | bytes | Mapping):
        raise ValueError(f"{name} is {described(value)}. Give a list.")
    found = value if isinstance(value, list | tuple) else plain(value)
    try:
        items = list(islice(found, MOST_ITEMS + 1))
    except TypeError:
        raise ValueError(f"{name} is {shown(value)}. Give a list, such as [{shown(value)}].") from None
    if len(items) > MOST_ITEMS:
        raise ValueError(f"{name} has more than {MOST_ITEMS} values. Give fewer.")
    kinds = parts[:1] * len(items) if len(parts) == 1 or parts[1] is Ellipsis else parts
    if len(kinds) != len(items):
        raise ValueError(f"{name} has {len(items)} values: {shown(items)}. Give {len(kinds)}.")
    return tuple(
        converted(kind, item, f"{name}, value {i + 1},")
        for i, (kind, item) in enumerate(zip(kinds, items, strict=True))
    )


def _text(value: Any, name: str) -> str:
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    if not isinstance(value, str):
        raise ValueError(f"{name} is {described(value)}. Give text.")
    if len(value) > LONGEST_TEXT:
        raise ValueError(f"{name} is {shown(value)}, a text of {len(value)} characters. Give a shorter one.")
    if odd := next((letter for letter in value if ord(letter) < 32), ""):
        raise ValueError(f"{name} is {shown(value)}, with the control character {odd!r}. Leave it out.")
    return str(value)


_SIMPLE: dict[Any, Callable[[Any, str], Any]] = {int: whole, float: real, bool: truth, str: _text}


@functools.lru_cache(maxsize=256)
def _hints(function: Any) -> dict[str, Any]:
    """Annotations; none where they name what only a type checker imports."""
    try:
        return get_type_hints(function, include_extras=True)
    except (NameError, TypeError):
        return {}


def _article(word: str) -> str:
    return "an" if word[:1] in "AEIOU" else "a"
