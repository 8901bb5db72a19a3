"""What the optimum rests on: the winners of a study, and the reference, with everything changed a little."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from designopt.analysis.scoring import ChangeScorer
from designopt.analysis.unchecked import look_at_unchecked
from designopt.problem.registry import remade
from designopt.records.designs.candidates import Candidate
from designopt.records.designs.examination import Examination
from designopt.records.designs.robustness import ROBUSTNESS
from designopt.study.rescore import REPLICATES


def examine(
    run_dir: Path,
    winners: int = 2,
    samples: int = REPLICATES,
    seed: int = 1,
    assumed: bool = True,
    tell: Callable[[str], None] = lambda sentence: None,
) -> int:
    """Examine what is not examined yet, one design after the other; returns how many were.

    Args:
        run_dir: the study's folder.
        winners: how many optimisers, the best ones, send the winner of their best run.
        samples: event samples that every change is scored on, each as large as one of a search.
        seed: of the events, and of the random changes.
        assumed: whether requirements are looked at where the ranges of their numbers end, too.
        tell: hears what is being done.

    Raises ValueError for a folder with nothing to examine, or a problem that is not installed.
    """
    scorers: dict[str, ChangeScorer] = {}

    def look(one: Candidate) -> Examination:
        card = json.dumps(one.problem, sort_keys=True)
        if card not in scorers:
            scorers[card] = ChangeScorer(remade(one.problem), samples, seed)
        found = scorers[card].examine(one.design, moved=not one.is_reference, assumed=assumed)
        return replace(found, rescored=one.winner["score"], rescored_error=one.winner["score_error"])

    return look_at_unchecked(run_dir, ROBUSTNESS, look, winners, seed, tell)
