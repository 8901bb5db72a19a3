"""Everything that a run folder holds, read in one place: `load(run_dir)`."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from designopt.records.designs.candidates import Candidate, candidates
from designopt.records.designs.robustness import ROBUSTNESS, RobustnessRecord
from designopt.records.designs.verification import VERIFICATION, VerificationRecord
from designopt.records.ledger import Run, read_runs, run_files
from designopt.records.study_note import StudyNote, read_note


@dataclass(frozen=True)
class StudyRecord:
    """What a study left in its folder. Every part is read once, when it is first asked for; nothing is written.

    A part whose file is damaged raises ValueError, in a sentence that names the file, when it is asked for.
    """

    run_dir: Path

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """Every run that has at least a header, sorted by file: header, trials, end, winner, failure."""
        return tuple(read_runs(self.run_dir))

    @property
    def name(self) -> str:
        """Name of the study, as its first run has it; that of the folder where no run has begun."""
        return str(self.runs[0].header.get("study") or self.run_dir.resolve().name) if self.runs else self.run_dir.name

    @property
    def problems(self) -> list[dict[str, Any]]:
        """Cards of the problems, each once, in the order of the runs (`Problem.card`; money in kCHF)."""
        found: list[dict[str, Any]] = []
        for run in self.runs:
            if run.header["problem"] not in found:
                found.append(run.header["problem"])
        return found

    @cached_property
    def verification(self) -> tuple[VerificationRecord, ...]:
        """What independent simulations said of single designs; empty before `designopt verify`."""
        return tuple(VERIFICATION.read(self.run_dir))

    @cached_property
    def robustness(self) -> tuple[RobustnessRecord, ...]:
        """What single designs rest on; empty before `designopt examine`."""
        return tuple(ROBUSTNESS.read(self.run_dir))

    @cached_property
    def note(self) -> StudyNote | None:
        """Which script the study came from and whether its small version was asked for; None where none was kept."""
        return read_note(self.run_dir)

    @property
    def script(self) -> Path | None:
        """The copy of the study's script in the folder, or None where none was kept."""
        return None if self.note is None else self.run_dir / self.note.path

    def candidates(self, winners: int = 2) -> list[Candidate]:
        """For each problem its reference design and the winners of the `winners` best optimisers, best first.

        Raises ValueError where no run ended with a feasible design.

        Args:
            winners: how many optimisers send the winner of their best run.
        """
        found = candidates(self.runs, winners)
        if not found:
            raise ValueError(f"No run in {self.run_dir} ended with a feasible design, so there is nothing to look at.")
        return found


def load(run_dir: Path | str) -> StudyRecord:
    """The record of a study, from the folder it was run in.

    Args:
        run_dir: the study's folder, which holds `ledger/`; also one written by an earlier version.

    Raises:
        ValueError: the folder holds no ledger.
    """
    folder = Path(run_dir)
    if not run_files(folder):
        raise ValueError(f"The folder {folder} holds no ledger. Give the folder of a study that has been run.")
    return StudyRecord(folder)
