"""What else is as good: different designs within a stated distance of the best, where a search was asked for them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from designopt.records.run import Run
from designopt.report.data.comparison import Section
from designopt.report.tables.table import Column, Table, number

Alternatives = Callable[[Mapping[str, Any], Sequence[Run], float | None, float], Sequence[Any]]
"""Different designs of the runs of one problem, given by its card; then `within` and `apart`."""
SEARCH = "NoveltyCmaEs"
"""The search whose settings say how good and how different."""


def alternatives_table(section: Section, runs: Sequence[Run], find: Alternatives | None) -> tuple[Table, str]:
    """One row a design: score, distance to the best, what differs; no rows where no such search took part.

    Returns the table, and what hindered finding them as a sentence, or "".

    Args:
        section: one problem at one budget.
        runs: all of the study.
        find: makes the problem again and looks at its trials; None: nothing is found.
    """
    asked = [run.header["optimiser"]["settings"] for run in section.runs if run.header["optimiser"]["name"] == SEARCH]
    rows: list[dict[str, Any]] = []
    fault = ""
    if asked and find is not None:
        own = [run for run in runs if run.header["problem"] == section.problem]
        try:
            found = find(section.problem, own, asked[0]["within"], asked[0]["apart"])
        except ValueError as error:  # a problem made elsewhere must not cost the report
            found, fault = [], f"What else is as good as the best of {section.title} could not be found: {error}"
        rows = [{"place": place, **vars(one)} for place, one in enumerate(found, start=1)]
    columns = [
        Column(("place",), "design"),
        Column(("score",), "score"),
        Column(("worse",), "worse than the best by", lambda row: number(row["worse"], 3)),
        Column(("apart",), "distance to the best", lambda row: number(row["apart"], 3)),
        Column(("cost",), "cost (kCHF)"),
        Column(("differs",), "what differs from the best", lambda row: row["differs"] or "the best"),
        Column(("entrant", "seed"), "found by", lambda row: f"{row['entrant']}, seed {row['seed']}"),
        Column(("budget", "within", "file", "trial")),
    ]
    within, apart = (rows[0]["within"], asked[0]["apart"]) if rows else (0.0, 0.0)
    caption = (
        f"Designs for the same money that score at most {number(within, 3)} worse than the best, each at least "
        f"{apart:g} from all above it, from every run of this problem. Scores as built, on the events that all designs "
        "are ranked on. Distance: root mean square over the coordinates of what is built, each from 0 to 1; empty "
        "slots do not count."
    )
    return Table("alternatives", caption, columns, rows), fault
