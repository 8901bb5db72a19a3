"""What a report is made of: the runs of a study folder, measured and grouped, and those that cannot be compared yet."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from designopt.records.designs.design_record import DesignRecord, Result
from designopt.records.designs.robustness import RobustnessRecord
from designopt.records.designs.verification import VerificationRecord
from designopt.records.event_log import not_begun, read_events
from designopt.records.files.lock import is_being_written
from designopt.records.study_record import StudyRecord, load
from designopt.report.data.comparison import Section
from designopt.report.data.differences import conditions, differences
from designopt.report.data.grouping import sections, without_beginnings
from designopt.report.data.metrics import INTERRUPTED, RunMetrics, measure
from designopt.report.data.starts import starts
from designopt.report.sections.alternatives import Alternatives, alternatives_table
from designopt.report.tables.table import Table, count, counted, number


@dataclass(frozen=True)
class Content:
    """A study as a report sees it.

    Attributes:
        record: everything that the folder holds.
        runs: those that are compared.
        beginnings: runs left out, because another one is the same with a larger allowance.
        running: runs left out, because a process is writing them now.
        find: looks for different designs that are as good as the best; None: nobody does.
    """

    record: StudyRecord
    runs: list[RunMetrics]
    beginnings: list[RunMetrics]
    running: list[RunMetrics]
    find: Alternatives | None = None

    @property
    def known(self) -> list[RunMetrics]:
        """Runs whose headers tell what the study is made with: those that are compared, or as long as none is, all."""
        return self.runs or self.running

    @cached_property
    def sections(self) -> list[Section]:
        """One for each problem at each budget."""
        return sections(self.runs)

    @cached_property
    def verification(self) -> list[VerificationRecord]:
        """Records of independent simulations, under the names that the entrants have in the comparison."""
        return self._labelled(self.record.verification)

    @cached_property
    def robustness(self) -> list[RobustnessRecord]:
        """Records of examinations, under the names that the entrants have in the comparison."""
        return self._labelled(self.record.robustness)

    @property
    def subtitle(self) -> str:
        """How much was done, when, and whether under equal conditions."""
        if not self.runs:
            return "No run has ended yet: there is nothing to compare."
        names = {entrant.name for section in self.sections for entrant in section.entrants}
        trials = sum(len(run.number) for run in self.runs)
        events = sum(run.spent for run in self.runs)
        days = sorted({str(run.header.get("started", ""))[:10] for run in self.runs} - {""})
        when = f", {days[0]}" + (f" to {days[-1]}" if len(days) > 1 else "") if days else ""
        return (
            f"{counted(len(names), 'entrant', 'entrants')}, {counted(len(self.runs), 'run', 'runs')}, "
            f"{counted(trials, 'evaluation', 'evaluations')}, {counted(events, 'simulated event', 'simulated events')}"
            f"{when}. {conditions(self.sections)}"
        ).strip()

    @property
    def warnings(self) -> list[str]:
        """What a reader must know first: runs that were not made alike, left out, or are still going."""
        said = starts([run.header for run in self.runs])
        if sentences := differences(self.sections):
            said.append(f"These runs were not all made alike. {' '.join(sentences)}")
        if self.beginnings:
            said.append(
                f"Left out are {len(self.beginnings)} runs that have a smaller allowance than others of the same "
                f"problem, settings and seed in this folder: {', '.join(run.file for run in self.beginnings[:3])}"
                f"{' and others' if len(self.beginnings) > 3 else ''}."
            )
        said += [fault for _, fault in self._alternatives if fault]
        if self.running:
            listed = "; ".join(_going(run) for run in self.running[:12])
            more = f"; and {len(self.running) - 12} more" if len(self.running) > 12 else ""
            waiting = not_begun(read_events(self.record.run_dir))
            have = "has" if waiting == 1 else "have"
            said.append(
                f"The study is still running: {counted(len(self.running), 'run is', 'runs are')} not compared yet "
                f"({listed}{more}){f'; {waiting} more {have} not begun' if waiting else ''}. "
                "All that follows is what is known so far."
            )
        return said

    @cached_property
    def alternatives(self) -> list[Table]:
        """For each section the different designs that are as good as its best; without rows where none were sought."""
        return [table for table, _ in self._alternatives]

    @cached_property
    def _alternatives(self) -> list[tuple[Table, str]]:
        return [alternatives_table(section, self.record.runs, self.find) for section in self.sections]

    def prefix(self, section: Section) -> str:
        """What the files of a section begin with: nothing if it is the only one."""
        if len(self.sections) == 1:
            return ""
        twins = [other for other in self.sections if other.place == section.place]
        mark = f"-{section.mark}" if len(twins) > 1 else ""
        return f"{section.problem['name']}-{section.problem['budget']:g}kCHF{mark}-"

    def _labelled(self, known: Sequence[DesignRecord[Result]]) -> list[DesignRecord[Result]]:
        names = {run.file: run.name for section in self.sections for run in section.runs}
        return [replace(one, entrant=names.get(one.file, one.entrant)) for one in known]


def read(run_dir: Path, find: Alternatives | None = None) -> Content:
    """Read and measure the runs of a study's folder.

    Raises ValueError where no run was recorded, or a file of the folder is damaged.
    """
    record = load(run_dir)
    runs, beginnings = without_beginnings([measure(run, run_dir) for run in record.runs])
    if not runs:
        raise ValueError(f"The ledger in {run_dir} holds no run yet. Run the study first, then ask for its report.")
    running = [run for run in runs if run.status == INTERRUPTED and is_being_written(run_dir / run.file)]
    going = {run.file for run in running}
    return Content(record, [run for run in runs if run.file not in going], beginnings, running, find)


def _going(run: RunMetrics) -> str:
    best = run.best[-1] if len(run.best) else float("inf")
    so_far = f", best so far {number(float(best))}" if best < float("inf") else ""
    return f"{run.name} seed {run.seed}, {count(run.spent)} of {count(float(run.header['allowance']))} events{so_far}"
