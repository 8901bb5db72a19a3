"""The designs of a study to look at more closely: the reference and the winners of its best optimisers."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp

from designopt.design.space import Design
from designopt.problem.constraints import total_violation
from designopt.records.designs.design_record import DesignRecord
from designopt.records.entrant import Role, is_compared_with
from designopt.records.ledger import Run


@dataclass(frozen=True)
class Candidate:
    """The re-scored winner of one run.

    Attributes:
        problem: the problem's card, as in the ledger's header.
        entrant, role: name of the optimiser, and its role.
        file: the ledger, relative to the run folder.
        winner: the ledger's `winner` record, as `rescore` gives it.
    """

    problem: dict[str, Any]
    entrant: str
    role: Role
    file: str
    winner: dict[str, Any]

    @property
    def is_reference(self) -> bool:
        """Whether the design is one of people."""
        return self.role == "reference"

    @property
    def trial(self) -> int:
        """Number of the trial in its ledger."""
        return int(self.winner["number"])

    @property
    def design(self) -> Design:
        """The design as built: arrays by variable name."""
        return {name: jnp.asarray(value, dtype=float) for name, value in self.winner["design"].items()}

    def is_in(self, known: DesignRecord[Any]) -> bool:
        """Whether it is this design that was looked at."""
        mine = (self.problem, self.entrant, self.file, self.trial)
        return mine == (known.problem, known.entrant, known.file, known.trial)


def candidates(runs: Iterable[Run], winners: int) -> list[Candidate]:
    """For each problem its reference design and the best runs of its `winners` best optimisers, best first.

    Only runs that ended with a feasible design count; the list may be empty.
    """
    by_problem: dict[str, list[Run]] = {}
    for run in runs:
        if run.winner is not None and total_violation(run.winner["violations"]) == 0:
            by_problem.setdefault(json.dumps(run.header["problem"], sort_keys=True), []).append(run)
    return [candidate for runs in by_problem.values() for candidate in _chosen(runs, winners)]


def _chosen(runs: list[Run], winners: int) -> Iterator[Candidate]:
    best: dict[str, Run] = {}
    for run in sorted(runs, key=_score):
        optimiser = run.header["optimiser"]
        best.setdefault(json.dumps([run.entrant, optimiser.get("settings")], sort_keys=True), run)
    held = [run for run in best.values() if is_compared_with(run.header)]
    searched = [run for run in best.values() if run.role == "search"]
    for run in [*held, *searched[:winners]]:
        assert run.winner is not None
        yield Candidate(run.header["problem"], run.entrant, run.role, f"ledger/{run.path.name}", run.winner)


def _score(run: Run) -> float:
    assert run.winner is not None
    return float(run.winner["score"])
