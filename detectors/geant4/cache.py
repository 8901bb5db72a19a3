"""Simulated events on disk, so that none is simulated twice and none is lost: one file a job, one sealed line an event.

A file `<key>.events` begins with the job in full. Every record starts on a new line and ends with a fingerprint of
itself and of its job: a torn, altered or misplaced line is left out, reported, and simulated again.
"""

import contextlib
import json
import os
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from designopt.detectors.geant4.job import Job
from designopt.detectors.geant4.records import Record, read_record, seal, write_record
from designopt.runtime import cache_folder


class CacheWarning(UserWarning):
    """Something in the cache could not be used or written; the numbers served are right all the same."""


@dataclass
class Entry:
    """What the cache holds of one job: whole events by number, and which simulation made them."""

    events: dict[int, Record] = field(default_factory=dict)
    simulation: str | None = None


class Cache:
    """A folder of entries; the project's own if none is named (`DESIGNOPT_CACHE`, or in the user's cache folder)."""

    def __init__(self, folder: Path | str | None = None) -> None:
        self.folder = Path(folder) if folder else cache_folder() / "geant4"

    def path(self, job: Job) -> Path:
        """The file of a job."""
        return self.folder / f"{job.key}.events"

    def read(self, job: Job) -> Entry:
        """Every whole event of a job. An entry whose head is not the job's is set aside, with a warning."""
        path, entry, spoilt = self.path(job), Entry(), 0
        try:
            lines = path.read_bytes().decode("ascii", "replace").split("\n")
        except FileNotFoundError:
            return entry
        except OSError as trouble:
            _warn(f"The cache file {path} cannot be read ({trouble.strerror}); its events are simulated again.")
            return entry
        head = _read_head(job, lines[0])
        if head is None:
            aside = path.with_suffix(".spoilt")
            _warn(f"The cache file {path.name} does not begin with its job; it is set aside as {aside.name}.")
            path.replace(aside)
            return entry
        for line in filter(None, lines[1:]):
            record = read_record(job.key, line)
            if record is None:
                spoilt += 1
            else:
                entry.events[record.event] = record
        if spoilt:
            _warn(
                f"{spoilt} lines of the cache file {path.name} are torn or altered; their events are simulated again."
            )
        entry.simulation = head
        return entry

    def writer(self, job: Job, simulation: str) -> "Writer":
        """A writer that appends events to the entry of a job."""
        return Writer(self.path(job), job, simulation)


class Writer:
    """Append events to an entry. A full disk stops the writing, with one warning, never the simulation."""

    def __init__(self, path: Path, job: Job, simulation: str) -> None:
        self.path, self.key, self.stopped = path, job.key, False
        if not path.exists():
            self._guarded(lambda: self._begin(_head(job, simulation)))

    def write(self, record: Record) -> None:
        """One event, flushed."""
        self._guarded(lambda: self._append("\n" + write_record(self.key, record)))

    def _begin(self, head: str) -> None:
        """The file appears with its whole head: who reads meanwhile must not take it for a spoilt one."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=self.path.parent, suffix=".new") as file:
            file.write(head)
            file.flush()
            with contextlib.suppress(FileExistsError):  # another process was faster
                os.link(file.name, self.path)

    def _append(self, text: str) -> None:
        with self.path.open("a") as file:
            file.write(text)

    def _guarded(self, write: Callable[[], None]) -> None:
        if self.stopped:
            return
        try:
            write()
        except OSError as trouble:
            self.stopped = True
            _warn(
                f"The cache in {self.path.parent} cannot be written ({trouble.strerror}). This run goes on and its "
                "numbers are complete, but they are not kept: free some space, or choose another folder."
            )


def _head(job: Job, simulation: str) -> str:
    text = json.dumps({"job": job.settings(), "simulation": simulation}, sort_keys=True)
    return f"{text} {seal(job.key, text)}"


def _read_head(job: Job, line: str) -> str | None:
    text, _, mark = line.rpartition(" ")
    if mark != seal(job.key, text):
        return None
    return json.loads(text)["simulation"]


def _warn(sentence: str) -> None:
    warnings.warn(sentence, CacheWarning, stacklevel=3)
