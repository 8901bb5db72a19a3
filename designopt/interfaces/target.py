"""What a search from outside is given: a function that charges and records every call, and ends when all is spent."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.design.space import Design
from designopt.evaluation.allowance import Allowance
from designopt.evaluation.evaluator import AllowanceSpent, Evaluator
from designopt.evaluation.ranking import Ranking
from designopt.optimisers.base import AbstractOptimiser
from designopt.optimisers.stop import Stop
from designopt.problem.problem import Problem
from designopt.records.ledger import RunFile
from designopt.records.trial import Needs, Trial
from designopt.study.plan import RunPlan
from designopt.study.provenance import command
from designopt.study.rescore import rescore

CALLS = 100
"""Evaluations that may be spent where nothing is said."""


@dataclass(frozen=True)
class Outside(AbstractOptimiser):
    """A search that another program carries out: its name in the ledger and the report."""

    label: str
    package: str

    @property
    def name(self) -> str:
        """As given."""
        return self.label

    @property
    def library(self) -> str:  # type: ignore[override]
        """The package that searches."""
        return self.package

    def search(self, evaluator: Evaluator, seed: int) -> Stop:
        """Nothing here can carry it out again."""
        raise ValueError(f"'{self.label}' was carried out by another program. Run that program again.")


class AbstractTarget:
    """Scores points of one problem for a search from outside, as one run under one allowance.

    `events` is the allowance in simulated events (100 evaluations if not given). With a `run_dir` every trial is
    written to a ledger there under `name` and `seed`, so that `designopt report` compares it with other runs of the
    folder; a program that is begun again is led through its own record. Used in a `with` statement, the end of the
    allowance ends the block quietly, and the winner is scored again at its end.
    """

    package = "numpy"

    def __init__(
        self, problem: Problem, events: int | None = None, run_dir: Path | str | None = None, name: str = "",
        seed: int = 0,
    ):  # fmt: skip
        self.problem = problem
        allowance = Allowance(CALLS * problem.events if events is None else events)
        self._file: RunFile | None = None
        if run_dir is not None:
            folder = Path(run_dir)
            plan = RunPlan(folder.resolve().name, problem, Outside(name or self.package, self.package), seed, allowance)
            self._file = RunFile(plan.path(folder), plan.header(command()))
        recorded = [] if self._file is None else self._file.recorded.trials
        self.evaluator = Evaluator(problem, allowance, recorded, self._record)
        self._ranking = Ranking()

    def _record(self, trial: Trial) -> None:
        if self._file is not None:
            self._file.append(trial.to_record())

    @property
    def spent(self) -> bool:
        """Whether the allowance pays for no further score."""
        return self.evaluator.affordable(Needs.SCORE) < 1

    @property
    def best(self) -> Trial | None:
        """The best trial so far."""
        return self.evaluator.best

    @property
    def design(self) -> Design | None:
        """The best design so far, as built; None where nothing keeps the side limits."""
        return None if self.best is None else self.problem.build(jnp.asarray(self.best.u), self.best.sharpness)

    def scored(self, u: Float[ndarray, " coordinate"]) -> Trial:
        """The trial of one point, held inside the cube. Raises AllowanceSpent."""
        trial = self.evaluator.evaluate(np.clip(np.asarray(u, dtype=float), 0.0, 1.0)[None], Needs.SCORE)[0]
        self._ranking.see([trial])
        return trial

    def value(self, u: Float[ndarray, " coordinate"]) -> float:
        """One number, smaller is better: the score; beyond the worst one where a side limit is broken."""
        return self._ranking.value(self.scored(u))

    def finish(self, stop: Stop = Stop.EXHAUSTED) -> None:
        """End the run in its ledger: why it ended, and its winner, scored again on fresh events."""
        if self._file is None:
            return
        recorded = self._file.recorded
        if recorded.end is None:
            why = Stop.EVENTS if self.spent else stop
            self._file.append({"kind": "end", "stop": why.name, "why": why.value, "seconds": self._seconds()})
        best = self.evaluator.best_scored
        if best is not None and recorded.winner is None:
            self._file.append(rescore(self.problem, best))
        self._file.close()
        self._file = None

    def _seconds(self) -> float:
        return self.evaluator.trials[-1].at if self.evaluator.trials else 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        spent = kind is not None and issubclass(kind, AllowanceSpent)
        if kind is None or spent:
            self.finish()
        elif self._file is not None:
            self._file.close()  # it can be gone on with
        return spent
