"""Designs that people write down: one reader of fields, which refuses in the same words whatever means nothing."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Integral, Real
from reprlib import Repr
from types import MappingProxyType
from typing import Any

import numpy as np

from designopt.suggestion import suggestion

LARGEST = 1e300
"""Numbers beyond it are refused everywhere: their squares are not finite, whatever they are meant to be."""
NOTHING: Mapping[str, str] = MappingProxyType({})

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
        raise ValueError(f"{what} is {shown(value)}, which is no number. Give a number{_of(unit)}.")
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


@dataclass(frozen=True)
class Entry:
    """One object of a design, such as a layer: its fields, its name in sentences, and the notes on the whole design.

    Made by `Entry.read`; entries inside it come from `entry` and `entries` and share its `notes`, which belong into
    the result's `warnings`. A field that is null counts as left out. Every method raises ValueError, one sentence.
    """

    fields: Mapping[str, Any]
    where: str = "The design"
    notes: list[str] = field(default_factory=list)

    @classmethod
    def read(
        cls,
        value: Any,
        keys: Sequence[str],
        where: str = "The design",
        old: Mapping[str, str] = NOTHING,
        notes: list[str] | None = None,
    ) -> "Entry":
        """An object with the known `keys`. `old` maps keys of earlier versions to those of today.

        An old key is read as the new one, and a note says so, once however often it is used.
        """
        notes = [] if notes is None else notes
        if not isinstance(value, Mapping):
            raise ValueError(f"{where} has to be an object with the keys {', '.join(keys)}, but is {shown(value)}.")
        fields: dict[str, Any] = {}
        for key, content in value.items():
            today = old.get(key, key)
            if today in fields:
                earlier = next(word for word, new in old.items() if new == today and word in value)
                raise ValueError(f"{where} has both '{earlier}' and '{today}', which mean the same. Leave one out.")
            if today != key:
                sentence = f"The key '{key}' is called '{today}' now; the old name is still read."
                notes += [] if sentence in notes else [sentence]
            fields[today] = content
        refuse_unknown(fields, keys, where)
        return cls(fields, where, notes)

    def has(self, key: str) -> bool:
        """Whether the field is there and not null."""
        return self.fields.get(key) is not None

    def number(
        self,
        key: str,
        lower: float,
        upper: float,
        unit: str = "",
        default: float | None = None,
        small: str = "",
        large: str = "",
    ) -> float:
        """The number of a field; `default` where it is left out, required without one. See `number_of`."""
        if not self.has(key) and default is not None:
            return default
        return number_of(self._needed(key, f"a number{_of(unit)}"), self._what(key), lower, upper, unit, small, large)

    def optional(
        self, key: str, lower: float, upper: float, unit: str = "", small: str = "", large: str = ""
    ) -> float | None:
        """As `number`, but None where the field is left out or null."""
        return self.number(key, lower, upper, unit, None, small, large) if self.has(key) else None

    def whole(self, key: str, lower: int, upper: int, default: int | None = None, hint: str = "") -> int:
        """The whole number of a field; `default` where it is left out, required without one."""
        if not self.has(key) and default is not None:
            return default
        return whole_of(self._needed(key, "a whole number"), self._what(key), lower, upper, hint)

    def numbers(
        self,
        key: str,
        lower: float,
        upper: float,
        unit: str = "",
        default: Sequence[float] | None = None,
        longest: int = 1000,
        small: str = "",
        large: str = "",
    ) -> list[float]:
        """The list of at least one number of a field; `default` where it is left out, required without one."""
        if not self.has(key) and default is not None:
            return list(default)
        items = self.listing(key, f"number{_of(unit)}", longest)
        return [number_of(item, f"A value of {self._what(key)}", lower, upper, unit, small, large) for item in items]

    def listing(self, key: str, of: str, longest: int, shortest: int = 1) -> list[Any]:
        """The list of a field, `shortest` to `longest` items; an empty one where it is left out and may be empty."""
        if not self.has(key) and not shortest:
            return []
        return listing_of(self._needed(key, f"a list of {of}"), self._what(key), of, longest, shortest)

    def choice(self, key: str, known: Iterable[str], default: str | None = None) -> str:
        """One of the known words; `default` where the field is left out, required without one."""
        words = list(known)
        if not self.has(key) and default is not None:
            return default
        return choice_of(self._needed(key, f"one of {', '.join(words)}"), self._what(key), words)

    def entry(self, key: str, keys: Sequence[str], where: str, old: Mapping[str, str] = NOTHING) -> "Entry | None":
        """The object of a field, called `where` in sentences; None where it is left out or null."""
        return Entry.read(self.fields[key], keys, where, old, self.notes) if self.has(key) else None

    def entries(
        self,
        key: str,
        keys: Sequence[str],
        label: str,
        longest: int,
        shortest: int = 1,
        old: Mapping[str, str] = NOTHING,
    ) -> "list[Entry]":
        """The objects of a list, called "`label` 1", "`label` 2", ... in sentences."""
        rows = self.listing(key, "objects", longest, shortest)
        return [Entry.read(row, keys, f"{label} {i + 1}", old, self.notes) for i, row in enumerate(rows)]

    def _needed(self, key: str, what: str) -> Any:
        if not self.has(key):
            raise ValueError(f"{self.where} has no '{key}'. Give {what}.")
        return self.fields[key]

    def _what(self, key: str) -> str:
        return f"{self.where}: {key}"


def _of(unit: str) -> str:
    return f" of {unit}" if unit else ""
