"""A study that was disturbed held against one that was not: everything that its ledgers promise to be the same."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from designopt.records.files.file_names import ledger_folder
from designopt.records.identity import identity
from designopt.records.ledger import Run, read_run, run_files

TIMES = ("seconds", "at", "seal")
"""Entries of a line that depend on the clock, or on the lines before."""


@dataclass
class Differences:
    """Trials of an undisturbed study that this one has not, has twice, or has otherwise; and what else differs.

    `same` counts the trials that were held against each other and are the same to the bit.
    """

    same: int = 0
    lost: int = 0
    doubled: int = 0
    different: int = 0
    others: list[str] = field(default_factory=list)

    @property
    def none(self) -> bool:
        """Nothing differs."""
        return not (self.lost or self.doubled or self.different or self.others)

    def __add__(self, other: "Differences") -> "Differences":
        return Differences(
            self.same + other.same,
            self.lost + other.lost,
            self.doubled + other.doubled,
            self.different + other.different,
            self.others + other.others,
        )


def compare(run_dir: Path, undisturbed: Path) -> Differences:
    """Hold every ledger of a folder against the one of the same name in the other."""
    found = Differences()
    names = {path.name for folder in (run_dir, undisturbed) for path in run_files(folder)}
    for name in sorted(names):
        found += _compare(ledger_folder(run_dir) / name, ledger_folder(undisturbed) / name)
    return found


def _compare(path: Path, wanted: Path) -> Differences:
    if not wanted.exists():
        return Differences(others=[f"{path.name} is of no run of the study"])
    right = read_run(wanted)
    assert right is not None
    run = read_run(path) if path.exists() else None
    if run is None:
        return Differences(lost=len(right.trials), others=[f"{path.name} has not begun"])
    mine, others = _trials(path), _trials(wanted)
    found = Differences(doubled=sum(count - 1 for count in Counter(number for number, _ in mine).values()))
    known, expected = dict(mine), dict(others)
    found.lost = len(expected.keys() - known.keys())
    found.different = len(known.keys() - expected.keys())
    for number in known.keys() & expected.keys():
        if known[number] == expected[number]:
            found.same += 1
        else:
            found.different += 1
    if [trial.at for trial in run.trials] != sorted(trial.at for trial in run.trials):
        found.others.append(f"the clock of {path.name} goes back")
    for what, one, other in zip(("header", "end", "winner", "failure"), _rest(run), _rest(right), strict=True):
        if one != other:
            found.others.append(f"the {what} of {path.name} is {one!r:.200}, not {other!r:.200}")
    return found


def _trials(path: Path) -> list[tuple[int, str]]:
    """Number and text of every trial line, without what depends on the clock."""
    records = [json.loads(line) for line in path.read_bytes().splitlines()]
    return [(record["number"], _text(record)) for record in records if record["kind"] == "trial"]


def _rest(run: Run) -> tuple[object, ...]:
    end, winner = (None if record is None else _text(record) for record in (run.end, run.winner))
    return identity(run.header), end, winner, run.failure


def _text(record: Mapping[str, Any]) -> str:
    return json.dumps({name: value for name, value in record.items() if name not in TIMES}, sort_keys=True)
