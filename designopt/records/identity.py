"""What makes a run the run it is: study, problem, optimiser's settings, seed, allowance; versions are only reported."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

IDENTITY = ("study", "problem", "optimiser", "seed", "allowance", "start")
ENTRANT = ("name", "library", "settings")
"""What of an optimiser must be the same. A new version is only reported: replay decides. A role changes no trial."""
SHOWN = 4
"""Differences that a sentence names."""


class LedgerMismatch(ValueError):
    """What is on disk belongs to another problem, optimiser, seed or allowance."""


def flattened(values: Mapping[str, Any], stem: str = "") -> dict[str, str]:
    """Nested entries as a dotted name and a text each: `{"a": {"b": 1}}` becomes `{"a.b": "1"}`."""
    flat: dict[str, str] = {}
    for key, value in values.items():
        name = f"{stem}{key}"
        if isinstance(value, Mapping):
            flat |= flattened(value, f"{name}.")
        else:
            flat[name] = value if isinstance(value, str) else json.dumps(value)
    return flat


def identity(header: Mapping[str, Any]) -> dict[str, Any]:
    """The entries of a header that tell one run from another, as JSON values."""
    optimiser = header.get("optimiser") or {}
    entrant = {key: optimiser[key] for key in ENTRANT if key in optimiser}
    whole = {name: header.get(name) for name in IDENTITY} | {"optimiser": entrant}
    return dict(_alike(json.loads(json.dumps(whole, sort_keys=True))))


def _alike(value: Any) -> Any:
    """JSON values with one form for equal numbers: 2.0 is 2."""
    if isinstance(value, dict):
        return {key: _alike(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_alike(part) for part in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def mark(header: Mapping[str, Any]) -> str:
    """Eight hexadecimal digits that tell variants of a run apart: of its problem, its settings and its allowance."""
    mine = identity(header)
    whole = [mine["problem"], mine["optimiser"].get("settings"), mine["allowance"]]
    whole += [mine["start"]] if mine["start"] else []  # runs that begin from nothing are named as they always were
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()[:8]


def cell(header: Mapping[str, Any]) -> tuple[str, float, str, int]:
    """What people call a run: problem, budget, optimiser and seed."""
    problem = header["problem"]
    return problem["name"], float(problem["budget"]), header["optimiser"]["name"], int(header["seed"])


def is_beginning_of(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether two headers are of one run but for the allowance, of which the wanted run has more."""
    return bool(
        found["allowance"] < wanted["allowance"]
        and identity({**found, "allowance": None}) == identity({**wanted, "allowance": None})
    )


def unlike(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
    """Every difference between two runs, in words that follow "its": none if they are the same run."""
    before, now = (flattened(identity(header)) for header in (found, wanted))
    keys = [key for key in {**now, **before} if before.get(key) != now.get(key)]
    return [f"{key} is {before.get(key, 'absent')}, not {now.get(key, 'absent')}" for key in keys]


def listed(differences: list[str]) -> str:
    """The first few of them, and how many there are besides."""
    more = len(differences) - SHOWN
    return ", ".join(differences[:SHOWN]) + (f" and {more} more" if more > 0 else "")
