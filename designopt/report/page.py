"""Write the report of a study: a page that needs nothing but itself, its figures as SVG and its tables as CSV."""

from pathlib import Path

from designopt.records.files.file_names import slug
from designopt.records.files.whole_file import write_whole
from designopt.report.content import Content, read
from designopt.report.data.comparison import Section
from designopt.report.data.grouping import families
from designopt.report.figures.curves import score_against_money
from designopt.report.figures.palette import Palette
from designopt.report.figures.saving import on_page
from designopt.report.figures.winners import Draw
from designopt.report.layout import document, heading, link, paragraph, preformatted
from designopt.report.sections.alternatives import Alternatives
from designopt.report.sections.first_screen import first_screen
from designopt.report.sections.methods import methods
from designopt.report.sections.problem_section import ProblemSection
from designopt.report.sections.question import objective
from designopt.report.sections.summary import smoke_test, summary
from designopt.report.tables.design_table import Written

FEW = 4
"""Problems whose figures and tables fit one page; of more, each has a page of its own, in `pages/`."""


def write_report(
    run_dir: Path,
    draw: Draw | None = None,
    written: Written | None = None,
    refresh: float | None = None,
    find: Alternatives | None = None,
) -> Path:
    """Read the ledger of a study and write `report.html`, `figures/`, `tables/` and `designs/` into its folder.

    The page holds everything of up to `FEW` problems. Of more it holds what was found, and links to a page for each.

    Args:
        run_dir: the study's folder, which holds `ledger/`.
        draw: draws a design on matplotlib axes, given the problem's entry in the ledger's header; without it
            winners are described by their money only.
        written: gives a design in its problem's own words, for `designs/`; without it they are written by variable.
        find: looks for different designs that are as good as the best, where a search was asked for them.
        refresh: seconds after which a browser reads the page again, for a study that is running.

    Returns:
        The path of the page. The same ledger gives the same files, byte for byte.

    Raises:
        ValueError: no run was recorded. OSError: the folder cannot be written to. Both are sentences.
    """
    return page_of(read(Path(run_dir), find), draw, written, refresh)


def page_of(
    content: Content, draw: Draw | None = None, written: Written | None = None, refresh: float | None = None
) -> Path:
    """`write_report` of ledgers that are read already."""
    run_dir = content.record.run_dir
    palette = Palette(entrant.name for section in content.sections for entrant in section.searchers)
    try:
        for folder in ("figures", "tables"):
            (run_dir / folder).mkdir(exist_ok=True)
        page = run_dir / "report.html"
        body, pages = _page(content, palette, draw, written)
        title = f"{content.record.name}: comparison of optimisers"
        for path in {*pages_of(run_dir)} - {*pages}:
            path.unlink()
        for path, text in pages.items():
            path.parent.mkdir(exist_ok=True)
            write_whole(path, document(title, text, refresh).encode())
        write_whole(page, document(title, body, refresh).encode())
    except OSError as error:
        raise OSError(
            f"The report cannot be written to {run_dir}: {error.strerror}. All runs are kept. Make room, or the folder "
            f"writable, or copy it elsewhere, and give `designopt report {run_dir}`."
        ) from error
    return page


def pages_of(run_dir: Path) -> list[Path]:
    """The pages of single problems of a report that was written; none where all stands on one page."""
    return sorted((run_dir / "pages").glob("*.html"))


def _page(
    content: Content, palette: Palette, draw: Draw | None, written: Written | None
) -> tuple[str, dict[Path, str]]:
    """What stands on the page, and on the pages of its problems where there are more than `FEW`."""
    run_dir, found, parts = content.record.run_dir, content.sections, problem_sections(content, palette, draw, written)
    body = heading(1, content.record.name) + paragraph(content.subtitle, "grey")
    body += "".join(paragraph(warning, "warning") for warning in content.warnings)
    smoke = [smoke_test(section) for section in found]
    if alike := len(set(smoke)) == 1 and smoke[0]:
        body += paragraph(smoke[0], "warning")
    texts = []
    for part, warning in zip(parts, smoke, strict=True):  # all of one problem at once: it is made once
        section = part.section
        if len(found) > 1:
            body += heading(2, section.title, kind="short")
        if warning and not alike:
            body += paragraph(warning, "warning")
        headline, *rest = summary(section)
        words = objective(section) + paragraph(headline, "summary")
        body += first_screen(part, words + "".join(paragraph(sentences) for sentences in rest))
        texts.append(part.write())
    own = {part.anchor: run_dir / "pages" / f"{part.anchor}.html" for part in parts} if len(found) > FEW else {}
    if len(found) > 1:
        where = {name: f"pages/{path.name}" for name, path in own.items()}
        links = " ".join(link(where.get(part.anchor, f"#{part.anchor}"), part.section.title) for part in parts)
        body += f"<nav>{links}</nav>\n"
    body += _money_cuts(run_dir, found, palette)
    pages = {}
    for place, (part, its) in enumerate(zip(parts, texts, strict=True)):
        text = heading(2, part.section.title, part.anchor, "" if place and not own else "first") + its
        if own:
            back = f"<nav>{link('../report.html', content.record.name)}</nav>\n"
            pages[own[part.anchor]] = heading(1, content.record.name) + back + text
        else:
            body += text
    body += heading(2, "Methods", "methods") + paragraph(methods(content))
    return body + _provenance(content), pages


def problem_sections(
    content: Content, palette: Palette, draw: Draw | None, written: Written | None
) -> list[ProblemSection]:
    """The sections of the page, one for each problem at each budget; nothing is written yet."""
    return [
        ProblemSection(
            section,
            content.record.run_dir,
            content.prefix(section),
            palette,
            draw,
            content.verification,
            content.robustness,
            content.sections,
            written,
            alternatives=other,
            opened=len(content.sections) <= FEW,
        )
        for section, other in zip(content.sections, content.alternatives, strict=True)
    ]


def _money_cuts(run_dir: Path, found: list[Section], palette: Palette) -> str:
    """Score against money for every problem that was studied at several budgets."""
    pieces = []
    for title, cuts in families(found).items():
        if len({section.problem["budget"] for section in cuts}) < 2:
            continue
        figure = score_against_money(cuts, palette)
        path = run_dir / "figures" / f"{slug(title)}-score-against-money.svg"
        caption = "Interquartile mean of the final score with its 95 % interval, at each budget (grey lines)."
        pieces.append(on_page(figure, path, f"Score against money, {title}", caption))
    return "".join(pieces)


def _provenance(content: Content) -> str:
    """Commands, versions and where every number comes from."""
    runs = content.known
    commands = sorted({str(run.header.get("command", "")) for run in runs} - {""})
    text = heading(2, "Where this comes from", "provenance")
    text += paragraph("The runs were made by:") + preformatted("\n".join(commands) or "(not recorded)")
    text += paragraph("This page, its figures and its tables are made again, identically, from the ledger by:")
    text += preformatted(f"designopt report {content.record.run_dir.resolve().name}")
    if unsealed := sum(not run.sealed for run in runs):
        text += paragraph(
            f"{unsealed} of {len(runs)} ledgers were written by an earlier version, which sealed no lines: whether a "
            "number in them was changed since cannot be told."
        )
    text += paragraph(
        "Every number can be traced: tables/*.csv hold all digits, with the run file and the trial number that each "
        "row comes from; runs.csv has one row per run, improvements.csv every trial that lowered a best score. "
        "The run files are in ledger/, one JSON object per line."
    )
    return text
