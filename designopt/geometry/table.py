"""A written design as a table: one row a layer, sensor, station or magnet, with units in the headings."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

SUFFIXES = {
    "mm": "mm", "um": "um", "cm": "cm", "m": "m", "t": "T", "tm": "T m", "gev": "GeV", "deg": "degrees", "x0": "X0",
    "kchf": "kCHF",
}  # fmt: skip
"""What the ends of JSON keys mean."""
Headings = Mapping[str, str | Sequence[str]]


def rows_of(written: Mapping[str, Any], headings: Headings) -> list[dict[str, Any]]:
    """Rows of a design as `designopt evaluate` reads it.

    `headings` has the unit of every key that does not end in one, and the headings of lists of plain numbers. The
    design's own numbers come first (part `design`), then every list, an object a row.
    """
    plain = {key: value for key, value in written.items() if not _is_table(value) and not isinstance(value, Mapping)}
    rows = [_row("design", "", plain, headings)] if plain else []
    for key, value in written.items():
        if isinstance(value, Mapping):
            rows.append(_row(key, "", value, headings))
        elif _is_table(value):
            for number, entry in enumerate(value, start=1):
                named = entry if isinstance(entry, Mapping) else _numbered(entry, headings.get(key, ()))
                rows.append(_row(key, number, named, headings))
    return rows


def by_slot(variables: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of a design by variable, `{name: {"unit", "values"}}`: one a slot, a column a variable."""
    columns = {f"{name} ({one['unit']})" if one.get("unit") else name: one["values"] for name, one in variables.items()}
    longest = max((len(values) for values in columns.values()), default=0)
    return [
        {"slot": slot + 1} | {name: values[slot] if slot < len(values) else "" for name, values in columns.items()}
        for slot in range(longest)
    ]


def as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as CSV; a column that a row does not have stays empty."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(entry, Mapping | list) for entry in value)


def _numbered(entry: Sequence[Any], own: str | Sequence[str]) -> dict[str, Any]:
    """A list of numbers under its headings; under plain numbers where they do not fit."""
    fits = not isinstance(own, str) and len(own) == len(entry)
    return dict(zip(own if fits else map(str, range(1, len(entry) + 1)), entry, strict=True))


def _row(part: str, number: int | str, entry: Mapping[str, Any], headings: Headings) -> dict[str, Any]:
    return {"part": part, "number": number} | {_heading(key, headings): _cell(value) for key, value in entry.items()}


def _heading(key: str, headings: Headings) -> str:
    name, _, end = key.rpartition("_")
    unit = SUFFIXES.get(end) if name else None
    if isinstance(own := headings.get(key), str):
        return f"{key.replace('_', ' ')} ({own})" if own else key.replace("_", " ")
    return f"{name.replace('_', ' ')} ({unit})" if unit else key.replace("_", " ")


def _cell(value: Any) -> Any:
    if isinstance(value, Mapping):
        return " ".join(str(_cell(part)) for part in value.values())
    return " + ".join(str(_cell(part)) for part in value) if isinstance(value, list) else "" if value is None else value
