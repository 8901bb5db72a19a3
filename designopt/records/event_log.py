"""What happened to a study, for programs: `events.jsonl` in its folder, one JSON object a line, never needed to go on.

The schema is in docs/running.md. Losing the file loses nothing of the study, and failing to write it never stops one.
"""

import datetime
import json
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from designopt.records.files.lines import line_of

FILE = "events.jsonl"
BEGINS, ENDS = "study-begins", ("study-ends", "interrupted")
"""Events of a whole command."""
SCHEMA = 1
"""Of the lines; a later version may add entries, and raises the number where it changes or drops one."""


class EventLog:
    """Appends to the event log of a run folder; a line is written in one piece, so that threads may share it.

    Args:
        run_dir: the study's folder, which exists.
        warn: hears, once, why lines cannot be written.
    """

    def __init__(self, run_dir: Path, warn: Callable[[str], None]):
        self.path, self._warn = run_dir / FILE, warn
        self._warned = False
        self._torn = False
        with suppress(OSError), self.path.open("rb") as file:  # what an earlier process left of its last line
            file.seek(-1, os.SEEK_END)
            self._torn = file.read(1) != b"\n"

    def write(self, event: str, **entries: Any) -> None:
        """Append an event with the time of now. Entries are JSON values; what is not finite becomes null."""
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
        line = line_of({"time": now, "event": event} | {key: _finite(value) for key, value in entries.items()})
        whole = (b"\n" if self._torn else b"") + line.encode()
        try:
            file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
            try:
                self._torn = os.write(file, whole) < len(whole)
            finally:
                os.close(file)
        except OSError as error:
            if not self._warned:
                self._warned = True
                self._warn(
                    f"The event log {self.path} cannot be written ({error.strerror}). The study goes on without."
                )


def ledger_entry(run_dir: Path, path: Path) -> dict[str, str]:
    """The entry that names the file of a run, relative to the study's folder."""
    return {"ledger": str(path.relative_to(run_dir))}


def read_events(run_dir: Path | str) -> list[dict[str, Any]]:
    """Every event of a run folder, in the order written; lines that a full disk or a kill has torn are left out.

    An empty list where there is no event log.
    """
    path = Path(run_dir) / FILE
    if not path.exists():
        return []
    found = []
    for line in path.read_bytes().splitlines():
        with suppress(ValueError, RecursionError):
            event = json.loads(line)
            found += [event] if isinstance(event, dict) and "event" in event else []
    return found


def is_under_way(events: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the last command of a study has neither ended nor been interrupted, as far as its events tell.

    After a kill, which leaves no word, it still seems to go on; of a study without events nothing is known: False.

    Args:
        events: as `read_events` gives them.
    """
    told = [event["event"] for event in events if event["event"] in (BEGINS, *ENDS)]
    return bool(told) and told[-1] == BEGINS


def not_begun(events: Sequence[Mapping[str, Any]]) -> int:
    """Runs that the study's last command still has to begin; 0 where no event tells.

    Args:
        events: as `read_events` gives them.
    """
    places = [place for place, event in enumerate(events) if event["event"] == BEGINS]
    if not places:
        return 0
    first, *later = events[places[-1] :]
    begun = {event.get("ledger") for event in later if event["event"] == "run-begins"}
    return max(0, int(first.get("runs", 0)) - int(first.get("done", 0)) - len(begun))


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not -float("inf") < value < float("inf") else value
