"""What the optimum rests on: the winners of a study, and the reference, with everything changed a little."""

import json
from collections.abc import Callable
from pathlib import Path

from designopt.analysis.candidates import candidates
from designopt.analysis.scoring import ChangeScorer
from designopt.problem.registry import remade
from designopt.records.robustness import RobustnessRecord, keep_robustness, read_robustness
from designopt.study.rescore import REPLICATES


def examine(
    run_dir: Path,
    winners: int = 2,
    samples: int = REPLICATES,
    seed: int = 1,
    tell: Callable[[str], None] = lambda sentence: None,
) -> int:
    """Examine what is not examined yet, one design after the other; returns how many were.

    Args:
        run_dir: the study's folder.
        winners: how many optimisers, the best ones, send the winner of their best run.
        samples: event samples that every change is scored on, each as large as one of a search.
        seed: of the events, and of the random changes.
        tell: hears what is being done.

    Raises ValueError for a folder with nothing to examine, or a problem that is not installed.
    """
    chosen, known = candidates(run_dir, winners), list(read_robustness(run_dir))
    missing = [one for one in chosen if not any(one.is_in(record) for record in known)]
    scorers: dict[str, ChangeScorer] = {}
    for one in missing:
        tell(f"{one.entrant} of {one.problem['name']} ...")
        card, winner = json.dumps(one.problem, sort_keys=True), one.winner
        if card not in scorers:
            scorers[card] = ChangeScorer(remade(one.problem), samples, seed)
        result = scorers[card].examine(one.design, moved=not one.entrant.startswith("Reference-"))
        place = (one.problem, one.entrant, one.file, int(winner["number"]))
        keep_robustness(run_dir, RobustnessRecord(*place, seed, winner["score"], winner["score_error"], result))
    return len(missing)
