"""One run as its ledger holds it, and the one reader of ledgers: every line is checked before it counts."""

import json
import logging
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from numbers import Real
from pathlib import Path
from typing import Any

from designopt.records.earlier import header_now, trial_now
from designopt.records.entrant import Role, role_of
from designopt.records.files.seal import Chain, is_sealed
from designopt.records.trial import Trial, sort_key

FORMAT = 3
"""Of the ledgers that are written: every line is sealed. Formats 1 (see `earlier`) and 2 had no seals."""
READ = (1, 2, 3)
SEALED = 3
"""From this format on every line has its seal."""
LARGEST = sys.float_info.max
"""No number of a record is larger: whole numbers of JSON have no end."""
_log = logging.getLogger(__name__)


class OtherFormat(ValueError):
    """The ledger was written by a version that this one cannot read."""


class DamagedLedger(ValueError):
    """A line of a ledger is not what was written there. The message says which one, what holds and how to go on."""


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
        sealed: its lines are sealed. Where they are not, a changed number cannot be noticed.
    """

    path: Path
    header: dict[str, Any]
    trials: list[Trial] = field(default_factory=list)
    end: dict[str, Any] | None = None
    winner: dict[str, Any] | None = None
    failure: dict[str, Any] | None = None
    sealed: bool = True

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


class LedgerReader:
    """Takes the lines of one ledger in their order; raises DamagedLedger at the first that is not what was written.

    Attributes:
        header: the run's configuration as this version writes it; None before the first line.
        trials: those taken so far.
        last: the last record of each other kind: end, winner, failure.
        sealed: whether the ledger's lines have seals.
        lines, length: lines taken so far, and their length in bytes; after an error, of what still holds.
        chain: the seals so far, which a writer goes on with.
    """

    def __init__(self, path: Path):
        self.path = path
        self.header: dict[str, Any] | None = None
        self.trials: list[Trial] = []
        self.last: dict[str, dict[str, Any]] = {}
        self.sealed = True
        self.lines = self.length = 0
        self.chain = Chain()

    def take(self, line: bytes) -> str:
        """Check and keep a whole line, newline included; returns its kind."""
        if not self.lines:
            self.sealed = is_sealed(line)
        if self.sealed and (fault := self.chain.fault(line)):
            raise self._damaged(f"it {fault}")
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            raise self._damaged("it is not JSON" if line.strip() else "it is blank") from None
        if not isinstance(record, dict) or not isinstance(record.get("kind"), str):
            raise self._damaged("it is no record of a run")
        if ("seal" in record) != self.sealed:
            raise self._damaged("it has no seal" if self.sealed else "its seal does not stand where it was written")
        record.pop("seal", None)
        self._keep(record)
        self.lines += 1
        self.length += len(line)
        return str(record["kind"])

    @property
    def run(self) -> Run:
        """Everything so far. There must be a header."""
        assert self.header is not None
        last = self.last
        failure = None if "end" in last else last.get("failure")  # a run that was resumed to its end did not fail
        return Run(self.path, self.header, self.trials, last.get("end"), last.get("winner"), failure, self.sealed)

    def _keep(self, record: dict[str, Any]) -> None:
        kind = record["kind"]
        if (kind == "header") != (self.lines == 0):
            raise self._damaged("the header belongs there" if self.lines == 0 else "it is a second header")
        if (kind in self.last and kind != "failure") or (kind == "trial" and "end" in self.last):
            raise self._damaged(f"there is a second {kind}" if kind in self.last else "it is a trial after the end")
        if kind == "winner" and "end" not in self.last:
            raise self._damaged("the end of the run belongs there")
        try:
            _KEEP[kind](self, record)
        except KeyError as error:
            name = f"{error.args[0]!r:.60}"
            what = "its entry" if kind in _KEEP else "no record of a run is of the kind"
            raise self._damaged(f"{what} {name} {'is missing' if kind in _KEEP else ''}".strip()) from error
        except (TypeError, AttributeError, ValueError, OverflowError) as error:
            if isinstance(error, (DamagedLedger, OtherFormat)):
                raise
            raise self._damaged(f"it does not hold what belongs there ({str(error)!r:.300})") from error

    def _keep_header(self, record: dict[str, Any]) -> None:
        known = record.get("format")
        if known not in READ:
            raise OtherFormat(
                f"The ledger {self.path} has format {known!r:.40}; this version reads {', '.join(map(str, READ))}. "
                "Read it with the version that wrote it."
            )
        if known >= SEALED and not self.sealed:
            raise self._damaged("it has no seal")
        problem, optimiser = _entry(record, "problem", Mapping), _entry(record, "optimiser", Mapping)
        for holder, key, wanted in (
            (problem, "name", str), (problem, "budget", Real), (problem, "spend", str), (problem, "options", Mapping),
            (optimiser, "name", str), (record, "seed", Real), (record, "allowance", Real),
        ):  # fmt: skip
            _entry(holder, key, wanted)
        for key in ("versions", "plugins"):
            if key in record:
                _entry(record, key, Mapping)
        self.header = header_now(record)

    def _keep_trial(self, record: dict[str, Any]) -> None:
        assert self.header is not None
        trial = Trial.from_record(trial_now(self.header["problem"], record))
        if trial.number != len(self.trials):
            raise self._damaged(f"trial {len(self.trials)} belongs there, and trial {trial.number} was found")
        self.trials.append(trial)

    def _keep_end(self, record: dict[str, Any]) -> None:
        _entry(record, "stop", str)
        self.last["end"] = record

    def _keep_winner(self, record: dict[str, Any]) -> None:
        for key, wanted in (("number", int), ("score", Real), ("violations", Mapping), ("design", Mapping)):
            _entry(record, key, wanted)
        for limit in record["violations"]:
            _entry(record["violations"], limit, Real)
        error = record.get("score_error")
        if error is not None and (not isinstance(error, int | float) or error < 0 or error > LARGEST):
            raise TypeError(f"its entry 'score_error' is {error!r:.40}")
        self.last["winner"] = record

    def _keep_failure(self, record: dict[str, Any]) -> None:
        self.last["failure"] = record

    def _damaged(self, why: str) -> DamagedLedger:
        trials = len(self.trials)
        holds = f"The {trials} evaluations before it hold" if trials != 1 else "The evaluation before it holds"
        kept = "Nothing of this run can be used" if self.header is None else holds
        return DamagedLedger(
            f"Line {self.lines + 1} of the ledger {self.path} is damaged: {why}. {kept}; the file was changed after it "
            "was written, which no optimiser does. Put back a copy of it, or let "
            f"`designopt resume {self.path.parent.parent} --repair` go on from the line before: "
            f"it keeps the file as it is now beside it, as {self.path.name}.damaged."
        )


_KEEP: dict[str, Callable[[LedgerReader, dict[str, Any]], None]] = {
    "header": LedgerReader._keep_header,
    "trial": LedgerReader._keep_trial,
    "end": LedgerReader._keep_end,
    "winner": LedgerReader._keep_winner,
    "failure": LedgerReader._keep_failure,
}


def _entry(record: Mapping[str, Any], key: str, wanted: type) -> Any:
    """An entry of a record. Raises KeyError where it is missing, TypeError where it is of another type."""
    value = record[key]
    if not isinstance(value, wanted) or (isinstance(value, int | float) and not -LARGEST < value < LARGEST):
        raise TypeError(f"its entry '{key}' is {value!r:.40}")
    return value


def read_ledger(path: Path, reader: LedgerReader | None = None) -> LedgerReader:
    """Read a whole ledger. A last line without its end, as a death leaves it, is left out with a warning.

    Raises DamagedLedger; `reader` then still holds what was sound.
    """
    reader = reader or LedgerReader(path)
    with path.open("rb") as file:
        for line in file:
            if not line.endswith(b"\n"):
                _log.warning("The last line of %s was torn by an interruption; it is left out.", path)
                break
            reader.take(line)
    if reader.header is None:
        _log.warning("The ledger %s is empty: its run was cut short as it began, and counts as not begun.", path)
    return reader


def read_header(path: Path) -> dict[str, Any] | None:
    """The configuration of a run, from the first line of its ledger; None where that was not written yet."""
    reader = LedgerReader(path)
    with path.open("rb") as file:
        if (line := file.readline()).endswith(b"\n"):
            reader.take(line)
    return reader.header
