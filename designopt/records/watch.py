"""How far a run is, read from its growing ledger."""

import math
import time
from pathlib import Path
from typing import Any

from designopt.records.run import LedgerReader
from designopt.records.trial import Trial, sort_key

PACE = 100
"""Places of a run's allowance at which its time is noted."""


class RunWatch:
    """Follows one run file: call `look` now and then, and read the attributes.

    Attributes:
        spent, evaluations: simulated events charged, and designs scored, so far.
        seconds: of simulating and thinking at the last of them, compilation left out.
        best: the best design that may be ranked; None where there is none yet.
        closest: the best of all that were built, whatever it breaks; None where none was.
        state: waiting, running, re-scoring, done or failed, as the ledger has it.
        why: of a failed run.
        winner: the record of the best design scored again, once it is there.
        pace: (events charged, seconds) at about a hundred places of the allowance.
    """

    def __init__(self, path: Path):
        self.path = path
        self._file = 0
        self._begin()

    def _begin(self) -> None:
        self.spent = self.evaluations = 0
        self.seconds = 0.0
        self.best: Trial | None = None
        self.closest: Trial | None = None
        self.state, self.why = "waiting", ""
        self.winner: dict[str, Any] | None = None
        self.pace: list[tuple[float, float]] = []
        self._reader = LedgerReader(self.path)

    def look(self, until: float = math.inf) -> None:
        """Read what was written between the last look and now. What comes meanwhile waits: there may always be more.

        Raises DamagedLedger for a line that was changed afterwards.

        Args:
            until: by `time.monotonic()`, when what is left waits for the next look.
        """
        if not self.path.exists():
            return
        status = self.path.stat()
        if status.st_ino != self._file or status.st_size < self._reader.length:  # begun anew
            self._file = status.st_ino
            self._begin()
        with self.path.open("rb") as file:
            file.seek(self._reader.length)
            for line in file:
                if not line.endswith(b"\n"):
                    break
                self._take(self._reader.take(line))
                if self._reader.length >= status.st_size or time.monotonic() > until:
                    break

    def _take(self, kind: str) -> None:
        if kind == "trial":
            self._count(self._reader.trials[-1])
        elif kind == "end":
            self.state = "done" if self.best is None else "re-scoring"
        elif kind == "winner":
            self.state, self.winner = "done", self._reader.last["winner"]
        elif kind == "failure":
            self.state, self.why = "failed", str(self._reader.last["failure"].get("why", ""))
        if self.state == "done":
            self._reader.trials.clear()  # of hundreds of runs they would fill the memory

    def _count(self, trial: Trial) -> None:
        self.spent += trial.events
        self.evaluations += 1
        self.seconds = trial.at
        self.state = "running"
        if trial.feasible and (self.best is None or sort_key(trial) < sort_key(self.best)):
            self.best = trial
        if trial.built and (self.closest is None or sort_key(trial) < sort_key(self.closest)):
            self.closest = trial
        step = (self._reader.header or {}).get("allowance", 0) / PACE
        if not self.pace or self.spent >= self.pace[-1][0] + step:
            self.pace.append((self.spent, self.seconds))
