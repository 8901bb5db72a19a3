"""Write a report in any of its forms."""

from pathlib import Path

from designopt.records.whole_file import write_whole
from designopt.report.content import read
from designopt.report.figures.winners import Draw
from designopt.report.formats.data import as_json
from designopt.report.formats.latex import write_latex
from designopt.report.formats.markdown import markdown
from designopt.report.formats.pdf import print_page
from designopt.report.formats.tables import tables
from designopt.report.page import write_report
from designopt.report.tables.design_table import Written
from designopt.report.tables.series import series

FORMATS = ("html", "md", "json", "csv", "pdf", "latex")


def write(run_dir: Path, form: str, draw: Draw | None = None, written: Written | None = None) -> Path:
    """Write one form of the report into the study's folder; returns its file, of `csv` the folder of the tables.

    `draw` and `written` as for `report.page.write_report`.

    Raises ValueError for a form that does not exist or a folder without runs, OSError where it cannot be written.
    """
    run_dir = Path(run_dir)
    if form == "html":
        return write_report(run_dir, draw, written)
    if form == "pdf":
        return print_page(write_report(run_dir, draw, written))
    if form not in FORMATS:
        raise ValueError(f"A report has no form {form!r}. Choose one of {', '.join(FORMATS)}.")
    content = read(run_dir)
    if form == "latex":
        return write_latex(content, run_dir)
    if form == "csv":
        folder = run_dir / "tables"
        folder.mkdir(exist_ok=True)
        for section in content.sections:
            for table in [*tables(content, section), *series(section)]:
                table.write(folder / f"{content.prefix(section)}{table.name}.csv")
        return folder
    path = run_dir / f"report.{form}"
    write_whole(path, (as_json if form == "json" else markdown)(content).encode())
    return path
