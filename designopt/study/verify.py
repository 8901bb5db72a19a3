"""Hold the winners of a study against an independent simulation, beside the reference they are compared with."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax.numpy as jnp

from designopt.evaluation.ledger import Run, read_runs
from designopt.evaluation.verified import Verified, keep_verified, read_verified
from designopt.optimisers.baselines import Reference
from designopt.problem.constraints import total_violation
from designopt.problem.registry import remade, verification


@dataclass(frozen=True)
class Candidate:
    """A design to be checked: the re-scored winner of one run."""

    problem: dict[str, Any]
    entrant: str
    file: str
    winner: dict[str, Any]

    def is_in(self, verified: Verified) -> bool:
        """Whether it is this design that was checked."""
        mine = (self.problem, self.entrant, self.file, int(self.winner["number"]))
        return mine == (verified.problem, verified.entrant, verified.file, verified.trial)


def candidates(run_dir: Path, winners: int) -> list[Candidate]:
    """For each problem its reference design and the best runs of its `winners` best optimisers, best first.

    Raises ValueError for a folder without a ledger, or without any run that ended with a feasible design.
    """
    by_problem: dict[str, list[Run]] = {}
    for run in read_runs(run_dir):
        if run.winner is not None and total_violation(run.winner["violations"]) == 0:
            by_problem.setdefault(json.dumps(run.header["problem"], sort_keys=True), []).append(run)
    if not by_problem:
        raise ValueError(f"No run in {run_dir} ended with a feasible design, so there is nothing to verify.")
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


def verify(
    run_dir: Path,
    winners: int = 2,
    events: int | None = None,
    minutes: float | None = None,
    seed: int = 1,
    tell: Callable[[str], None] = lambda sentence: None,
) -> int:
    """Check what is not checked yet, one design after the other; returns how many were.

    Args:
        run_dir: the study's folder.
        winners: how many optimisers, the best ones, send the winner of their best run.
        events: events of the independent simulation, in the unit its module states; None: as it sees fit.
        minutes: time for each design; None: as the module sees fit.
        seed: of the independent simulation.
        tell: hears what is being done.

    Raises ValueError for a folder with nothing to verify, a problem without an independent simulation, or one that
    is not installed.
    """
    chosen, known = candidates(run_dir, winners), list(read_verified(run_dir))
    missing = [one for one in chosen if not any(one.is_in(verified) for verified in known)]
    for one in missing:
        tell(f"{one.entrant} of {one.problem['name']} ...")
        design = {name: jnp.asarray(value, dtype=float) for name, value in one.winner["design"].items()}
        home = verification(one.problem["name"])
        result = home.verify_design(remade(one.problem), design, events=events, minutes=minutes, seed=seed)
        keep_verified(run_dir, Verified(one.problem, one.entrant, one.file, int(one.winner["number"]), seed, result))
    return len(missing)
