"""Neighbours of the best built design: the sizes of the most promising ones descend, until none of them is better."""

from typing import TYPE_CHECKING

from designopt.evaluation.evaluator import Evaluator
from designopt.optimisers.composite import neighbours
from designopt.problem.rounding import HARD, built_point
from designopt.records.trial import Needs, sort_key

if TYPE_CHECKING:
    from designopt.optimisers.gradient.descent import AbstractDescent

PROMISING = 4
"""Neighbours that descend."""
POLISH = 8
"""Gradients that each of them gets."""


def look_around(evaluator: Evaluator, descent: "AbstractDescent") -> None:
    """Score all designs that differ from the best in one whole number or choice, and let the best of them descend.

    A neighbour has the sizes of another design, so it is compared after its own have descended. As often as one of them
    ends better than the best. AllowanceSpent may pass through.
    """
    while (best := evaluator.best_scored) is not None:
        others = neighbours(evaluator.problem, built_point(evaluator.problem, best.u, best.sharpness))
        if not len(others):
            return
        trials = sorted(evaluator.evaluate(others, Needs.SCORE, HARD), key=sort_key)
        for trial in trials[:PROMISING]:
            descent.walk(evaluator, trial.u, HARD, descent.penalty(evaluator), POLISH, fixed=True)
        if evaluator.best_scored is best:
            return
