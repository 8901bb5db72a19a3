"""Write the report of a study: one page that needs nothing but itself, its figures as PNG and its tables as CSV."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from designopt.records.design_record import DesignRecord, Result
from designopt.records.file_names import slug
from designopt.records.study_record import StudyRecord, load
from designopt.records.whole_file import write_whole
from designopt.report.data.comparison import Section
from designopt.report.data.differences import conditions, differences
from designopt.report.data.grouping import families, sections, without_beginnings
from designopt.report.data.metrics import RunMetrics, measure
from designopt.report.figures.curves import score_against_money
from designopt.report.figures.palette import Palette, save, vector
from designopt.report.figures.winners import Draw
from designopt.report.layout import document, heading, paragraph, picture, preformatted
from designopt.report.sections.problem_section import ProblemSection
from designopt.report.sections.summary import smoke_test, summary
from designopt.report.tables.design_table import Written
from designopt.report.tables.table import count


def write_report(run_dir: Path, draw: Draw | None = None, written: Written | None = None) -> Path:
    """Read the ledger of a study and write `report.html`, `figures/`, `tables/` and `designs/` into its folder.

    Args:
        run_dir: the study's folder, which holds `ledger/`.
        draw: draws a design on matplotlib axes, given the problem's entry in the ledger's header; without it
            winners are described by their money only.
        written: gives a design in its problem's own words, for `designs/`; without it they are written by variable.

    Returns:
        The path of the page. The same ledger gives the same files, byte for byte.

    Raises:
        ValueError: no run was recorded. OSError: the folder cannot be written to. Both are sentences.
    """
    run_dir = Path(run_dir)
    record = load(run_dir)
    runs, beginnings = without_beginnings([measure(run, run_dir) for run in record.runs])
    if not runs:
        raise ValueError(f"The ledger in {run_dir} holds no run yet. Run the study first, then ask for its report.")
    found = sections(runs)
    palette = Palette(entrant.name for section in found for entrant in section.searchers)
    try:
        for folder in ("figures", "tables"):
            (run_dir / folder).mkdir(exist_ok=True)
        page = run_dir / "report.html"
        write_whole(page, _page(record, runs, beginnings, found, palette, draw, written).encode())
    except OSError as error:
        raise OSError(
            f"The report cannot be written to {run_dir}: {error.strerror}. All runs are kept. Make room, or the folder "
            f"writable, or copy it elsewhere, and give `designopt report {run_dir}`."
        ) from error
    return page


def _page(
    record: StudyRecord,
    runs: list[RunMetrics],
    beginnings: list[RunMetrics],
    found: list[Section],
    palette: Palette,
    draw: Draw | None,
    written: Written | None,
) -> str:
    study, run_dir = record.name, record.run_dir
    parts = [
        ProblemSection(
            section,
            run_dir,
            _prefix(section, found),
            palette,
            draw,
            _labelled(record.verification, found),
            _labelled(record.robustness, found),
            found,
            written,
        )
        for section in found
    ]
    body = heading(1, study) + paragraph(_subtitle(runs, found), "grey") + _unlike(found, beginnings)
    for section in found:
        if len(found) > 1:
            body += heading(3, section.title)
        if warning := smoke_test(section):
            body += paragraph(warning, "warning")
        headline, *rest = summary(section)
        body += paragraph(headline, "summary") + "".join(paragraph(sentences) for sentences in rest)
    if len(found) > 1:
        links = " ".join(f'<a href="#{part.anchor}">{part.section.title}</a>' for part in parts)
        body += f"<nav>{links}</nav>\n"
    body += _money_cuts(run_dir, found, palette)
    for place, part in enumerate(parts):
        body += heading(2, part.section.title, part.anchor, "" if place else "first") + part.write()
    return document(f"{study}: comparison of optimisers", body + _provenance(run_dir, runs))


def _labelled(known: Sequence[DesignRecord[Result]], found: list[Section]) -> list[DesignRecord[Result]]:
    """Records of single designs under the names that their entrants have in the comparison."""
    names = {run.file: run.name for section in found for run in section.runs}
    return [replace(one, entrant=names.get(one.file, one.entrant)) for one in known]


def _subtitle(runs: list[RunMetrics], found: list[Section]) -> str:
    names = {entrant.name for section in found for entrant in section.entrants}
    trials = sum(len(run.number) for run in runs)
    events = sum(run.spent for run in runs)
    days = sorted({str(run.header.get("started", ""))[:10] for run in runs} - {""})
    when = f", {days[0]}" + (f" to {days[-1]}" if len(days) > 1 else "") if days else ""
    return (
        f"{len(names)} entrants, {len(runs)} runs, {count(trials)} evaluations, {count(events)} simulated events"
        f"{when}. {conditions(found)}"
    ).strip()


def _unlike(found: list[Section], beginnings: list[RunMetrics]) -> str:
    """A warning that names every difference between the runs, and those left out; empty where all were made alike."""
    text = ""
    if sentences := differences(found):
        text += paragraph(f"These runs were not all made alike. {' '.join(sentences)}", "warning")
    if beginnings:
        text += paragraph(
            f"Left out are {len(beginnings)} runs that have a smaller allowance than others of the same problem, "
            f"settings and seed in this folder: {', '.join(run.file for run in beginnings[:3])}"
            f"{' and others' if len(beginnings) > 3 else ''}.",
            "warning",
        )
    return text


def _prefix(section: Section, found: list[Section]) -> str:
    """What the files of a section begin with: nothing if it is the only one."""
    if len(found) == 1:
        return ""
    twins = [s for s in found if s.place == section.place]
    mark = f"-{section.mark}" if len(twins) > 1 else ""
    return f"{section.problem['name']}-{section.problem['budget']:g}kCHF{mark}-"


def _money_cuts(run_dir: Path, found: list[Section], palette: Palette) -> str:
    """Score against money for every problem that was studied at several budgets."""
    pieces = []
    for title, cuts in families(found).items():
        if len({section.problem["budget"] for section in cuts}) < 2:
            continue
        figure = score_against_money(cuts, palette)
        save(figure, run_dir / "figures" / f"{slug(title)}-score-against-money.png")
        caption = "Interquartile mean of the final score with its 95 % interval, at each budget (grey lines)."
        pieces.append(picture(vector(figure), "svg+xml", f"Score against money, {title}", caption))
    return "".join(pieces)


def _provenance(run_dir: Path, runs: list[RunMetrics]) -> str:
    """Commands, versions and where every number comes from."""
    commands = sorted({str(run.header.get("command", "")) for run in runs} - {""})
    commits = sorted({str(run.header.get("commit", "")) for run in runs} - {""})
    versions: dict[str, set[str]] = {}
    for run in runs:
        for package, version in run.header.get("versions", {}).items():
            versions.setdefault(package, set()).add(str(version))
    listed = ", ".join(f"{package} {' and '.join(sorted(versions[package]))}" for package in sorted(versions))
    text = heading(2, "Where this comes from", "provenance")
    text += paragraph("The runs were made by:") + preformatted("\n".join(commands) or "(not recorded)")
    text += paragraph("This page, its figures and its tables are made again, identically, from the ledger by:")
    text += preformatted(f"designopt report {run_dir.resolve().name}")
    text += paragraph(f"Commit: {', '.join(commits) or 'not recorded'}. Versions: {listed or 'not recorded'}.")
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
