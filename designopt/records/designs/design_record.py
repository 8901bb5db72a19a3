"""What is kept of single designs beside the ledger: one file a kind of result, one line a design, written once."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable

from designopt.records.designs.reading import as_declared
from designopt.records.earlier import design_now
from designopt.records.entrant import Role
from designopt.records.files.lines import ChangedLine, LineFile


@runtime_checkable
class Recorded(Protocol):
    """A result that can be kept: it becomes JSON values and comes back from them."""

    def to_record(self) -> dict[str, Any]:
        """The result as JSON values."""
        ...

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Any:
        """The inverse of `to_record`; KeyError or TypeError for anything else."""
        ...


Result = TypeVar("Result", bound=Recorded)


@dataclass(frozen=True)
class DesignRecord(Generic[Result]):
    """What was found of one design of a study.

    Attributes:
        problem: the problem's card, as in the ledger's header.
        entrant, role: name of the optimiser that found the design, and its role.
        file, trial: the ledger, relative to the run folder, and the number of the trial in it.
        seed: of what was simulated for the result.
        result: what was found.
    """

    problem: dict[str, Any]
    entrant: str
    role: Role
    file: str
    trial: int
    seed: int
    result: Result

    @property
    def is_reference(self) -> bool:
        """Whether the design is one of people, which gains are quoted against."""
        return self.role == "reference"


@dataclass(frozen=True)
class DesignFile(Generic[Result]):
    """The file of one kind of result in a run folder.

    Attributes:
        name: of the file that is written.
        earlier: name that earlier versions gave it; such a file is read first.
        command: of the command line that makes the results.
        result: type of the results.
    """

    name: str
    earlier: str
    command: str
    result: type[Result]

    def read(self, run_dir: Path | str) -> list[DesignRecord[Result]]:
        """Every record of a run folder, in the order written; none where there is no file yet.

        Raises ValueError for a damaged file.
        """
        paths = [Path(run_dir) / name for name in (self.earlier, self.name)]
        return [record for path in paths if path.exists() for record in self._read(path)]

    def append(self, run_dir: Path | str, record: DesignRecord[Result]) -> None:
        """Append one record: killing the process cannot lose it.

        Raises OSError where the folder is not writable, ValueError where the file was changed.
        """
        self._file(Path(run_dir) / self.name).append({**vars(record), "result": record.result.to_record()})

    def _file(self, path: Path) -> LineFile:
        try:
            return LineFile(path)
        except ChangedLine as error:
            raise self._damaged(path, str(error)) from error

    def _read(self, path: Path) -> list[DesignRecord[Result]]:
        records = []
        for number, line in enumerate(self._file(path).records, start=1):
            try:
                now = design_now(line)
                result = self.result.from_record(now["result"])
                records.append(as_declared(DesignRecord, {**now, "result": result}))
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise self._damaged(path, f"line {number}, {str(error)!r}") from error  # may quote the line
        return records

    def _damaged(self, path: Path, why: str) -> ValueError:
        return ValueError(
            f"The file {path} is damaged ({why}). The runs of the study are not: put back a copy of the file, or move "
            f"it away and `designopt {self.command}` again."
        )


def beside_reference(
    known: Iterable[DesignRecord[Result]],
) -> list[tuple[DesignRecord[Result], DesignRecord[Result]]]:
    """Every winner with the reference of its problem; nothing where either is missing."""
    every = list(known)
    references = [one for one in every if one.is_reference]
    return [(one, held) for one in every if not one.is_reference for held in references if held.problem == one.problem]
