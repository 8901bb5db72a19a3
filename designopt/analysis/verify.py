"""Hold the winners of a study against an independent simulation, beside the reference they are compared with."""

from collections.abc import Callable
from pathlib import Path

from designopt.analysis.unchecked import look_at_unchecked
from designopt.problem.registry import remade, verification
from designopt.records.designs.candidates import Candidate
from designopt.records.designs.verification import VERIFICATION
from designopt.records.designs.verification_result import Verification


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

    def look(one: Candidate) -> Verification:
        home, problem = verification(one.problem["name"]), remade(one.problem)
        result: Verification = home.verify_design(problem, one.design, events=events, minutes=minutes, seed=seed)
        return result

    return look_at_unchecked(run_dir, VERIFICATION, look, winners, seed, tell)
