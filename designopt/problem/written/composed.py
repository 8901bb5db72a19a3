"""Fields that are made of others: lists, values that may be written in several ways, readers of their own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from designopt.problem.written.fields import Field, Number, Schema
from designopt.problem.written.values import listing_of, of_unit, shown


@dataclass(frozen=True)
class Listing:
    """A list of `shortest` to `longest` items of one kind; `of` says of what in sentences: "number of GeV"."""

    meaning: str
    item: Field
    of: str
    longest: int = 1000
    shortest: int = 1
    default: Sequence[Any] | None = None
    required: bool = False

    @property
    def unit(self) -> str:
        """That of its items."""
        return self.item.unit

    @property
    def wanted(self) -> str:
        """A list of these."""
        return f"a list of {self.of}"

    @property
    def allowed(self) -> str:
        """How many, and what each may be."""
        count = f"{self.shortest}" if self.shortest == self.longest else f"{self.shortest} to {self.longest}"
        return f"list of {count}; each {self.item.allowed}"

    def read(self, value: Any, what: str, notes: list[str]) -> list[Any]:
        """Every item read."""
        items = listing_of(value, what, self.of, self.longest, self.shortest)
        return [self.item.read(item, f"A value of {what}", notes) for item in items]

    def schema(self) -> Schema:
        """An array."""
        size = {"minItems": self.shortest, "maxItems": self.longest}
        return {"type": "array", **size, "items": self.item.schema()}


@dataclass(frozen=True)
class Either:
    """A field that may be written in several ways, told apart by the kind of value: text, a list, or else a number."""

    meaning: str
    number: Field | None = None
    text: Field | None = None
    listing: Field | None = None
    required: bool = False
    default: Any = None

    @property
    def _ways(self) -> list[Field]:
        return [way for way in (self.text, self.number, self.listing) if way is not None]

    @property
    def unit(self) -> str:
        """That of the number."""
        return self.number.unit if self.number else ""

    @property
    def wanted(self) -> str:
        """Any of the ways."""
        return ", or ".join(way.wanted for way in self._ways)

    @property
    def allowed(self) -> str:
        """Any of the ways."""
        return "; or ".join(way.allowed for way in self._ways)

    def read(self, value: Any, what: str, notes: list[str]) -> Any:
        """Read in the way of the value's kind. ValueError for a kind that is none of them."""
        way = self.text if isinstance(value, str) else self.listing if _many(value) else self.number
        if way is None:
            raise ValueError(f"{what} is {shown(value)}. Give {self.wanted}.")
        return way.read(value, what, notes)

    def schema(self) -> Schema:
        """Any of the ways."""
        return {"anyOf": [way.schema() for way in self._ways]}


@dataclass(frozen=True)
class Special:
    """A field with a reader of its own: `reader(value, what)` and the schema that says the same."""

    meaning: str
    reader: Callable[[Any, str], Any]
    told: Mapping[str, Any]
    wanted: str
    allowed: str
    unit: str = ""
    default: Any = None
    required: bool = False

    def read(self, value: Any, what: str, notes: list[str]) -> Any:
        """What its reader gives."""
        return self.reader(value, what)

    def schema(self) -> Schema:
        """What it was made with."""
        return dict(self.told)


def numbers(meaning: str, lower: float, upper: float, unit: str = "", default: Sequence[float] | None = None,
            small: str = "", large: str = "", longest: int = 1000, required: bool = False,
            finest: float = 0.0) -> Listing:  # fmt: skip
    """A list of at least one number, each from `lower` to `upper`."""
    item = Number(meaning, lower, upper, unit, small=small, large=large, finest=finest)
    return Listing(meaning, item, f"number{of_unit(unit)}", longest, 1, default, required)


def _many(value: Any) -> bool:
    return isinstance(value, np.ndarray) or (isinstance(value, Sequence) and not isinstance(value, str | bytes))
