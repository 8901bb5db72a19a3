"""Which runs are compared: those of one problem at one budget are a section, sections at several budgets a family."""

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np

from designopt.records.identity import cell, is_beginning_of
from designopt.records.labels import what_differs
from designopt.report.data.comparison import Entrant, Section, card_text
from designopt.report.data.metrics import COMPLETE, RunMetrics
from designopt.report.data.names import called


def sections(runs: list[RunMetrics]) -> list[Section]:
    """Group by problem and budget; runs whose problem differs in anything that its card says never mix."""
    groups: dict[tuple[str, float, str], list[RunMetrics]] = {}
    for run in runs:
        problem = run.header["problem"]
        key = (problem["name"], float(problem["budget"]), card_text(problem))
        groups.setdefault(key, []).append(run)
    cards: dict[tuple[str, float], list[dict[str, Any]]] = {}
    for name, budget, _ in sorted(groups):
        cards.setdefault((name, budget), [])
    for key in sorted(groups):
        cards[key[:2]].append(groups[key][0].header["problem"])
    found = []
    for key in sorted(groups):
        card, twins = groups[key][0].header["problem"], cards[key[:2]]
        found.append(replace(_section(_told_apart(groups[key])), variant=what_differs(card, twins)))
    return found


def without_beginnings(runs: list[RunMetrics]) -> tuple[list[RunMetrics], list[RunMetrics]]:
    """The runs to compare, and those left out: they differ from another one in nothing but a smaller allowance."""
    cells: dict[object, list[RunMetrics]] = {}
    for run in runs:
        cells.setdefault(cell(run.header), []).append(run)
    short = [
        run
        for twins in cells.values()
        for run in twins
        if any(is_beginning_of(run.header, other.header) for other in twins if other is not run)
    ]
    left_out = {run.file for run in short}
    return [run for run in runs if run.file not in left_out], short


def _told_apart(runs: list[RunMetrics]) -> list[RunMetrics]:
    """The runs of one problem; optimisers of one name but several settings become entrants of their own."""
    settings: dict[str, dict[str, dict[str, Any]]] = {}
    for run in runs:
        optimiser = run.header["optimiser"]
        mine = _told(optimiser)
        settings.setdefault(called(optimiser["name"]), {})[json.dumps(mine, sort_keys=True)] = mine
    return [
        replace(run, variant=what_differs(_told(optimiser), settings[called(optimiser["name"])].values()))
        for run in runs
        if (optimiser := run.header["optimiser"])
    ]


def _told(optimiser: dict[str, Any]) -> dict[str, Any]:
    return {"name": optimiser["name"], **optimiser.get("settings", {})}


def families(found: list[Section]) -> dict[str, list[Section]]:
    """Sections that differ in nothing but their budget, cheapest first, by the problem's name and what is special."""
    options = {id(s): {k: v for k, v in s.problem["options"].items() if k != "budget"} for s in found}
    families: dict[str, list[Section]] = {}
    for section in sorted(found, key=lambda section: (section.problem["name"], section.problem["budget"])):
        name, mine = section.problem["name"], options[id(section)]
        twins = [options[id(other)] for other in found if other.problem["name"] == name]
        special = [
            f"{key} {mine.get(key)}" for key in sorted(mine) if any(twin.get(key) != mine[key] for twin in twins)
        ]
        families.setdefault(", ".join([name, *special]), []).append(section)
    return families


def _section(runs: list[RunMetrics]) -> Section:
    searches = [run for run in runs if run.role == "search"] or runs
    allowance = min(float(run.header["allowance"]) for run in searches)
    known = [run for run in runs if run.status == COMPLETE and run.best_trial(allowance) is not None]
    rescored = bool(known) and all(_winner_counts(run, allowance) for run in known)
    final = {run.file: _final(run, allowance, rescored) for run in known}
    partial = [run.best[-1] for run in runs if len(run.best) and np.isfinite(run.best[-1])]
    worst = max(final.values(), default=float(max(partial, default=math.nan)))
    entrants = []
    for name in sorted({run.name for run in runs}):
        mine = sorted((run for run in runs if run.name == name), key=lambda run: run.seed)
        values = np.array([final.get(run.file, worst) for run in mine])
        entrants.append(Entrant(name, mine, values))
    entrants.sort(key=lambda entrant: (entrant.mean, not entrant.completed, entrant.name))
    return Section(runs[0].header["problem"], entrants, allowance, rescored, worst)


def _winner_counts(run: RunMetrics, allowance: float) -> bool:
    """Whether the design that was re-scored is one found within the allowance."""
    if run.winner is None:
        return False
    found = np.flatnonzero(run.number == run.winner["number"])
    return len(found) == 1 and bool(run.events[found[0]] <= allowance * (1 + 1e-12))


def _final(run: RunMetrics, allowance: float, rescored: bool) -> float:
    place = run.best_trial(allowance)
    assert place is not None
    return float(run.winner["score"]) if rescored and run.winner else float(run.best[place])
