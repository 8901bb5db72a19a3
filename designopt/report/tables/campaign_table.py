"""The scores of two campaigns on one problem, as a table for the terminal."""

from typing import Any

from rich.table import Table

from designopt.report.tables.table import MISSING, interval, number


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
        table.add_row(
            row["name"], seeds, _mean(first), _mean(second), interval(row["difference"], tuple(row["interval_95"]))
        )
    named = sorted({label for row in match["entrants"] for label in row["metrics"]})
    for label in named:
        table.add_section()
        for row in match["entrants"]:
            if label in row["metrics"]:
                values = row["metrics"][label]
                change = values["second"] - values["first"]
                table.add_row(
                    f"{row['name']}: {label}", "", number(values["first"]), number(values["second"]), number(change)
                )
    return table


def _mean(one: dict[str, Any] | None) -> str:
    return MISSING if one is None else interval(one["interquartile_mean"], tuple(one["interval_95"]))
