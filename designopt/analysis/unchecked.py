"""The loop of every closer look at a study: what is not yet looked at, one design after the other."""

from collections.abc import Callable
from pathlib import Path

from designopt.records.designs.candidates import Candidate
from designopt.records.designs.design_record import DesignFile, DesignRecord, Result
from designopt.records.study_record import load


def look_at_unchecked(
    run_dir: Path | str,
    file: DesignFile[Result],
    look: Callable[[Candidate], Result],
    winners: int,
    seed: int,
    tell: Callable[[str], None],
) -> int:
    """Look at the best designs of a study that `file` has no record of; returns how many were looked at.

    Args:
        run_dir: the study's folder.
        file: where the results are kept; each is written before the next design is looked at.
        look: what is done with a design.
        winners: how many optimisers, the best ones, send the winner of their best run; the reference comes first.
        seed: that `look` simulates with, for the record.
        tell: hears what is being done, as a sentence.

    Raises ValueError for a folder without a ledger or without a feasible winner, and whatever `look` raises.
    """
    known = file.read(run_dir)
    missing = [one for one in load(run_dir).candidates(winners) if not any(one.is_in(record) for record in known)]
    for one in missing:
        tell(f"{one.entrant} of {one.problem['name']} ...")
        found = look(one)
        file.append(run_dir, DesignRecord(one.problem, one.entrant, one.role, one.file, one.trial, seed, found))
    return len(missing)
