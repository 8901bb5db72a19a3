"""The scores of two campaigns on one problem, as a table for the terminal."""

import math
from typing import Any

from rich.table import Table

from designopt.report.tables.table import MISSING, NOTHING, interval, number


def campaign_table(match: dict[str, Any]) -> Table:
    """One row per optimiser: score before and now, and the difference; lower is better.

    `match` is an entry of `compare_campaigns(...)["problems"]`. Where the problems differ, scores are not of one scale
    and the title says so.
    """
    title = "Score as built, interquartile mean [95 %]; lower is better"
    if not match["comparable"]:
        title += ". The problems differ, so the difference holds what they changed too"
    table = Table("optimiser", "seeds", "before", "now", "now − before", title=title)
    for row in match["entrants"]:
        first, second = row["first"], row["second"]
        seeds = " / ".join(str(one["seeds"]) if one else MISSING for one in (first, second))
        change = row["difference"]
        if first and second and _nothing(change, first["interquartile_mean"], second["interquartile_mean"]):
            change = 0.0
        table.add_row(row["name"], seeds, _mean(first), _mean(second), interval(change, tuple(row["interval_95"])))
    named = sorted({label for row in match["entrants"] for label in row["metrics"]})
    for label in named:
        table.add_section()
        for row in match["entrants"]:
            if label in row["metrics"]:
                values = row["metrics"][label]
                before, now = values["first"], values["second"]
                change = 0.0 if _nothing(now - before, before, now) else now - before
                table.add_row(f"{row['name']}: {label}", "", number(before), number(now), number(change))
    return table


def _nothing(change: float, first: float, second: float) -> bool:
    """Whether two numbers are one to a reader; what is left of their difference is rounding."""
    return math.isfinite(change) and abs(change) <= NOTHING * max(abs(first), abs(second))


def _mean(one: dict[str, Any] | None) -> str:
    return MISSING if one is None else interval(one["interquartile_mean"], tuple(one["interval_95"]))
