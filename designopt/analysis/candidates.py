"""The designs of a study that are worth a closer look: the reference and the winners of its best optimisers."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax.numpy as jnp

from designopt.design.space import Design
from designopt.optimisers.baselines import Reference
from designopt.problem.constraints import total_violation
from designopt.records.design_record import DesignRecord
from designopt.records.ledger import Run, read_runs


@dataclass(frozen=True)
class Candidate:
    """A design to be looked at: the re-scored winner of one run."""

    problem: dict[str, Any]
    entrant: str
    file: str
    winner: dict[str, Any]

    def is_in(self, known: DesignRecord) -> bool:
        """Whether it is this design that was looked at."""
        mine = (self.problem, self.entrant, self.file, int(self.winner["number"]))
        return mine == (known.problem, known.entrant, known.file, known.trial)

    @property
    def design(self) -> Design:
        """The design as built."""
        return {name: jnp.asarray(value, dtype=float) for name, value in self.winner["design"].items()}


def candidates(run_dir: Path, winners: int) -> list[Candidate]:
    """For each problem its reference design and the best runs of its `winners` best optimisers, best first.

    Raises ValueError for a folder without a ledger, or without any run that ended with a feasible design.
    """
    by_problem: dict[str, list[Run]] = {}
    for run in read_runs(run_dir):
        if run.winner is not None and total_violation(run.winner["violations"]) == 0:
            by_problem.setdefault(json.dumps(run.header["problem"], sort_keys=True), []).append(run)
    if not by_problem:
        raise ValueError(f"No run in {run_dir} ended with a feasible design, so there is nothing to look at.")
    return [candidate for runs in by_problem.values() for candidate in _chosen(runs, winners)]


def _chosen(runs: list[Run], winners: int) -> Iterator[Candidate]:
    reference = Reference(str(runs[0].header["problem"].get("compare_with"))).name
    best: dict[str, Run] = {}
    for run in sorted(runs, key=_score):
        best.setdefault(run.header["optimiser"]["name"], run)
    searched = [run for name, run in best.items() if not name.startswith("Reference-")]
    for run in [*(run for name, run in best.items() if name == reference), *searched[:winners]]:
        assert run.winner is not None
        header = run.header
        yield Candidate(header["problem"], header["optimiser"]["name"], f"ledger/{run.path.name}", run.winner)


def _score(run: Run) -> float:
    assert run.winner is not None
    return float(run.winner["score"])
