"""A study's second memory: what independent simulations said of its designs, one line a design."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from designopt.records.design_record import DesignRecord, beside_reference, remembered
from designopt.records.ledger import append_line
from designopt.records.verification_result import Gain, Verification, gains

FILE = "verified.jsonl"


@dataclass(frozen=True)
class VerificationRecord(DesignRecord):
    """One design of a study that was checked: whose it is, where it stands in the ledger, and what was found.

    `seed` is that of the independent simulation.
    """

    result: Verification

    def to_record(self) -> dict[str, Any]:
        """The line of the file, as JSON values."""
        return {**vars(self), "result": self.result.to_record()}

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Verified":
        """The inverse of `to_record`."""
        return cls(**{**record, "result": Verification.from_record(record["result"])})


def read_verification(run_dir: Path) -> Iterator[VerificationRecord]:
    """Every checked design of a study's folder; none where nothing was verified yet.

    Raises ValueError for a damaged file.
    """
    return remembered(Path(run_dir) / FILE, VerificationRecord.from_record, "verify")


def keep_verification(run_dir: Path, record: VerificationRecord) -> None:
    """Append one checked design: killing the process cannot lose it."""
    append_line(Path(run_dir) / FILE, record.to_record())


def outcomes(
    verification_records: Iterable[VerificationRecord],
) -> list[tuple[VerificationRecord, VerificationRecord, list[Gain]]]:
    """Every checked winner with the checked reference of its problem and the gains over it."""
    return [(one, held, gains(one.result, held.result)) for one, held in beside_reference(verification_records)]
