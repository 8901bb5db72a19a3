"""The events of a study, as its progress is seen: written to the event log of its folder (schema: docs/running.md)."""

import time
from pathlib import Path
from typing import Any

from designopt.cli.progress import Progress, Row
from designopt.records.event_log import EventLog, ledger_entry

UNCHANGED = 60.0
"""Seconds between two lines on a run that does the same all the time."""
CHANGED = 10.0
"""Seconds between two lines on a run that does one thing after the other."""


class ProgressLog:
    """Tells an event log what has changed since the last tick."""

    def __init__(self, log: EventLog, progress: Progress, run_dir: Path):
        self._log, self._progress, self._run_dir = log, progress, run_dir
        self._ended = {row.label for row in progress.rows if row.watch.state == "done"}
        self._told: dict[str, tuple[float, str]] = {}

    def begin(self) -> None:
        """What was there before is no event."""
        self._ended |= {row.label for row in self._progress.rows if row.watch.state == "done"}

    def tick(self) -> None:
        """Write what has changed."""
        now = time.monotonic()
        for row in self._progress.rows:
            if row.doing:
                self._ended.discard(row.label)
                self._under_way(row, now)
            elif row.ended and row.label not in self._ended and (row.label in self._told or row.watch.state == "done"):
                self._ended.add(row.label)
                if row.label not in self._told:  # shorter than the time between two looks
                    self._begins(row, now)
                self._log.write("run-ends", **self._of(row), **_outcome(row), **self._counts())

    def end(self, error: BaseException | None) -> None:
        """Everything has been carried out, or an error ends it."""
        why = None if error is None else f"{type(error).__name__}: {error}"
        self._log.write("study-ends", why=why, seconds=round(self._progress.passed, 1), **self._counts())

    def _under_way(self, row: Row, now: float) -> None:
        if row.label not in self._told:
            self._begins(row, now)
            return
        last, doing = self._told[row.label]
        if now - last > (UNCHANGED if doing == row.doing else CHANGED):
            left = self._progress.left
            rest = left.runs.get(self._progress.rows.index(row))
            self._log.write(
                "run-progress", **self._of(row), doing=row.doing, best=_best(row), seconds_left=_whole(rest),
                study_seconds_left=_whole(left.study),
            )  # fmt: skip
            self._told[row.label] = now, row.doing

    def _begins(self, row: Row, now: float) -> None:
        self._log.write("run-begins", **self._of(row), **self._counts())
        self._told[row.label] = now, row.doing

    def _of(self, row: Row) -> dict[str, Any]:
        watch = row.watch
        return {
            "run": row.label,
            **ledger_entry(self._run_dir, watch.path),
            "evaluations": watch.evaluations,
            "spent": watch.spent,
            "allowance": row.plan.allowance.events,
        }

    def _counts(self) -> dict[str, int]:
        progress = self._progress
        return {"runs": len(progress.rows), "done": progress.count("done"), "failed": progress.count("failed")}


def _whole(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds)


def _best(row: Row) -> float | None:
    return None if row.watch.best is None else row.watch.best.score


def _outcome(row: Row) -> dict[str, Any]:
    watch = row.watch
    winner = watch.winner or {}
    closest = watch.closest
    return {
        "outcome": watch.state,
        "why": watch.why or None,
        "score": winner.get("score", _best(row)),
        "score_error": winner.get("score_error"),
        "breaks": {} if watch.best or not closest else {n: g for n, g in closest.built_violations.items() if g > 0},
        "seconds": None if row.passed is None else round(row.passed, 1),
    }
