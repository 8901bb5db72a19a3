"""A study's memory: one append-only JSON Lines file a run, its first line the run's full configuration."""

import fcntl
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from designopt.records.trial import Trial, sort_key

FORMAT = 1
_log = logging.getLogger(__name__)


class LedgerMismatch(ValueError):
    """The ledger on disk belongs to another problem, optimiser, seed or allowance."""


@dataclass(frozen=True)
class Run:
    """What one run file holds. `end` is None while a run is unfinished; `failure` is why it broke."""

    path: Path
    header: dict[str, Any]
    trials: list[Trial] = field(default_factory=list)
    end: dict[str, Any] | None = None
    winner: dict[str, Any] | None = None
    failure: dict[str, Any] | None = None

    @property
    def best(self) -> Trial | None:
        """The feasible trial with the lowest score as built, or None."""
        feasible = [trial for trial in self.trials if trial.feasible]
        return min(feasible, key=sort_key) if feasible else None

    @property
    def complete(self) -> bool:
        """The run has ended and its winner, if it has one, was scored again."""
        return self.end is not None and (self.winner is not None or self.best is None)


def whole_lines(path: Path) -> tuple[list[dict[str, Any]], int]:
    """Parsed lines and the length in bytes of the part that holds them; a torn last line is left out."""
    records: list[dict[str, Any]] = []
    length = 0
    with path.open("rb") as file:
        for line in file:
            try:
                record = json.loads(line) if line.endswith(b"\n") else None
            except ValueError:
                record = None
            if not isinstance(record, dict):
                rest = file.read()
                if rest.strip():
                    raise ValueError(
                        f"Line {len(records) + 1} of the ledger {path} is not JSON. "
                        "Restore the file from a copy, or move it away to start this run anew."
                    )
                _log.warning("The last line of %s was torn by an interruption; it is cut off.", path)
                break
            records.append(record)
            length += len(line)
    return records, length


def append_line(path: Path, record: dict[str, Any]) -> None:
    """Append one flushed line to a file of lines, after cutting what an interruption left of the last one."""
    length = whole_lines(path)[1] if path.exists() else 0
    with path.open("a", encoding="utf-8") as file:
        file.truncate(length)
        file.write(_line(record))


def _line(record: dict[str, Any]) -> str:
    return json.dumps(record, separators=(",", ":"), allow_nan=False) + "\n"


def _run(path: Path, records: list[dict[str, Any]]) -> Run:
    if not records or records[0].get("kind") != "header":
        raise ValueError(f"The file {path} has no header line, so it is no ledger of a run. Move it away.")
    if records[0].get("format") != FORMAT:
        raise ValueError(
            f"The ledger {path} has format {records[0].get('format')}; this version reads {FORMAT}. "
            "Read it with the version that wrote it."
        )
    last = {record["kind"]: record for record in records[1:] if record["kind"] != "trial"}
    trials = [Trial.from_record(record) for record in records if record["kind"] == "trial"]
    return Run(path, records[0], trials, last.get("end"), last.get("winner"), _open_failure(last))


def _open_failure(last: dict[str, dict[str, Any]]) -> dict[str, Any] | None:
    """The failure of a run, unless it was resumed and came to its end later."""
    return None if "end" in last else last.get("failure")


def read_run(path: Path) -> Run:
    """Everything one run file holds. Raises ValueError for a file that is no ledger."""
    return _run(path, whole_lines(path)[0])


def run_files(run_dir: Path) -> list[Path]:
    """The run files of a study's folder, sorted by name."""
    return sorted((Path(run_dir) / "ledger").glob("*.jsonl"))


def read_runs(run_dir: Path) -> Iterator[Run]:
    """Every run of a study that has at least a header. Raises ValueError for a folder without a ledger."""
    files = run_files(run_dir)
    if not files:
        raise ValueError(f"The folder {run_dir} holds no ledger. Give the folder of a study that has been run.")
    for path in files:
        records = whole_lines(path)[0]
        if records:
            yield _run(path, records)


_IDENTITY = ("study", "problem", "optimiser", "seed", "allowance")


class RunFile:
    """The one writer of a run file: opens or creates it, cuts a torn last line, appends flushed lines.

    Raises LedgerMismatch if the file was written for another run, BlockingIOError if another process writes it.
    """

    def __init__(self, path: Path, header: dict[str, Any]):
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: TextIO = path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise BlockingIOError(
                f"Another process is writing {path}. Wait for it to end, or stop it, and try again."
            ) from None
        records, length = whole_lines(path)
        self._file.truncate(length)
        if records:
            self.recorded = _run(path, records)
            self._check(path, header)
        else:
            self.recorded = Run(path, header)
            self.append({"kind": "header", "format": FORMAT, **header})

    def _check(self, path: Path, header: dict[str, Any]) -> None:
        wanted = json.loads(json.dumps({name: header[name] for name in _IDENTITY}))
        for name in _IDENTITY:
            if wanted[name] != self.recorded.header.get(name):
                self._file.close()
                raise LedgerMismatch(
                    f"The ledger {path} was written for another run: its {name} is "
                    f"{_difference(self.recorded.header.get(name), wanted[name])}. "
                    "Choose another run folder, or move this ledger away."
                )

    def append(self, record: dict[str, Any]) -> None:
        """Write one line and flush it: killing the process cannot lose it."""
        self._file.write(_line(record))
        self._file.flush()

    def close(self) -> None:
        """Close the file and free it for another writer."""
        self._file.close()


def _difference(found: Any, wanted: Any) -> str:
    if isinstance(found, dict) and isinstance(wanted, dict):
        for key in wanted:
            if found.get(key) != wanted[key]:
                return f"{key} {json.dumps(found.get(key))}, not {json.dumps(wanted[key])}"
    return f"{json.dumps(found)}, not {json.dumps(wanted)}"
