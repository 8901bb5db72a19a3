"""How far a run is, read from its growing ledger."""

import json
from pathlib import Path
from typing import Any

from designopt.records.earlier import header_now, trial_now
from designopt.records.trial import Trial, sort_key


class RunWatch:
    """Follows one run file: call `look` now and then, and read the attributes."""

    def __init__(self, path: Path):
        self.path = path
        self.spent = 0
        self.seconds = 0.0
        self.best: Trial | None = None
        self.state = "waiting"
        self._offset = 0
        self._card: dict[str, Any] = {}

    def look(self) -> None:
        """Read what was written since the last look."""
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            file.seek(self._offset)
            for line in file:
                if not line.endswith(b"\n"):
                    break
                self._offset += len(line)
                self._take(json.loads(line))

    def _take(self, record: dict[str, Any]) -> None:
        kind = record["kind"]
        if kind == "header":
            self._card = header_now(record)["problem"]
        elif kind == "trial":
            trial = Trial.from_record(trial_now(self._card, record))
            self.spent += trial.events
            self.seconds = trial.at
            self.state = "running"
            if trial.feasible and (self.best is None or sort_key(trial) < sort_key(self.best)):
                self.best = trial
        elif kind in ("end", "failure"):
            self.state = {"end": "done", "failure": "failed"}[kind]
