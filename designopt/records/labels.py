"""What people call the runs of a study: no two of them the same, and no longer than it takes to tell them apart."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from designopt.records.entrant import role_of
from designopt.records.identity import flattened, mark

SHOWN = 3
"""Differing entries that a label names."""
LONGEST = 24
"""Characters of a value in a label."""


def what_differs(mine: Mapping[str, Any], twins: Iterable[Mapping[str, Any]]) -> str:
    """The entries in which others of the same name differ from this one, each with its value; empty if none does."""
    flat, others = flattened(mine), [flattened(twin) for twin in twins]
    keys = [key for key in dict.fromkeys(key for one in [flat, *others] for key in one)
            if any(one.get(key) != flat.get(key) for one in others)]  # fmt: skip
    values = [(key.rpartition(".")[2], flat.get(key, "absent")) for key in keys]
    named = list(dict.fromkeys(f"{name} {_short(value)}" for name, value in values))  # options are settings too
    return ", ".join(named[:SHOWN]) + (f" and {len(named) - SHOWN} more" if len(named) > SHOWN else "")


def _short(value: str) -> str:
    return value if len(value) <= LONGEST else value[: LONGEST - 1] + "…"


def labels(configurations: Sequence[Mapping[str, Any]]) -> list[str]:
    """A label for every run of a study, from the entries that make it the run it is (`RunPlan.configuration`).

    Optimiser and seed; the settings that differ where an optimiser takes part with several; the problem where there are
    several, with its budget or what else differs where they share a name; the allowance where that differs. A reference
    design has no seed. Where all that is not enough, the eight digits of the ledger's name.
    """
    found = _labelled(configurations)
    return [
        label if found.count(label) == 1 else f"{label} [{mark(one)}]"
        for label, one in zip(found, configurations, strict=True)
    ]


def _labelled(configurations: Sequence[Mapping[str, Any]]) -> list[str]:
    problems: dict[str, dict[str, Mapping[str, Any]]] = {}
    entrants: dict[str, dict[str, Mapping[str, Any]]] = {}
    for one in configurations:
        problems.setdefault(one["problem"]["name"], {})[_text(one["problem"])] = one["problem"]
        settings = one["optimiser"].get("settings", {})
        entrants.setdefault(one["optimiser"]["name"], {})[_text(settings)] = settings
    several = len({_text(one["problem"]) for one in configurations}) > 1
    allowances = len({one["allowance"] for one in configurations}) > 1
    found = []
    for one in configurations:
        optimiser, problem = one["optimiser"], one["problem"]
        variant = what_differs(optimiser.get("settings", {}), entrants[optimiser["name"]].values())
        words = [optimiser["name"] + (f" ({variant})" if variant else "")]
        words += [] if role_of(one) == "reference" else [f"seed {one['seed']}"]
        words += [f"{one['allowance']:,} events"] if allowances else []
        place = what_differs(problem, problems[problem["name"]].values())
        found.append((f"{problem['name']}{f' ({place})' if place else ''}: " if several else "") + ", ".join(words))
    return found


def _text(values: Any) -> str:
    return json.dumps(values, sort_keys=True)
