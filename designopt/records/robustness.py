"""A study's third memory: what the optimum rests on, one line an examined design."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from designopt.records.design_record import DesignRecord, remembered
from designopt.records.examination import Examination
from designopt.records.ledger import append_line

FILE = "examined.jsonl"


@dataclass(frozen=True)
class RobustnessRecord(DesignRecord):
    """One design of a study that was examined: whose it is, where it stands in the ledger, and what was found.

    `seed` is that of the events and of the random changes; `rescored` and `rescored_error` are the ledger's.
    """

    rescored: float
    rescored_error: float
    result: Examination

    def to_record(self) -> dict[str, Any]:
        """The line of the file, as JSON values."""
        return {**vars(self), "result": self.result.to_record()}

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Examined":
        """The inverse of `to_record`."""
        return cls(**{**record, "result": Examination.from_record(record["result"])})


def read_robustness(run_dir: Path) -> Iterator[RobustnessRecord]:
    """Every examined design of a study's folder; none where nothing was examined yet.

    Raises ValueError for a damaged file.
    """
    return remembered(Path(run_dir) / FILE, RobustnessRecord.from_record, "examine")


def keep_robustness(run_dir: Path, record: RobustnessRecord) -> None:
    """Append one examined design: killing the process cannot lose it."""
    append_line(Path(run_dir) / FILE, record.to_record())
