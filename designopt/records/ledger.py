"""The ledger of a study: one append-only file of sealed JSON lines per run, its first the run's full configuration."""

import errno
import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from designopt.records.files.file_names import LINES, ledger_folder, slug
from designopt.records.files.lines import line_of
from designopt.records.files.lock import lock
from designopt.records.files.seal import Chain
from designopt.records.identity import LedgerMismatch, identity, listed, unlike
from designopt.records.run import FORMAT, DamagedLedger, LedgerReader, Run, read_header, read_ledger

__all__ = [
    "DamagedLedger", "LedgerMismatch", "Run", "RunFile", "read_header", "read_run", "read_runs", "run_file",
    "run_files",
]  # fmt: skip
_log = logging.getLogger(__name__)


def read_run(path: Path) -> Run | None:
    """Everything one run file holds; None where its header was not written yet. Raises DamagedLedger."""
    reader = read_ledger(path)
    return None if reader.header is None else reader.run


def run_file(run_dir: Path | str, *parts: str) -> Path:
    """The file of a run in a study's folder, named after what tells it from the others."""
    return ledger_folder(run_dir) / ("--".join(map(slug, parts)) + LINES)


def run_files(run_dir: Path | str, *parts: str) -> list[Path]:
    """The run files of a study's folder, sorted by name; with `parts` those whose names begin with them, as `run_file`
    writes them."""
    folder, stem = ledger_folder(run_dir), "--".join(map(slug, parts))
    if not parts:
        return sorted(folder.glob(f"*{LINES}"))
    alone = folder / f"{stem}{LINES}"
    return sorted([*folder.glob(f"{stem}--*{LINES}"), *([alone] if alone.exists() else [])])


def read_runs(run_dir: Path) -> Iterator[Run]:
    """Every run of a study that has at least a header.

    Raises ValueError for a folder without a ledger, DamagedLedger for a file that was changed.
    """
    files = run_files(run_dir)
    if not files:
        raise ValueError(f"The folder {run_dir} holds no ledger. Give the folder of a study that has been run.")
    for path in files:
        if (run := read_run(path)) is not None:
            yield run


class RunFile:
    """The one writer of a run file: opens or creates it, cuts a torn last line, appends sealed lines.

    A new file may begin with the trials of a shorter run of the same search, `beginning`; its header says so.
    Raises LedgerMismatch if the file was written for another run, DamagedLedger if it was changed since,
    BlockingIOError if another process writes it, OSError where it cannot be written.
    """

    def __init__(self, path: Path, header: dict[str, Any], beginning: Run | None = None):
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
        except OSError as error:
            raise OSError(
                f"The ledger {path} cannot be written ({error.strerror}). What the folder holds is kept. Choose "
                "another folder, or make this one writable, or make room, and try again."
            ) from error
        try:
            self._lock()
            reader = read_ledger(path) if path.stat().st_size else LedgerReader(path)
            os.ftruncate(self._file, reader.length)
            self._length = reader.length
            self._chain: Chain | None = reader.chain if reader.sealed else None
            if reader.header is not None:
                self.recorded = reader.run
                self._check(header)
            else:
                self._begin(header, beginning)
        except BaseException:
            os.close(self._file)
            raise

    def _lock(self) -> None:
        lock(self._file, f"Another process is writing {self.path}. Wait for it to end, or stop it, and try again.")

    def _begin(self, header: dict[str, Any], beginning: Run | None) -> None:
        trials = [] if beginning is None else beginning.trials
        if beginning is not None:
            header = header | {"continues": {"file": beginning.path.name, "trials": len(trials)}}
        self.recorded = Run(self.path, header, trials)
        self.append({"kind": "header", "format": FORMAT, **header}, *(trial.to_record() for trial in trials))

    def begin_anew(self, header: dict[str, Any]) -> None:
        """Start without the trials of a shorter run: they turned out to be of another search."""
        new = self.path.with_name(self.path.name + ".new")
        old = self._file
        self._file = os.open(new, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o666)
        self._lock()
        self._length, self._chain = 0, Chain()
        self._begin(header, None)
        os.replace(new, self.path)
        os.close(old)

    def _check(self, header: dict[str, Any]) -> None:
        if identity(self.recorded.header) != identity(header):
            raise LedgerMismatch(
                f"The ledger {self.path} was written for another run: its "
                f"{listed(unlike(self.recorded.header, header))}. Choose another run folder, or move this ledger away."
            )
        before, now = (str(one["optimiser"].get("version", "")) for one in (self.recorded.header, header))
        if before != now:
            library = header["optimiser"].get("library")
            _log.warning("%s was begun with %s %s and goes on with %s.", self.path, library, before, now)

    def append(self, *records: dict[str, Any]) -> None:
        """Write a line per record: killing the process cannot lose them.

        Raises OSError, in a sentence, where they cannot be written; what was written before stays as it was.
        """
        lines = (line_of(record).encode() for record in records)
        left = memoryview(b"".join(lines if self._chain is None else map(self._chain.seal, lines)))
        length = self._length + len(left)
        try:
            while left:
                left = left[os.write(self._file, left) :]
        except OSError as error:
            with suppress(OSError):
                os.ftruncate(self._file, self._length)
            raise self._unwritable(error) from error
        self._length = length

    def close(self) -> None:
        """Bring everything to the disk, close the file and free it for another writer.

        Raises OSError, in a sentence, where the disk turns out to be full or broken: some file systems say so only now.
        """
        try:
            os.fsync(self._file)
        except OSError as error:
            if error.errno in _LOST:  # anything else: a file system that cannot do it
                raise OSError(
                    f"The end of the ledger {self.path} did not reach the disk ({error.strerror}) and may be "
                    f"gone. What is there holds. Make room; go on with `designopt resume {self.path.parent.parent}`."
                ) from error
        finally:
            os.close(self._file)

    def _unwritable(self, error: OSError) -> OSError:
        return OSError(
            f"The ledger {self.path} cannot be written ({error.strerror}). Every evaluation before is kept: make "
            f"room, or the folder writable, and go on with `designopt resume {self.path.parent.parent}`."
        )


_LOST = (errno.ENOSPC, errno.EDQUOT, errno.EIO)
"""What `fsync` says of data that did not reach the disk."""
