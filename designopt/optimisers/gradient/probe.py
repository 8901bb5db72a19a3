"""A probe: one short relaxed descent from a random smooth design says how much of it is left when it is built."""

import math
from typing import TYPE_CHECKING

import numpy as np

from designopt.evaluation.evaluator import Evaluator
from designopt.optimisers.common.initial_designs import smooth_random_points
from designopt.records.trial import Needs

if TYPE_CHECKING:
    from designopt.optimisers.gradient.descent import AbstractDescent

GRADIENTS = 12
"""Of one probe."""
AFFORDABLE = 8 * GRADIENTS
"""Gradients that an allowance must pay for, so that a probe costs at most an eighth of it."""


def gap(evaluator: Evaluator, descent: "AbstractDescent", random: np.random.Generator) -> float:
    """What building costs a relaxed design, as a share of what `GRADIENTS` gradients had gained, without unit.

    (score as built - relaxed loss) / (loss where it began - loss), from a design whose series are random and smooth;
    infinite where the built design breaks a side limit. AllowanceSpent may pass through.
    """
    start = smooth_random_points(evaluator.problem, random, 1)[0]
    before = len(evaluator.trials)
    trial, _ = descent.walk(evaluator, start, 1.0, descent.penalty(evaluator), GRADIENTS)
    relaxed = [one for one in evaluator.trials[before:] if Needs.GRADIENT in one.needs and one.loss is not None]
    if trial.score is None or trial.failed or trial.violation or not relaxed:
        return math.inf
    nearest = min(relaxed, key=lambda one: float(np.sum((one.u - trial.u) ** 2)))
    end = float(nearest.loss or 0.0)
    return (trial.score - end) / max(float(relaxed[0].loss or 0.0) - end, 1e-12)
