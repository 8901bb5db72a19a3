"""Hold the winners of a study against an independent simulation, beside the reference they are compared with."""

from collections.abc import Callable
from pathlib import Path

from designopt.analysis.candidates import candidates
from designopt.problem.registry import remade, verification
from designopt.records.verification import VerificationRecord, keep_verification, read_verification


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
    chosen, known = candidates(run_dir, winners), list(read_verification(run_dir))
    missing = [one for one in chosen if not any(one.is_in(record) for record in known)]
    for one in missing:
        tell(f"{one.entrant} of {one.problem['name']} ...")
        home = verification(one.problem["name"])
        result = home.verify_design(remade(one.problem), one.design, events=events, minutes=minutes, seed=seed)
        keep_verification(
            run_dir, VerificationRecord(one.problem, one.entrant, one.file, int(one.winner["number"]), seed, result)
        )
    return len(missing)
