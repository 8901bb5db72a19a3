"""The numbers behind the curves, as CSV: improvements of every run, curves, runtimes, winning designs."""

from typing import Any

import numpy as np

from designopt.report.data.comparison import Section
from designopt.report.data.progress import Axis, progress
from designopt.report.tables.table import Column, Table


def series(section: Section) -> list[Table]:
    """All of them; too long to be shown, so they are only written."""
    return [
        _table("improvements", _improvements(section)),
        _table("curve-events", _curve(section, "events")),
        _table("curve-seconds", _curve(section, "seconds")),
        _table("runtimes", _runtimes(section)),
        _table("designs", _designs(section)),
    ]


def _improvements(section: Section) -> list[dict[str, Any]]:
    """Every trial that lowered the best score of its run: enough to draw all curves again."""
    return [
        {
            "file": run.file,
            "trial": int(run.number[place]),
            "optimiser": run.name,
            "seed": run.seed,
            "events": float(run.events[place]),
            "seconds": float(run.at[place]),
            "best_score": float(run.best[place]),
        }
        for run in section.runs
        for place in run.improvements
    ]


def _curve(section: Section, axis: Axis) -> list[dict[str, Any]]:
    rows = []
    for entrant in section.entrants:
        curve = progress(section, entrant, axis)
        if curve is not None:
            points = zip(curve.grid, curve.low, curve.middle, curve.high, strict=True)
            rows += [
                {
                    "optimiser": entrant.name,
                    axis: float(x),
                    "quartile_1": float(a),
                    "median": float(b),
                    "quartile_3": float(c),
                }
                for x, a, b, c in points
            ]
    return rows


def _runtimes(section: Section) -> list[dict[str, Any]]:
    return [
        {"optimiser": entrant.name, "seed": run.seed, "target": float(target), "events": events}
        for entrant in section.searchers
        for target in section.targets
        for run, events in zip(entrant.runs, section.runtimes(entrant, float(target)), strict=True)
    ]


def _designs(section: Section) -> list[dict[str, Any]]:
    """Every winning design, one value per row; `place` counts through a series, row by row."""
    rows = []
    for run in section.runs:
        for variable, values in (run.winner or {}).get("design", {}).items():
            for place, value in enumerate(np.ravel(values).tolist()):
                rows.append(
                    {
                        "file": run.file,
                        "trial": run.winner["number"] if run.winner else None,
                        "optimiser": run.name,
                        "seed": run.seed,
                        "variable": variable,
                        "place": place,
                        "value": value,
                    }
                )
    return rows


def _table(name: str, rows: list[dict[str, Any]]) -> Table:
    return Table(name, "", [Column(tuple(rows[0]) if rows else ())], rows)
