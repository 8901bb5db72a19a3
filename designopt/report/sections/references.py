"""What references cost as people drew them, and which of them the budget does not buy, in sentences."""

from typing import Any

from designopt.records.entrant import is_scaled
from designopt.report.data.comparison import Section
from designopt.report.tables.table import number


def on_references(section: Section) -> list[str]:
    """Which references are left out as too dear, and how far the one that gains are quoted against was scaled."""
    found = (run.header["references"] for run in section.runs if "references" in run.header)
    known: dict[str, dict[str, float]] = next(found, {})
    return [*_scaled(section, known.get("drawn", {})), *_left_out(known.get("dear", {}))]


def _left_out(dear: dict[str, float]) -> list[str]:
    if not dear:
        return []
    listed = ", ".join(f"{name} ({_money(price)} kCHF)" for name, price in dear.items())
    return [f"Not among the references, because dearer than the budget: {listed}."]


def _money(price: float) -> str:
    return number(round(price) if price >= 100 else price)


def _scaled(section: Section, drawn: dict[str, Any]) -> list[str]:
    if section.baseline is None or section.problem.get("references") == "whole":
        return []
    settings = section.baseline.runs[0].header["optimiser"].get("settings", {})
    price, budget = drawn.get(settings.get("design")), section.problem["budget"]
    if not price or section.problem["spend"] != "exactly" or not is_scaled(price, budget):
        return []
    return [
        f"{section.baseline.name} was drawn for {_money(price)} kCHF and is scaled to {_money(budget)} here: of a gain "
        "over it nobody knows how much is only what the scaling spoiled."
    ]
