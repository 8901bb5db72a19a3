"""What gradients save: events and seconds until a search is as good as the best that sees scores only."""

import math
from typing import Any

import numpy as np
from jaxtyping import Float

from designopt.report.data import statistics
from designopt.report.data.comparison import Entrant, Section, generator
from designopt.report.tables.table import MISSING, Column, Table, count, interval, number

RESAMPLES = 2000


def sees_gradients(entrant: Entrant) -> bool:
    """Whether any of its evaluations asked for a gradient."""
    return any("GRADIENT" in kind for run in entrant.runs for kind in run.needs)


def leader(section: Section) -> tuple[Entrant, float] | None:
    """The best search that sees scores only, and the recorded score that more than half of its runs end with or below.

    Best by the median of what was recorded within the allowance; None where there is no such search.
    """
    finals = {}
    for entrant in section.searchers:
        if not sees_gradients(entrant) and entrant.completed:
            places = [(run, run.best_trial(section.allowance)) for run in entrant.completed]
            ends = [float(run.best[place]) for run, place in places if place is not None]
            ends += [math.inf] * (len(entrant.runs) - len(ends))
            finals[entrant.name] = (float(np.sort(ends)[len(ends) // 2]), entrant)
    if not finals:
        return None
    target, entrant = min(finals.values(), key=lambda pair: pair[0])
    return (entrant, target) if math.isfinite(target) else None


def speed(section: Section) -> Table:
    """One row per search that sees gradients; none where nothing can be compared."""
    found = leader(section)
    rows = []
    for entrant in section.searchers if found else []:
        if found and sees_gradients(entrant):
            rows.append(_row(section, entrant, *found))
    name = found[0].name if found else MISSING
    columns = [
        Column(("optimiser",), "optimiser"),
        Column(("reached", "runs"), "runs that get there", lambda row: f"{row['reached']}/{row['runs']}"),
        Column(("events",), "events, median", lambda row: count(row["events"])),
        Column(("leader_events", "leader", "target"), f"events of {name}", lambda row: count(row["leader_events"])),
        Column(("ratio", "low", "high"), "times fewer [95 %]", _times),
        Column(("seconds",), "seconds, median", lambda row: number(row["seconds"], 2)),
        Column(("leader_seconds",), f"seconds of {name}", lambda row: number(row["leader_seconds"], 2)),
    ]
    goal = number(found[1]) if found else MISSING
    caption = (
        f"Until a search is as good, as recorded, as {name} in the end (a score of {goal}, "
        f"which more than half of its runs reach): {name} is the best search that sees scores only. A gradient is "
        "charged at its price. A run that never gets there counts as infinite."
    )
    return Table("speed", caption, columns, rows)


def _row(section: Section, entrant: Entrant, best: Entrant, target: float) -> dict[str, Any]:
    mine, theirs = (np.array(section.runtimes(e, target)) for e in (entrant, best))
    events, other = statistics.median_with_misses(mine), statistics.median_with_misses(theirs)
    draws = [_medians(values, generator("speed", entrant.name, place)) for place, values in enumerate((mine, theirs))]
    low, high = statistics.percentile_interval(np.minimum(draws[1], section.allowance) / draws[0])
    return {
        "optimiser": entrant.name,
        "runs": len(mine),
        "reached": int(np.isfinite(mine).sum()),
        "events": events,
        "leader": best.name,
        "target": target,
        "leader_events": other,
        "ratio": other / events if math.isfinite(events) else 0.0,
        "low": low,
        "high": high,
        "seconds": _seconds(section, entrant, target),
        "leader_seconds": _seconds(section, best, target),
    }


def _medians(values: Float[np.ndarray, " seed"], random: np.random.Generator) -> Float[np.ndarray, " resample"]:
    drawn = np.sort(values[random.integers(0, len(values), (RESAMPLES, len(values)))], axis=1)
    return drawn[:, len(values) // 2]


def _seconds(section: Section, entrant: Entrant, target: float) -> float:
    """Median wall seconds until the target, thinking included."""
    needed = []
    for run, events in zip(entrant.runs, section.runtimes(entrant, target), strict=True):
        hit = np.flatnonzero(run.best <= target)
        needed.append(float(run.at[hit[0]]) if math.isfinite(events) else math.inf)
    return statistics.median_with_misses(needed)


def _times(row: dict[str, Any]) -> str:
    return interval(row["ratio"], (row["low"], row["high"])) if row["ratio"] else "never"
