"""The suite's functions as problems: the value, its slope and the known optimum."""

import numpy as np
import pytest

from designopt.evaluation.evaluator import Allowance, Evaluator
from designopt.optimisers.gradient.methods import Lbfgs
from designopt.records.trial import Needs

pytest.importorskip("cocoex")

from designopt.benchmarks.bbob import REACH, bbob

SPHERE = bbob(1, 3, 1)


def test_value_and_slope_are_those_of_the_sphere():
    best, lowest = np.asarray(SPHERE.detector.known.best_parameter()), SPHERE.detector.best(1.0)[1]
    u = np.array([0.3, 0.6, 0.9])
    x = REACH * (2.0 * u - 1.0)
    evaluator = Evaluator(SPHERE, Allowance(1000))
    (trial,) = evaluator.evaluate(u[None], Needs.GRADIENT | Needs.SCORE)
    assert trial.score == pytest.approx(lowest + np.sum((x - best) ** 2), rel=1e-9)
    np.testing.assert_allclose(trial.gradient, 2.0 * (x - best) * 2.0 * REACH, rtol=1e-5)
    assert evaluator.spent == 1 + 7  # central differences are paid for


def test_the_optimum_of_the_sphere_is_found():
    evaluator = Evaluator(SPHERE, Allowance(200))
    Lbfgs().run(evaluator, 0)
    assert evaluator.best.score - SPHERE.detector.best(1.0)[1] < 1e-6
