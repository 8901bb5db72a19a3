"""One run of a study: which problem, which optimiser, which seed, and how it is carried out."""

import datetime
import logging
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from designopt.evaluation.evaluator import Allowance, Evaluator
from designopt.optimisers.base import AbstractOptimiser
from designopt.problem.problem import Problem
from designopt.records.ledger import Run, RunFile, run_file
from designopt.records.trial import Trial
from designopt.study.provenance import commit, versions
from designopt.study.rescore import rescore

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunPlan:
    """One cell of a study's grid."""

    study: str
    problem: Problem
    optimiser: AbstractOptimiser
    seed: int
    allowance: Allowance

    @property
    def label(self) -> str:
        """What a person calls this run."""
        return f"{self.optimiser.name}, seed {self.seed}"

    @property
    def reason(self) -> str:
        """Why the optimiser searches as it does, if it chose."""
        return self.optimiser.reason(self.problem, self.allowance.events)

    def path(self, run_dir: Path) -> Path:
        """Its file in the study's folder."""
        return run_file(run_dir, self.problem.name, f"{self.problem.budget:g}", self.optimiser.name, str(self.seed))

    def header(self, command: str) -> dict[str, Any]:
        """The full configuration, as the first line of the ledger holds it."""
        found = versions()
        return {
            "study": self.study,
            "problem": self.problem.card(),
            "optimiser": {
                "name": self.optimiser.name,
                "role": self.optimiser.role,
                "library": self.optimiser.library,
                "version": found.get(self.optimiser.library, ""),
                "settings": self.optimiser.settings(),
            },
            "settings_tried": self.optimiser.tried,
            "reason": self.reason,
            "seed": self.seed,
            "allowance": self.allowance.events,
            "versions": found,
            "command": command,
            "commit": commit(),
            "started": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        }

    def execute(self, run_dir: Path, command: str) -> None:
        """Carry the run out, from its ledger on if it was begun; a run that is complete is left alone.

        An error of the optimiser or the simulator ends the run with a `failure` line and is not raised; a ledger of
        another run raises LedgerMismatch, an unwritable folder OSError.
        """
        file = RunFile(self.path(run_dir), self.header(command))
        try:
            if not file.recorded.complete:
                self._execute(file)
        finally:
            file.close()

    def give_up(self, run_dir: Path, command: str, why: str) -> None:
        """Mark the run as failed, from outside: its process does not survive it."""
        file = RunFile(self.path(run_dir), self.header(command))
        file.append({"kind": "failure", "why": why})
        file.close()

    def _execute(self, file: RunFile) -> None:
        begun = time.perf_counter()

        def record(trial: Trial) -> None:
            file.append(trial.to_record())

        recorded: Run = file.recorded
        evaluator = Evaluator(self.problem, self.allowance, recorded.trials, record)
        try:
            stop = self.optimiser.run(evaluator, self.seed)
            if recorded.end is None:
                seconds = time.perf_counter() - begun
                file.append({"kind": "end", "stop": stop.name, "why": stop.value, "seconds": seconds})
            if evaluator.best is not None:
                file.append(rescore(self.problem, evaluator.best))
        except OSError:
            raise
        except Exception as error:  # a failed run stays in the comparison, as a failure
            if "KeyboardInterrupt" in str(error):  # inside a simulator that JAX calls back; JAX wraps it up as an error
                raise KeyboardInterrupt from error
            _log.exception("The run '%s' failed.", self.label)
            file.append({"kind": "failure", "why": f"{type(error).__name__}: {error}"})
