"""Write a report in any of its forms."""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from designopt.records.files.whole_file import write_whole
from designopt.report.content import Content, read
from designopt.report.figures.winners import Draw
from designopt.report.formats.data import as_json
from designopt.report.formats.latex import write_latex
from designopt.report.formats.markdown import markdown
from designopt.report.formats.pdf import print_page
from designopt.report.formats.tables import tables
from designopt.report.page import page_of, pages_of
from designopt.report.sections.alternatives import Alternatives
from designopt.report.tables.design_table import Written
from designopt.report.tables.series import series

FORMATS = ("html", "md", "json", "csv", "pdf", "latex")


def write(
    run_dir: Path,
    form: str,
    draw: Draw | None = None,
    written: Written | None = None,
    find: Alternatives | None = None,
) -> Path:
    """Write one form of the report into the study's folder; returns its file, of `csv` the folder of the tables.

    `draw`, `written` and `find` as for `report.page.write_report`.

    Raises ValueError for a form that does not exist or a folder without runs, OSError where it cannot be written.
    """
    return next(write_all(run_dir, [form], draw, written, find))


def write_all(
    run_dir: Path,
    forms: Sequence[str],
    draw: Draw | None = None,
    written: Written | None = None,
    find: Alternatives | None = None,
) -> Iterator[Path]:
    """As `write`, one form after the other; the ledgers are read once for all, and the page is made once.

    Raises ValueError before anything is written if a form does not exist.
    """
    if unknown := [form for form in forms if form not in FORMATS]:
        raise ValueError(f"A report has no form {unknown[0]!r}. Choose one of {', '.join(FORMATS)}.")
    run_dir = Path(run_dir)
    content = read(run_dir, find)
    page = cache(lambda: page_of(content, draw, written))
    for form in forms:
        if form in ("html", "pdf"):
            yield page() if form == "html" else _printed(page())
        elif form == "latex":
            yield write_latex(content, run_dir)
        elif form == "csv":
            yield _tables(content, run_dir / "tables")
        else:
            path = run_dir / f"report.{form}"
            write_whole(path, (as_json if form == "json" else markdown)(content).encode())
            yield path


def _printed(page: Path) -> Path:
    """The page as PDF, and beside their pages the problems that have one of their own."""
    for own in pages_of(page.parent):
        print_page(own)
    return print_page(page)


def _tables(content: Content, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    for section in content.sections:
        for table in [*tables(content, section), *series(section)]:
            table.write(folder / f"{content.prefix(section)}{table.name}.csv")
    return folder
