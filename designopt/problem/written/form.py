"""The description of an object that people write, and what was read of one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, cast

from designopt.problem.written.fields import Field, Schema
from designopt.problem.written.values import listing_of, refuse_unknown, shown

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Form(Mapping[str, Field]):
    """The fields of an object by key, in the order in which they are read and told.

    Attributes:
        meaning: what the object is, in a sentence.
        old: keys of earlier versions, and what they are called today; they are read with a note.
        rule: further keywords of JSON Schema, for what depends on several fields.
    """

    def __init__(
        self,
        meaning: str,
        fields: Mapping[str, Field],
        old: Mapping[str, str] = NOTHING,
        rule: Mapping[str, Any] = NOTHING,
    ):
        self.meaning, self._fields, self.old, self.rule = meaning, dict(fields), dict(old), dict(rule)

    def __getitem__(self, key: str) -> Field:
        return self._fields[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def schema(self) -> Schema:
        """An object of these fields and no others, as JSON Schema."""
        properties = {key: described(entry) for key, entry in self.items()}
        for old, today in self.old.items():
            properties[old] = {**described(self[today]), "deprecated": True}
        needed = [key for key, entry in self.items() if entry.required]
        found: Schema = {"type": "object", "description": self.meaning, "properties": properties}
        return found | ({"required": needed} if needed else {}) | {"additionalProperties": False} | self.rule


def described(entry: Field) -> Schema:
    """The schema of a field with its meaning, unit and default; null is allowed where it may be left out."""
    found = entry.schema()
    if not entry.required:
        found = _or_null(found)
    unit = f" In {entry.unit}." if entry.unit else ""
    told: Schema = {"description": f"{entry.meaning}{unit}"}
    return found | told | ({} if entry.default is None else {"default": entry.default})


def _or_null(schema: Schema) -> Schema:
    kind = schema.get("type")
    if not isinstance(kind, str):
        return {"anyOf": [*(schema["anyOf"] if set(schema) == {"anyOf"} else [schema]), {"type": "null"}]}
    return {**schema, "type": [kind, "null"]} | ({"enum": [*schema["enum"], None]} if "enum" in schema else {})


@dataclass(frozen=True)
class Entry:
    """One object that was read: its values by key, its name in sentences, and the notes on the whole design.

    Made by `Entry.read`; objects inside it share its `notes`, which belong into the result's `warnings`. A field that
    is null counts as left out, and has its default, or None. `fields` is what was written, under the keys of today.
    """

    values: Mapping[str, Any]
    fields: Mapping[str, Any]
    where: str = "The design"
    notes: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, value: Any, form: Form, where: str = "The design", notes: list[str] | None = None) -> "Entry":
        """An object of the `form`; what was read already is returned as it is.

        An old key is read as the new one, and a note says so, once however often it is used. Raises ValueError, one
        sentence: no object, an unknown key (with the nearest known one), a missing field, a value that means nothing.
        """
        if isinstance(value, Entry):
            return value
        notes = [] if notes is None else notes
        if not isinstance(value, Mapping):
            raise ValueError(f"{where} has to be an object with the keys {', '.join(form)}, but is {shown(value)}.")
        fields: dict[str, Any] = {}
        for key, content in value.items():
            today = form.old.get(key, key) if isinstance(key, str) else key
            if today in fields:
                earlier = next(word for word, new in form.old.items() if new == today and word in value)
                raise ValueError(f"{where} has both '{earlier}' and '{today}', which mean the same. Leave one out.")
            if today != key:
                sentence = f"The key '{key}' is called '{today}' now; the old name is still read."
                notes += [] if sentence in notes else [sentence]
            fields[today] = content
        refuse_unknown(fields, list(form), where)
        return cls({key: _read(fields, key, form[key], where, notes) for key in form}, fields, where, notes)

    def __getitem__(self, key: str) -> Any:
        return self.values[key]

    def has(self, key: str) -> bool:
        """Whether the field has a value, written or by default."""
        return self.values[key] is not None

    def number(self, key: str) -> float:
        """The number of a field that has one."""
        return cast(float, self._there(key))

    def optional(self, key: str) -> float | None:
        """The number of a field, or None."""
        return cast(float | None, self.values[key])

    def whole(self, key: str) -> int:
        """The whole number of a field that has one."""
        return cast(int, self._there(key))

    def numbers(self, key: str) -> list[float]:
        """The numbers of a field that has a list of them."""
        return list(self._there(key))

    def word(self, key: str) -> str:
        """The word of a field that has one."""
        return cast(str, self._there(key))

    def part(self, key: str) -> "Entry | None":
        """The object of a field, or None."""
        return cast("Entry | None", self.values[key])

    def rows(self, key: str) -> "list[Entry]":
        """The objects of a list; an empty list where it is left out."""
        return list(self.values[key] or ())

    def needed(self, key: str, wanted: str) -> Any:
        """The value of a field that other fields make necessary. ValueError where it is left out."""
        if self.values[key] is None:
            raise ValueError(f"{self.where} has no '{key}'. Give {wanted}.")
        return self.values[key]

    def _there(self, key: str) -> Any:
        assert self.values[key] is not None, f"{key} has neither a value nor a default"
        return self.values[key]


@dataclass(frozen=True)
class Part:
    """An object inside an object, called `where` in sentences."""

    meaning: str
    form: Form
    where: str
    required: bool = False
    unit: str = ""
    default: None = None

    @property
    def wanted(self) -> str:
        """Its keys."""
        return f"an object with the keys {', '.join(self.form)}"

    @property
    def allowed(self) -> str:
        """Its keys have a table of their own."""
        return "object"

    def read(self, value: Any, what: str, notes: list[str]) -> Entry:
        """The object."""
        return Entry.read(value, self.form, self.where, notes)

    def schema(self) -> Schema:
        """That of its form."""
        return self.form.schema()


@dataclass(frozen=True)
class Rows:
    """A list of objects, called "`label` 1", "`label` 2", ... in sentences; `inside`: with the place of the list."""

    meaning: str
    form: Form
    label: str
    longest: int
    shortest: int = 1
    of: str = "objects"
    inside: bool = False
    unit: str = ""
    default: None = None

    @property
    def required(self) -> bool:
        """Whether there has to be one at least."""
        return self.shortest > 0

    @property
    def wanted(self) -> str:
        """A list of them."""
        return f"a list of {self.of}"

    @property
    def allowed(self) -> str:
        """How many."""
        return f"list of {self.shortest} to {self.longest} objects"

    def read(self, value: Any, what: str, notes: list[str]) -> list[Entry]:
        """The objects."""
        rows = listing_of(value, what, self.of, self.longest, self.shortest)
        place = f"{what}, {self.label}" if self.inside else self.label
        return [Entry.read(row, self.form, f"{place} {i + 1}", notes) for i, row in enumerate(rows)]

    def schema(self) -> Schema:
        """An array of objects."""
        size = {"minItems": self.shortest, "maxItems": self.longest}
        return {"type": "array", **size, "items": self.form.schema()}


def _read(fields: Mapping[str, Any], key: str, entry: Field, where: str, notes: list[str]) -> Any:
    value = fields.get(key)
    if value is not None:
        return entry.read(value, f"{where}: {key}", notes)
    if entry.required:
        raise ValueError(f"{where} has no '{key}'. Give {entry.wanted}.")
    return entry.default
