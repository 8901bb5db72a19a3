"""The ledger of a study: one append-only JSON Lines file per run, its first line the run's full configuration."""

import fcntl
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from designopt.records.earlier import header_now, trial_now
from designopt.records.entrant import Role, role_of
from designopt.records.file_names import slug
from designopt.records.lines import line_of, whole_lines
from designopt.records.trial import Trial, sort_key

FORMAT = 2
"""Of the run files that are written. Format 1 is read too: see `earlier`."""
READ = (1, 2)
_log = logging.getLogger(__name__)


class LedgerMismatch(ValueError):
    """The ledger on disk belongs to another problem, optimiser, seed or allowance."""


@dataclass(frozen=True)
class Run:
    """What one run file holds.

    Attributes:
        path: of the file.
        header: the run's full configuration, its first line.
        trials: every scored design, in order.
        end: how and why the run ended; None while it is unfinished.
        winner: the best design scored again, as `rescore` gives it; None where there is none yet.
        failure: why it broke; None where it did not, or was resumed to its end.
    """

    path: Path
    header: dict[str, Any]
    trials: list[Trial] = field(default_factory=list)
    end: dict[str, Any] | None = None
    winner: dict[str, Any] | None = None
    failure: dict[str, Any] | None = None

    @property
    def entrant(self) -> str:
        """Name of the optimiser."""
        return str(self.header["optimiser"]["name"])

    @property
    def role(self) -> Role:
        """Role of the optimiser: search, baseline or reference."""
        return role_of(self.header)

    @property
    def best(self) -> Trial | None:
        """The feasible trial with the lowest score as built, or None."""
        feasible = [trial for trial in self.trials if trial.feasible]
        return min(feasible, key=sort_key) if feasible else None

    @property
    def complete(self) -> bool:
        """The run has ended and its winner, if it has one, was scored again."""
        return self.end is not None and (self.winner is not None or self.best is None)


def _run(path: Path, records: list[dict[str, Any]]) -> Run:
    if not records or records[0].get("kind") != "header":
        raise ValueError(f"The file {path} has no header line, so it is no ledger of a run. Move it away.")
    if records[0].get("format") not in READ:
        raise ValueError(
            f"The ledger {path} has format {records[0].get('format')}; this version reads 1 and 2. "
            "Read it with the version that wrote it."
        )
    header = header_now(records[0])
    last = {record["kind"]: record for record in records[1:] if record["kind"] != "trial"}
    trials = [
        Trial.from_record(trial_now(header["problem"], record)) for record in records if record["kind"] == "trial"
    ]
    return Run(path, header, trials, last.get("end"), last.get("winner"), _open_failure(last))


def _open_failure(last: dict[str, dict[str, Any]]) -> dict[str, Any] | None:
    """The failure of a run, unless it was resumed and came to its end later."""
    return None if "end" in last else last.get("failure")


def read_run(path: Path) -> Run:
    """Everything one run file holds. Raises ValueError for a file that is no ledger."""
    return _run(path, whole_lines(path)[0])


def run_file(run_dir: Path | str, *parts: str) -> Path:
    """The file of a run in a study's folder, named after what tells it from the others."""
    return Path(run_dir) / "ledger" / ("--".join(map(slug, parts)) + ".jsonl")


def run_files(run_dir: Path | str) -> list[Path]:
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
_ENTRANT = ("name", "library", "settings")
"""What of an optimiser must be the same. A new version is only reported: replay decides. A role changes no trial."""


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
        found, wanted = _identity(self.recorded.header), _identity(json.loads(json.dumps(header)))
        for name in _IDENTITY:
            if wanted[name] != found[name]:
                self._file.close()
                raise LedgerMismatch(
                    f"The ledger {path} was written for another run: its {name} is "
                    f"{_difference(found[name], wanted[name])}. "
                    "Choose another run folder, or move this ledger away."
                )
        before, now = (str(one["optimiser"].get("version", "")) for one in (self.recorded.header, header))
        if before != now:
            _log.warning(
                "%s was begun with %s %s and goes on with %s.", path, header["optimiser"].get("library"), before, now
            )

    def append(self, record: dict[str, Any]) -> None:
        """Write one line and flush it: killing the process cannot lose it."""
        self._file.write(line_of(record))
        self._file.flush()

    def close(self) -> None:
        """Close the file and free it for another writer."""
        self._file.close()


def _identity(header: dict[str, Any]) -> dict[str, Any]:
    """What tells one run from another."""
    optimiser = header.get("optimiser", {})
    entrant = {key: optimiser[key] for key in _ENTRANT if key in optimiser}
    return {name: header.get(name) for name in _IDENTITY} | {"optimiser": entrant}


def _difference(found: Any, wanted: Any) -> str:
    if isinstance(found, dict) and isinstance(wanted, dict):
        for key in wanted:
            if found.get(key) != wanted[key]:
                return f"{key} {json.dumps(found.get(key))}, not {json.dumps(wanted[key])}"
    return f"{json.dumps(found)}, not {json.dumps(wanted)}"
