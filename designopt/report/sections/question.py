"""What was asked: the objective with its weights, and the requirements with what each costs at the winners."""

import re
from collections.abc import Sequence
from typing import Any

from designopt.docstrings import told
from designopt.records.designs.robustness import RobustnessRecord
from designopt.report.data.comparison import Section
from designopt.report.figures.formula import with_formulas
from designopt.report.layout import heading, paragraph
from designopt.report.tables.table import MISSING, Column, Table, number


def asked(section: Section) -> dict[str, Any]:
    """The question as the headers hold it; empty for ledgers of earlier versions."""
    return next((run.header["question"] for run in section.runs if "question" in run.header), {})


def objective(section: Section) -> str:
    """The objective in words, its formula, and the settings (weights) it was made with."""
    first, *rest = in_words(section) or [""]
    return (f"<p>{with_formulas(first)}</p>\n" if first else "") + "".join(paragraph(one, "grey") for one in rest)


def in_words(section: Section) -> list[str]:
    """`objective` as sentences, with formulas between dollar signs; none for ledgers of earlier versions."""
    found = asked(section).get("objective") or {}
    if not found.get("words"):
        return []
    words = re.sub(r"\s+", " ", told(found["words"]).split("\n\n")[0])
    settings = ", ".join(f"{name.replace('_', ' ')} = {_setting(value)}" for name, value in found["settings"].items())
    return [f"Score, lower is better: {words}", *([f"With {settings}."] if settings else [])]


def requirements_table(section: Section, winners: Sequence[RobustnessRecord]) -> Table:
    """One row per requirement: what is asked, its source, how close winners come, and what 1 % of it costs there."""
    ended = [entrant.winner for entrant in section.searchers if entrant.winner and entrant.winner.winner]
    rows = []
    for one in asked(section).get("requirements", []):
        limit = one["limit"]
        margins = [run.winner["violations"][limit] for run in ended if run.winner and limit] if limit else []
        prices = [w.result.slopes.shadow[limit] for w in winners if w.result.slopes and limit in w.result.slopes.shadow]
        rows.append({**one, "closest": max(margins, default=None), "shadow": max(prices, default=None)})
    columns = [
        Column(("meaning",), "asked of every design"),
        Column(("value",), "value", lambda row: str(row["value"])),
        Column(("limit",), "side limit", lambda row: row["limit"] or "in the model"),
        Column(("closest",), "closest winner: value / limit − 1", lambda row: number(row["closest"], 2)),
        Column(("shadow",), "1 % less of it lowers the loss by", lambda row: number(row["shadow"], 2)),
        Column(("source",), "source"),
        Column(("option",)),
    ]
    caption = (
        "What a review board asks. A limit below −0.01 at every winner decides nothing; the last price is the largest "
        f"shadow price of the winners that were examined ({MISSING}: not examined, or not binding)."
    )
    return Table("requirements", caption, columns, rows)


def what_was_asked(section: Section, table: Table, objective_too: bool = True) -> str:
    """The heading, the objective unless it was told before, and the requirements, where the ledgers know them."""
    text = (objective(section) if objective_too else "") + (table.html() if table.rows else "")
    if asked(section) and not table.rows:
        limits = ", ".join(section.problem.get("constraints") or [])
        text += paragraph(f"Side limits, without a source: {limits}." if limits else "There are no side limits.")
    return heading(3, "What was asked") + text if text else ""


def _setting(value: Any) -> str:
    if isinstance(value, list):
        return "(" + ", ".join(map(_setting, value)) + ")"
    return f"{value:g}" if isinstance(value, float) else str(value)
