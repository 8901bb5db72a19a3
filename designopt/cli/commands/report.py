"""`designopt report`: the report of a study in the forms that were asked for, once or again and again while it runs."""

import shlex
import time
from pathlib import Path
from typing import Annotated

import typer

from designopt.cli.interrupts import in_hand
from designopt.cli.say import say


def report(
    run_dir: Annotated[Path, typer.Argument(help="Folder of a study.")],
    form: Annotated[
        list[str] | None,
        typer.Option("--format", help="html, md, json, csv, pdf or latex; may be given several times. Default: html."),
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Write the page again while the study runs.")] = False,
    every: Annotated[float, typer.Option(min=1.0, help="Seconds between two pages with --watch.")] = 30.0,
) -> None:
    """Write the comparison report of a study from its ledger.

    `html` is one page that needs nothing but itself (with figures/ and tables/ beside it); `pdf` is that page, printed
    by a browser that is installed; `latex` holds tables and vector figures for a paper; `md`, `json` and `csv` are
    without figures, and quick. With `--watch` an open page follows the study, until it ends or Ctrl-C.

    Example: `designopt report runs/calorimeter-segmentation --format html --format latex`
    """
    from designopt.analysis.different_designs import of_problem
    from designopt.analysis.drawing import draw_design
    from designopt.analysis.written import written_design
    from designopt.report.formats.write import write_all
    from designopt.study.script import with_study_of

    wanted = list(dict.fromkeys(form or ["html"]))
    if watch and wanted != ["html"]:
        raise ValueError("Only the page can be watched. Leave `--format` out, or `--watch`.")
    with with_study_of(run_dir):
        if watch:
            follow(run_dir, every)
            return
        for path in write_all(run_dir, wanted, draw_design, written_design, of_problem):
            say(f"Report: {path}", last=True)


def follow(run_dir: Path, every: float) -> None:
    """Write the page whenever the ledgers grew, until the study has ended or nobody writes them any more.

    Between two of its runs nobody writes for a moment either: a study that does not say that it has ended is looked at
    once more before it is given up.
    """
    from designopt.analysis.different_designs import of_problem
    from designopt.analysis.drawing import draw_design
    from designopt.analysis.written import written_design
    from designopt.records.event_log import is_under_way, read_events
    from designopt.records.files.lock import is_being_written
    from designopt.records.ledger import run_files
    from designopt.report.page import write_report

    in_hand(lambda: _what_is_left(run_dir))
    _wait_for_the_first_run(run_dir, every)
    seen: object = None
    quiet = False
    while True:
        files = run_files(run_dir)
        going = any(is_being_written(path) for path in files)
        if not (going or quiet) and is_under_way(read_events(run_dir)):
            quiet = True
            time.sleep(every)
            continue
        quiet = False
        lengths = [path.stat().st_size for path in files]
        if lengths != seen or not going:
            page = write_report(run_dir, draw_design, written_design, every if going else None, of_problem)
            say(f"Report: {page}" + (" (the study is running)" if going else ""), last=not going)
            seen = lengths
        if not going:
            return
        time.sleep(every)


def _what_is_left(run_dir: Path) -> str:
    page = run_dir / "report.html"
    left = f"{page} stays as it was written last" if page.exists() else "No page was written yet"
    return f"{left}; the study itself goes on. The page again: designopt report {shlex.quote(str(run_dir))}"


def _wait_for_the_first_run(run_dir: Path, every: float) -> None:
    """Return as soon as a study that has just begun has a ledger; at once where nothing is under way."""
    from designopt.records.event_log import is_under_way, read_events
    from designopt.records.ledger import run_files

    def is_empty() -> bool:
        return not any(path.stat().st_size for path in run_files(run_dir))

    if is_empty() and is_under_way(read_events(run_dir)):
        say(f"Waiting for the first run of {run_dir}.")
        while is_empty() and is_under_way(read_events(run_dir)):
            time.sleep(min(every, 1.0))
