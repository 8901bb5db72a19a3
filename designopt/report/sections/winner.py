"""One winning design: its drawing, its money, its slots in a table, and the file that takes it home."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from designopt.report.data.comparison import Entrant
from designopt.report.figures import winners
from designopt.report.figures.palette import IN_TABLES
from designopt.report.figures.saving import placed, save
from designopt.report.layout import folded, link, paragraph, picture, side_by_side
from designopt.report.sections.question import asked
from designopt.report.tables.design_table import design_table, write_design
from designopt.report.tables.table import number

if TYPE_CHECKING:
    from designopt.report.sections.problem_section import ProblemSection


def winning_design(part: "ProblemSection", entrant: Entrant, first: bool) -> str:
    """The winner of an entrant as HTML; its table, its file and its pictures are written beside the page.

    The table of the `first` is open, those of others after a click.
    """
    run, mark = entrant.winner, part.section.marks[entrant.name]
    winner = run.winner if run else None
    if run is None or winner is None:
        return ""
    trace = f"Best seed ({run.seed}), trial {winner['number']}"
    items = winner.get("cost_items", {})
    bars = winners.money(items, winner.get("unspent") or 0.0, part.palette.colour(entrant.name))
    path = part.run_dir / "figures" / f"{part.prefix}money-{mark}.svg"
    alt = f"Chart. One row for each of {', '.join([*items, 'unspent'])}. Horizontal: cost (kCHF). {IN_TABLES}"
    money = placed(bars, path, f"{entrant.name}, money by component", f"{trace}.", alt)
    home = _taken_home(part, entrant, mark, winner, first)
    if entrant.name in part.above:
        top = link(f"#{part.opening}", f"{entrant.name} is drawn at the top.")
        return f"{money}<p>{top}</p>\n{home}"
    return side_by_side(drawn_design(part, entrant), money) + home


def drawn_design(part: "ProblemSection", entrant: Entrant) -> str:
    """The best design of an entrant as its detector draws it; empty where nothing draws it. Drawn once a report."""
    run = entrant.winner
    winner = run.winner if run else None
    if run is None or winner is None or part.draw is None:
        return ""
    path = part.run_dir / "figures" / f"{part.prefix}design-{part.section.marks[entrant.name]}.png"
    try:
        if entrant.name not in part.drawings:
            figure = winners.drawing(part.section.problem, winner["design"], part.draw)
            save(figure, path, whole=True)
            part.drawings[entrant.name] = path.read_bytes()
    except Exception as error:  # a drawing made elsewhere must not cost the report
        return paragraph(f"The design of {entrant.name} could not be drawn: {_reason(part, error)}", "warning")
    trace = f"Best seed ({run.seed}), trial {winner['number']}. Score {number(winner['score'])}."
    alt = f"Drawing of the best design of {entrant.name}; its numbers are in the table of its slots."
    return picture(part.drawings[entrant.name], entrant.name, trace, alt)


def _taken_home(part: "ProblemSection", entrant: Entrant, mark: str, winner: dict[str, Any], first: bool) -> str:
    """The design as a table, and as a file that holds it with its units."""
    variables = asked(part.section).get("variables", [])
    if not variables:
        return ""
    table = replace(design_table(entrant.name, variables, winner["design"]), name=f"design-{mark}")
    part.keep(table)
    path, text = part.run_dir / "designs" / f"{part.prefix}{mark}.json", table.html() if table.rows else ""
    if text and not first:
        text = folded(f"The slots of {entrant.name}", text)
    where = part.run_dir.resolve().name
    text += paragraph(f"Scored again by: designopt evaluate {where} {where}/designs/{path.name}", "grey")
    try:
        write_design(path, part.section.problem, variables, winner, part.written)
    except ValueError as error:  # a detector made elsewhere must not cost the report
        write_design(path, part.section.problem, variables, winner)
        text += paragraph(f"{path.name} holds the design by variable: {_reason(part, error)}", "warning")
    return text


def _reason(part: "ProblemSection", error: Exception) -> str:
    """Why something could not be made: in full once on a page, since it mostly holds for every winner."""
    reason = str(error)
    if part.opened and reason in part.reasons:
        return "the reason stands above."
    part.reasons.add(reason)
    return reason
