"""Two campaigns side by side: what their ledgers say differently, and what it did to scores and physics."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from designopt.records.identity import flattened
from designopt.report.content import Content
from designopt.report.data import statistics
from designopt.report.data.comparison import Entrant, Section, generator
from designopt.report.data.metrics import RunMetrics
from designopt.report.data.progress import metric, metrics

SHOWN = 12
"""Differences of one kind that are listed; the sentence counts the others."""
MADE_WITH = ("study", "commit", "physics", "versions")


def compare_campaigns(first: Content, second: Content) -> dict[str, Any]:
    """What changed between two campaigns, and what it did.

    Sections are matched by the problem's name; where either campaign has several of one name, by name and budget too.
    Per optimiser: interquartile means over seeds with 95 % intervals, the difference second - first with the 95 %
    interval of the bootstrap (seeds resampled independently), and every metric of the two winners.
    """
    pairs, only_first, only_second = _matched(first.sections, second.sections)
    return {
        "first": str(first.record.run_dir),
        "second": str(second.record.run_dir),
        "changed": _differences(_made(first.runs), _made(second.runs)),
        "problems": [_match(one, other) for one, other in pairs],
        "only_first": [section.title for section in only_first],
        "only_second": [section.title for section in only_second],
    }


def _matched(
    first: Sequence[Section], second: Sequence[Section]
) -> tuple[list[tuple[Section, Section]], list[Section], list[Section]]:
    pairs, left = [], list(second)
    alone = []
    for section in first:
        name = section.problem["name"]
        twins = [other for other in left if other.problem["name"] == name]
        several = sum(other.problem["name"] == name for other in first) > 1 or len(twins) > 1
        if several:
            twins = [other for other in twins if other.problem["budget"] == section.problem["budget"]]
        if not twins:
            alone.append(section)
            continue
        closest = min(twins, key=lambda other: len(_differences(section.problem, other.problem)))
        pairs.append((section, closest))
        left.remove(closest)
    return pairs, alone, left


def _match(one: Section, other: Section) -> dict[str, Any]:
    ours, theirs = ({entrant.name: entrant for entrant in section.entrants} for section in (one, other))
    names = [*ours, *(name for name in theirs if name not in ours)]
    changed = _differences(one.problem, other.problem)
    if one.allowance != other.allowance:
        changed.append(f"allowance: {one.allowance:,.0f} events before, {other.allowance:,.0f} now")
    for name in names:
        if name in ours and name in theirs:
            cards = [entrant.runs[0].header["optimiser"] for entrant in (ours[name], theirs[name])]
            changed += [f"{name}: {sentence}" for sentence in _differences(*cards)]
    return {
        "title": one.title if one.title == other.title else f"{one.title}; then {other.title}",
        "changed": changed,
        "comparable": one.problem == other.problem,
        "entrants": [_entrant(name, ours.get(name), theirs.get(name)) for name in names],
    }


def _entrant(name: str, one: Entrant | None, other: Entrant | None) -> dict[str, Any]:
    row: dict[str, Any] = {"name": name, "first": _summary(one), "second": _summary(other)}
    if one is None or other is None:
        return {**row, "difference": math.nan, "interval_95": (math.nan, math.nan), "metrics": {}}
    single = len(one.values) == 1 and len(other.values) == 1
    spread = statistics.bootstrap(other.values, generator("second", name)) - one.resampled
    return {
        **row,
        "difference": other.mean - one.mean,
        "interval_95": (math.nan, math.nan) if single else statistics.percentile_interval(np.asarray(spread)),
        "metrics": _winners(one, other),
    }


def _summary(entrant: Entrant | None) -> dict[str, Any] | None:
    if entrant is None:
        return None
    return {"seeds": len(entrant.runs), "interquartile_mean": entrant.mean, "interval_95": entrant.interval}


def _winners(one: Entrant, other: Entrant) -> dict[str, Any]:
    found = {}
    for label in sorted({*_labels(one)} & {*_labels(other)}):
        values = (metric(one, label), metric(other, label))
        found[label] = {"first": values[0], "second": values[1]}
    return found


def _labels(entrant: Entrant) -> list[str]:
    return metrics(Section({}, [entrant], math.nan, False, math.nan))


def _made(runs: Sequence[RunMetrics]) -> dict[str, Any]:
    """What all runs of a campaign were made with, as one card; several values are listed."""
    card: dict[str, Any] = {}
    for key in MADE_WITH:
        seen: dict[str, set[str]] = {}
        for run in runs:
            for entry, value in flattened({key: run.header.get(key, "not recorded")}).items():
                seen.setdefault(entry, set()).add(str(value))
        card |= {entry: " and ".join(sorted(values)) for entry, values in seen.items()}
    return card


def _differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Entries that differ, as `entry: before, now`."""
    before, now = flattened(one), flattened(other)
    keys = [key for key in dict.fromkeys([*before, *now]) if before.get(key) != now.get(key)]
    listed = [f"{key}: {before.get(key, 'absent')} before, {now.get(key, 'absent')} now" for key in keys[:SHOWN]]
    return listed + ([f"and {len(keys) - SHOWN} more entries"] if len(keys) > SHOWN else [])
