"""A winning design as a table: every filled slot with its variables in their units, equal neighbours in one row."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from designopt.records.files.whole_file import write_whole
from designopt.report.tables.table import MISSING, Column, Table, number

EMPTY = 0.5
"""A gate below this is an empty slot: built designs have whole numbers."""

Variable = dict[str, Any]
Written = Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]
"""A design as `designopt evaluate` reads it: the problem's entry of the header, the design as built."""
Value = float | str | None


def design_table(name: str, variables: Sequence[Variable], design: dict[str, Any]) -> Table:
    """One row per filled slot of the design, or per run of equal neighbours; without slots: one row.

    `variables` as `problem.requirements.question` describes them; a series shorter than others ends earlier.
    """
    known = [variable for variable in variables if variable["name"] in design]
    slots = [(place, row) for place, row in enumerate(_slots(known, design), start=1) if row is not None]
    rows: list[dict[str, Any]] = []
    for place, row in slots:
        if rows and place == rows[-1]["last"] + 1 and all(rows[-1][key] == value for key, value in row.items()):
            rows[-1]["last"] = place
        else:
            rows.append({"first": place, "last": place, **row})
    columns = [Column(("first", "last"), "slot", _place)]
    columns += [Column((v["name"],), _heading(v), _shown(v["name"])) for v in known if _tells(v)]
    empty = max((v["slots"] or 1 for v in known), default=1) - len(slots)
    left = f"; {empty} {'slot is' if empty == 1 else 'slots are'} empty" if empty else ""
    mixed = any("choices" in variable and variable["slots"] for variable in known)
    caption = f"The design of {name} as built, in the order of its slots{left}."
    caption += " A size of what a slot did not choose means nothing." if mixed else ""
    return Table("design", caption, columns, rows)


def write_design(
    path: Path,
    problem: dict[str, Any],
    variables: Sequence[Variable],
    winner: dict[str, Any],
    written: Written | None = None,
) -> None:
    """Write a winning design as `designopt evaluate` reads it, and beside it, as `.found.json`, what was found of it.

    `written` gives a design of a ledger in its problem's own words. Without it, and where a problem has none, the
    design is written by variable with units: `{"problem", "budget_kchf", "variables": {name: {"unit", "values"}}}`.
    """
    series = {}
    for variable in variables:
        values = [_value(variable, winner["design"][variable["name"]], slot) for slot in range(variable["slots"] or 1)]
        unit = variable.get("unit") or ("choice" if "choices" in variable else "")
        series[variable["name"]] = {"unit": unit, "values": values}
    plain = {"problem": problem["name"], "budget_kchf": problem["budget"], "variables": series}
    told = {"problem": problem["name"], "options": problem["options"], "budget_kchf": problem["budget"]}
    found = {name: winner[name] for name in ("score", "score_error", "cost", "cost_items", "violations", "metrics")}
    path.parent.mkdir(exist_ok=True)
    own = plain if written is None else written(problem, winner["design"])
    for place, content in ((path, own), (path.with_suffix(".found.json"), {**told, **found, "variables": series})):
        write_whole(place, (json.dumps(content, indent=1) + "\n").encode())


def _slots(variables: Sequence[Variable], design: dict[str, Any]) -> list[dict[str, Value] | None]:
    """The values of each slot by variable; None where the slot is empty."""
    count = max((variable["slots"] or 1 for variable in variables), default=1)
    table: list[dict[str, Value] | None] = []
    for slot in range(count):
        row: dict[str, Value] = {}
        filled = True
        for variable in variables:
            value = _value(variable, design[variable["name"]], slot)
            row[variable["name"]] = value
            gate = variable["gate"]
            if gate is True and isinstance(value, float):
                filled &= value >= EMPTY
            elif gate:
                filled &= value != gate
        table.append(row if filled else None)
    return table


def _value(variable: Variable, stored: Any, slot: int) -> Value:
    values = np.asarray(stored)
    if variable["slots"] is not None:
        if slot >= variable["slots"]:
            return None
        values = values[slot]
    elif slot:
        return None
    if "choices" in variable:
        return str(variable["choices"][int(np.argmax(values))])
    return float(f"{float(values) / variable.get('scale', 1.0):.9g}")


def _tells(variable: Variable) -> bool:
    """Whether a column of it says something: a gate that is 1 in every row does not."""
    return variable["gate"] is not True or variable.get("levels", 1) > 1


def _heading(variable: Variable) -> str:
    unit = variable.get("unit")
    return variable["name"].replace("_", " ") + (f" ({unit})" if unit else "")


def _place(row: dict[str, Any]) -> str:
    return str(row["first"]) if row["first"] == row["last"] else f"{row['first']}–{row['last']}"


def _shown(name: str) -> Any:
    def text(row: dict[str, Any]) -> str:
        value = row[name]
        if value is None or isinstance(value, str):
            return MISSING if value is None else value
        mantissa, times, power = number(value).partition("×")
        return (mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa) + times + power

    return text
