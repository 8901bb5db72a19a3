"""One run of a study: which problem, which optimiser, which seed, and how it is carried out."""

import datetime
import logging
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from designopt.design.numbers import plain
from designopt.evaluation.doing import Doing, Tell, nobody
from designopt.evaluation.evaluator import Allowance, AllowanceSpent, Evaluator
from designopt.evaluation.replay import ReplayMismatch
from designopt.optimisers.base import AbstractOptimiser
from designopt.optimisers.stop import Stop
from designopt.problem.free_budget import SUFFIX
from designopt.problem.problem import Problem
from designopt.problem.requirements import prices_of_references, question
from designopt.records.identity import cell, identity, is_beginning_of, mark
from designopt.records.ledger import Run, RunFile, read_header, read_run, run_file, run_files
from designopt.records.trial import Trial
from designopt.study.provenance import commit, plugins, versions
from designopt.study.rescore import rescore
from designopt.study.start import Start

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunPlan:
    """One cell of a study's grid."""

    study: str
    problem: Problem
    optimiser: AbstractOptimiser
    seed: int
    allowance: Allowance
    start: Start | None = None

    @property
    def label(self) -> str:
        """What a person calls this run."""
        return f"{self.optimiser.name}, seed {self.seed}"

    @property
    def reason(self) -> str:
        """Why the optimiser searches as it does, if it chose."""
        return self.optimiser.reason(self.problem, self.allowance.events)

    @cached_property
    def configuration(self) -> dict[str, Any]:
        """What makes it the run it is: the entries of a header that `records.identity` compares."""
        return {
            "study": self.study,
            "problem": plain(self.problem.card()),
            "optimiser": {
                "name": self.optimiser.name,
                "role": self.optimiser.role,
                "library": self.optimiser.library,
                "settings": plain(self.optimiser.settings()),
            },
            "seed": self.seed,
            "allowance": self.allowance.events,
            **({} if self.start is None else {"start": self.start.card()}),
        }

    @property
    def _parts(self) -> tuple[str, ...]:
        """What its file is named after, before the digits of `mark`."""
        return self.problem.name, f"{self.problem.budget:g}", self.optimiser.name, str(self.seed)

    def path(self, run_dir: Path) -> Path:
        """Its file in the study's folder.

        The last eight digits of the name stand for the problem's card, the settings and the allowance; a file of the
        same run that an earlier version named without them is gone on with.
        """
        path, earlier = run_file(run_dir, *self._parts, mark(self.configuration)), run_file(run_dir, *self._parts)
        if path.exists() or not earlier.exists():
            return path
        header = read_header(earlier)
        same = header is not None and identity(header) == identity(self.configuration)
        return earlier if same else path

    def header(self, command: str) -> dict[str, Any]:
        """The full configuration, as the first line of the ledger holds it."""
        found = versions()
        optimiser = self.configuration["optimiser"]
        return {
            **self.configuration,
            "question": plain(question(self.problem)),
            "references": plain(prices_of_references(self.problem)),
            "optimiser": {**optimiser, "version": found.get(self.optimiser.library, "")},
            "settings_tried": self.optimiser.tried,
            "reason": self.reason,
            "versions": found,
            "plugins": plugins(self.problem.name.removesuffix(SUFFIX), *self._from_elsewhere()),
            "command": command,
            "commit": commit(),
            "started": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        }

    def _from_elsewhere(self) -> list[object]:
        """What may come from other packages."""
        objective = self.problem.objective
        settings = vars(self.optimiser).values()
        return [self.problem.detector, getattr(objective, "func", objective), self.optimiser, *settings]

    def execute(self, run_dir: Path, command: str, tell: Tell = nobody) -> None:
        """Carry the run out, from its ledger on if it was begun; a run that is complete is left alone.

        A run that is not begun goes on from the same run with a smaller allowance, if there is one and the search
        repeats it; otherwise it begins anew, and the smaller one stays as it is. An error of the optimiser or the
        simulator ends the run with a `failure` line and is not raised; a ledger of another run raises LedgerMismatch,
        one that was changed DamagedLedger, an unwritable folder OSError. `tell` hears what the run is doing.
        """
        path = self.path(run_dir)
        header = self.header(command)
        beginning = None if path.exists() and path.stat().st_size else self._beginning(run_dir)
        file = RunFile(path, header, beginning)
        try:
            if not file.recorded.complete and not self._execute(file, tell):
                _log.warning(
                    "'%s' searches otherwise with %s events than with those of %s: it begins anew, in a ledger of its "
                    "own.", self.label, f"{self.allowance.events:,}", file.recorded.header["continues"]["file"],
                )  # fmt: skip
                file.begin_anew(header)
                self._execute(file, tell)
        finally:
            file.close()

    def _search(self, evaluator: Evaluator) -> Stop:
        """The designs to begin from, then the optimiser."""
        if self.start is not None:
            try:
                evaluator.begin_with(self.start.points, self.start.charged)
            except AllowanceSpent:
                return Stop.EVENTS
        return self.optimiser.run(evaluator, self.seed)

    def give_up(self, run_dir: Path, command: str, why: str) -> None:
        """Mark the run as failed, from outside: its process does not survive it."""
        file = RunFile(self.path(run_dir), self.header(command))
        file.append({"kind": "failure", "why": why})
        file.close()

    def _beginning(self, run_dir: Path) -> Run | None:
        """The longest run in the folder that is this one but for a smaller allowance."""
        wanted, found = self.configuration, []
        for path in run_files(run_dir, *self._parts):
            header = read_header(path)
            if header is not None and cell(header) == cell(wanted) and is_beginning_of(header, wanted):
                found.append((header["allowance"], path))
        run = read_run(max(found)[1]) if found else None
        return run if run is not None and run.trials else None

    def _execute(self, file: RunFile, tell: Tell) -> bool:
        """Search, from what the file holds on; False if that began as a shorter run, and is of another search."""
        begun = time.perf_counter()

        def record(trial: Trial) -> None:
            file.append(trial.to_record())

        recorded: Run = file.recorded
        evaluator = Evaluator(self.problem, self.allowance, recorded.trials, record, tell)
        evaluator.beside = file.path.with_suffix(".policy")
        try:
            stop = self._search(evaluator)
            if len(evaluator.trials) < len(recorded.trials):
                raise ReplayMismatch(
                    f"The search ends after {len(evaluator.trials)} evaluations, and its ledger holds "
                    f"{len(recorded.trials)}. The optimiser, a library or the machine has changed: start the run in a "
                    "new folder."
                )
            if recorded.end is None:
                seconds = time.perf_counter() - begun
                file.append({"kind": "end", "stop": stop.name, "why": stop.value, "seconds": seconds})
            if evaluator.best_scored is not None:
                tell(Doing.RESCORING)
                file.append(rescore(self.problem, evaluator.best_scored))
        except OSError:
            raise
        except Exception as error:  # a failed run stays in the comparison, as a failure
            if "KeyboardInterrupt" in str(error):  # inside a simulator that JAX calls back; JAX wraps it up as an error
                raise KeyboardInterrupt from error
            differs = _comes_from(error, ReplayMismatch)
            if differs and len(evaluator.trials) < recorded.header.get("continues", {}).get("trials", 0):
                return False
            _log.exception("The run '%s' failed.", self.label)
            unsealed = "" if recorded.sealed or not differs else _UNSEALED
            file.append({"kind": "failure", "why": f"{type(error).__name__}: {error}{unsealed}"})
        return True


_UNSEALED = " Or the ledger was changed: an earlier version wrote it without seals, so that cannot be told."


def _comes_from(error: BaseException | None, kind: type[BaseException]) -> bool:
    """Whether an error is of a kind, or was raised from one that is."""
    while error is not None:
        if isinstance(error, kind):
            return True
        error = error.__cause__ or error.__context__
    return False
