"""Which runs are compared: those of one problem at one budget are a section, sections at several budgets a family."""

import math

import numpy as np

from designopt.report.data.comparison import Entrant, Section, card_text
from designopt.report.data.metrics import COMPLETE, RunMetrics


def sections(runs: list[RunMetrics]) -> list[Section]:
    """Group by problem and budget; runs whose problem differs in anything that its card says never mix."""
    groups: dict[tuple[str, float, str], list[RunMetrics]] = {}
    for run in runs:
        problem = run.header["problem"]
        key = (problem["name"], float(problem["budget"]), card_text(problem))
        groups.setdefault(key, []).append(run)
    return [_section(group) for _, group in sorted(groups.items(), key=lambda item: item[0])]


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
