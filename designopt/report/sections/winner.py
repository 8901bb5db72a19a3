"""One winning design: its drawing, its money, its slots in a table, and the file that takes it home."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from designopt.records.file_names import slug
from designopt.report.data.comparison import Entrant
from designopt.report.figures import winners
from designopt.report.figures.palette import save
from designopt.report.layout import paragraph, picture, side_by_side
from designopt.report.sections.question import asked
from designopt.report.tables.design_table import design_table, write_design
from designopt.report.tables.table import number

if TYPE_CHECKING:
    from designopt.report.sections.problem_section import ProblemSection


def winning_design(part: "ProblemSection", entrant: Entrant) -> str:
    """The winner of an entrant as HTML; its table, its file and its pictures are written beside the page."""
    run, mark = entrant.winner, slug(entrant.name)
    winner = run.winner if run else None
    if run is None or winner is None:
        return ""
    trace = f"Best seed ({run.seed}): trial {winner['number']} of {run.file}"
    pieces = []
    if part.draw is not None:
        name = f"design-{mark}"
        try:
            figure = winners.drawing(part.section.problem, winner["design"], part.draw)
            save(figure, path := part.run_dir / "figures" / f"{part.prefix}{name}.png", whole=True)
            pieces.append(picture(path.read_bytes(), "png", entrant.name, f"{trace}. Score {number(winner['score'])}."))
        except Exception as error:  # a drawing made elsewhere must not cost the report
            pieces.append(paragraph(f"The design of {entrant.name} could not be drawn: {error}", "warning"))
    bars = winners.money(winner.get("cost_items", {}), winner.get("unspent") or 0.0, part.palette.colour(entrant.name))
    pieces.append(part.figure(f"money-{mark}", f"{entrant.name}, money by component", f"{trace}.", bars))
    return side_by_side(*pieces) + _taken_home(part, entrant, mark, winner)


def _taken_home(part: "ProblemSection", entrant: Entrant, mark: str, winner: dict[str, Any]) -> str:
    """The design as a table, and as a file that holds it with its units."""
    variables = asked(part.section).get("variables", [])
    if not variables:
        return ""
    table = replace(design_table(entrant.name, variables, winner["design"]), name=f"design-{mark}")
    part.keep(table)
    path, text = part.run_dir / "designs" / f"{part.prefix}{mark}.json", table.html() if table.rows else ""
    try:
        write_design(path, part.section.problem, variables, winner, part.written)
    except ValueError as error:  # a detector made elsewhere must not cost the report
        write_design(path, part.section.problem, variables, winner)
        text += paragraph(f"{path.name} holds the design by variable: {error}", "warning")
    return text
