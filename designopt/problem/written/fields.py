"""Kinds of fields of a written design: what each means, reads, refuses, and says to a validator and to people."""

from dataclasses import dataclass
from typing import Any, Protocol, get_args, runtime_checkable

from designopt.design.declared import Range
from designopt.problem.written.values import LARGEST, choice_of, number_of, of_unit, shown, whole_of

Schema = dict[str, Any]
"""Keywords of JSON Schema (draft 2020-12)."""


@runtime_checkable
class Field(Protocol):
    """One field of an object that people write: its meaning, its values, and what stands for a missing one."""

    @property
    def meaning(self) -> str:
        """What it is, in a sentence."""

    @property
    def unit(self) -> str:
        """What a number of it is in."""

    @property
    def required(self) -> bool:
        """Whether it has to be there."""

    @property
    def default(self) -> Any:
        """What is read where it is left out or null; None: nothing."""

    @property
    def wanted(self) -> str:
        """What to give, as an error says it: "a number of mm"."""

    @property
    def allowed(self) -> str:
        """The values that are allowed, for tables."""

    def read(self, value: Any, what: str, notes: list[str]) -> Any:
        """The value of a field called `what` in sentences. ValueError for what means nothing; `notes` may grow."""

    def schema(self) -> Schema:
        """The same as JSON Schema, for a value that is not null."""


def limits_of(annotation: Any) -> tuple[float, float]:
    """The range of an annotated type of `option_ranges` and its kin: `Annotated[float, Range(0, 1)]`."""
    mark = next(mark for mark in get_args(annotation)[1:] if isinstance(mark, Range))
    return mark.lower, mark.upper


@dataclass(frozen=True)
class Number:
    """A number from `lower` to `upper`, both included; with `or_zero` also 0, which then means "none".

    `small` and `large` are sentences for what lies beyond; `tiny` refuses what lies between 0 and `lower`. A number
    that is not 0 and whose size is below `finest` is taken with a note: nobody writes a place or an angle so exactly.
    """

    meaning: str
    lower: float
    upper: float
    unit: str = ""
    default: float | None = None
    required: bool = False
    small: str = ""
    large: str = ""
    or_zero: bool = False
    tiny: str = ""
    finest: float = 0.0

    @property
    def wanted(self) -> str:
        """A number, with its unit."""
        return f"a number{of_unit(self.unit)}"

    @property
    def allowed(self) -> str:
        """Its range."""
        low, high = f"{self.lower:g}", f"{self.upper:g}"
        if self.lower <= -LARGEST:
            return "any number" if self.upper >= LARGEST else f"up to {high}"
        span = f"{low} or more" if self.upper >= LARGEST else f"{low} to {high}"
        return f"0, or {span}" if self.or_zero else span

    def read(self, value: Any, what: str, notes: list[str]) -> float:
        """See `number_of`."""
        lower = 0.0 if self.or_zero else self.lower
        found = number_of(value, what, lower, self.upper, self.unit, self.small, self.large)
        if self.or_zero and 0.0 < found < self.lower:
            raise ValueError(f"{what} is {found:g} {self.unit}, {self.tiny}")
        if 0.0 < abs(found) < self.finest:
            note = f"{what} is {found:g} {self.unit}, next to nothing: look at its unit, or write 0."
            notes.extend([note] if note not in notes else [])
        return found

    def schema(self) -> Schema:
        """A number with its range."""
        low = 0.0 if self.or_zero else self.lower
        found: Schema = {"type": "number", "minimum": max(low, -LARGEST), "maximum": min(self.upper, LARGEST)}
        return found | ({"not": {"exclusiveMinimum": 0, "exclusiveMaximum": self.lower}} if self.or_zero else {})


@dataclass(frozen=True)
class Whole:
    """A whole number from `lower` to `upper`, both included; 3.0 is one, true is none."""

    meaning: str
    lower: int
    upper: int
    default: int | None = None
    required: bool = False
    hint: str = ""
    unit: str = ""
    wanted: str = "a whole number"

    @property
    def allowed(self) -> str:
        """Its range."""
        return f"whole, {self.lower} to {self.upper}"

    def read(self, value: Any, what: str, notes: list[str]) -> int:
        """See `whole_of`."""
        return whole_of(value, what, self.lower, self.upper, self.hint)

    def schema(self) -> Schema:
        """An integer with its range."""
        return {"type": "integer", "minimum": self.lower, "maximum": self.upper}


@dataclass(frozen=True)
class Word:
    """One of the known words; `name` is what errors call the field, if not by its place and key."""

    meaning: str
    words: tuple[str, ...]
    default: str | None = None
    required: bool = False
    name: str = ""
    unit: str = ""

    @property
    def wanted(self) -> str:
        """The words."""
        return f"one of {', '.join(self.words)}"

    @property
    def allowed(self) -> str:
        """The words."""
        return ", ".join(f'"{word}"' for word in self.words)

    def read(self, value: Any, what: str, notes: list[str]) -> str:
        """See `choice_of`."""
        return choice_of(value, self.name or what, self.words)

    def schema(self) -> Schema:
        """The words."""
        return {"type": "string", "enum": list(self.words)}


@dataclass(frozen=True)
class Text:
    """Text that only people read, such as a name."""

    meaning: str
    required: bool = False
    unit: str = ""
    default: None = None
    wanted: str = "text"
    allowed: str = "text"

    def read(self, value: Any, what: str, notes: list[str]) -> str:
        """The text. ValueError for anything else."""
        if not isinstance(value, str):
            raise ValueError(f"{what} is {shown(value)}, which is no text. Write it in quotation marks.")
        return value

    def schema(self) -> Schema:
        """Any string."""
        return {"type": "string"}
