"""What stands beside the first words: the best design and the reference drawn, its money, and who checked it."""

import math
from typing import TYPE_CHECKING

from designopt.records.designs.verification import outcomes
from designopt.report.data.comparison import Entrant
from designopt.report.layout import paragraph, side_by_side
from designopt.report.sections.winner import drawn_design
from designopt.report.tables.table import number, with_error

if TYPE_CHECKING:
    from designopt.report.sections.problem_section import ProblemSection

DEAREST = 3
"""Items of the bill that are named."""


def first_screen(part: "ProblemSection", words: str) -> str:
    """The summary's `words`, what the best design costs and who checked it, beside its drawing and the reference's."""
    best = next((one for one in part.section.entrants if one.completed and one.winner and one.winner.winner), None)
    if best is None:
        return words
    reference = part.section.baseline
    shown = [best] if reference is None or reference is best else [best, reference]
    words += paragraph(where_the_money_sits(best)) + paragraph(whether_checked(part, best))
    drawn = {entrant.name: drawn_design(part, entrant) for entrant in shown}
    if part.opened:
        part.above.update(name for name, text in drawn.items() if "<img" in text)
    return f'<div id="{part.opening}">{side_by_side(words, "".join(drawn.values()))}</div>\n'


def where_the_money_sits(entrant: Entrant) -> str:
    """What the best design of an entrant costs, and its dearest items."""
    winner = entrant.winner.winner if entrant.winner else None
    if winner is None:
        return ""
    items = sorted(winner.get("cost_items", {}).items(), key=lambda item: -item[1])
    total = winner["cost"]
    named = ", ".join(f"{name} {100 * value / total:.0f} %" for name, value in items[:DEAREST] if value > 0)
    rest = len([value for _, value in items[DEAREST:] if value > 0])
    more = f" and {rest} more" if rest else ""
    return f"The best design of {entrant.name} costs {number(total, 5)} kCHF" + (f": {named}{more}." if named else ".")


def whether_checked(part: "ProblemSection", entrant: Entrant) -> str:
    """What an independent simulation says of the best design, or that none was asked."""
    found = outcomes(one for one in part.verification_records if one.problem == part.section.problem)
    mine = [(one, gains) for one, _, gains in found if one.entrant == entrant.name]
    if not mine:
        return (
            "No independent simulation has checked it: designopt verify does, where one is installed for the problem."
        )
    record, gains = mine[-1]
    deciding = [gain for gain in gains if gain.decides and not math.isnan(gain.survives)]
    if not deciding:
        return f"{record.result.simulation} decides nothing about its gain: more events (--events) would."
    kept = "; ".join(
        f"{gain.quantity} {with_error(100 * gain.survives, 100 * gain.survives_error)} %" for gain in deciding
    )
    return f"Of its gain over the reference there survives in {record.result.simulation}: {kept}."
