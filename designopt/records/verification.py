"""A study's second memory: what independent simulations said of its designs, one line a design."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from designopt.records.design_record import OfDesign, beside_reference, remembered
from designopt.records.ledger import append_line
from designopt.records.verification_result import Gain, Verification, gains

FILE = "verified.jsonl"


@dataclass(frozen=True)
class Verified(OfDesign):
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


def read_verified(run_dir: Path) -> Iterator[Verified]:
    """Every checked design of a study's folder; none where nothing was verified yet.

    Raises ValueError for a damaged file.
    """
    return remembered(Path(run_dir) / FILE, Verified.from_record, "verify")


def keep_verified(run_dir: Path, verified: Verified) -> None:
    """Append one checked design: killing the process cannot lose it."""
    append_line(Path(run_dir) / FILE, verified.to_record())


def outcomes(verified: Iterable[Verified]) -> list[tuple[Verified, Verified, list[Gain]]]:
    """Every checked winner with the checked reference of its problem and the gains over it."""
    return [(one, held, gains(one.result, held.result)) for one, held in beside_reference(verified)]
