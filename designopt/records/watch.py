"""How far a run is, read from its growing ledger."""

from pathlib import Path

from designopt.records.run import LedgerReader
from designopt.records.trial import Trial, sort_key


class RunWatch:
    """Follows one run file: call `look` now and then, and read the attributes."""

    def __init__(self, path: Path):
        self.path = path
        self._file = 0
        self._begin()

    def _begin(self) -> None:
        self.spent = 0
        self.seconds = 0.0
        self.best: Trial | None = None
        self.state = "waiting"
        self._reader = LedgerReader(self.path)

    def look(self) -> None:
        """Read what was written since the last look. Raises DamagedLedger for a line that was changed afterwards."""
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

    def _take(self, kind: str) -> None:
        if kind == "trial":
            trial = self._reader.trials[-1]
            self.spent += trial.events
            self.seconds = trial.at
            self.state = "running"
            if trial.feasible and (self.best is None or sort_key(trial) < sort_key(self.best)):
                self.best = trial
        elif kind in ("end", "failure"):
            self.state = {"end": "done", "failure": "failed"}[kind]
