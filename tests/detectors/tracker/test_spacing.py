"""Equal planes: the closed forms, and optimisers that find the quarter-half-quarter layout."""

import jax.numpy as jnp
import numpy as np
import pytest

from designopt import Allowance, Evaluator
from designopt.detectors.tracker.spacing import CURVING, plane_spacing
from designopt.optimisers.evolution.cma_es import CmaEs
from designopt.optimisers.gradient.methods import Lbfgs


@pytest.mark.parametrize("planes", [4, 8, 12, 100])
def test_quarter_half_quarter_is_sixteen_over_the_root(planes):
    problem = plane_spacing(planes=planes, field=2.0, length=1500.0, error=0.007)
    sagitta = CURVING * 2.0 * 1.5**2 / (10.0 * 7e-6)
    assert problem.detector.best(planes) == pytest.approx(16 / np.sqrt(planes) / sagitta, rel=1e-12)
    places = 1500.0 * np.repeat([0.0, 0.5, 1.0], [planes // 4, planes // 2, planes // 4])
    score = float(problem.loss({"position": jnp.asarray(places)}))
    assert np.exp(score) == pytest.approx(problem.detector.best(planes), rel=1e-9)


@pytest.mark.parametrize(("planes", "worse"), [(4, 1.125), (8, 1.337), (12, 1.434), (16, 1.489)])
def test_equal_distances_are_worse_by_the_known_factor(planes, worse):
    problem = plane_spacing(planes=planes)
    score = float(problem.loss(problem.references["equidistant"]))
    assert np.exp(score) / problem.detector.best(planes) == pytest.approx(worse, abs=1e-3)


@pytest.mark.parametrize("optimiser", [Lbfgs(), CmaEs()], ids=["gradient", "evolution"])
def test_optimisers_find_it_within_two_per_cent(optimiser):
    problem = plane_spacing(planes=4)
    evaluator = Evaluator(problem, Allowance(400 * problem.events))
    optimiser.run(evaluator, 0)
    assert evaluator.best is not None
    assert 1.0 - 1e-9 <= np.exp(evaluator.best.score) / problem.detector.best(4) < 1.02


def test_two_planes_measure_no_curvature():
    with pytest.raises(ValueError, match="at least three planes"):
        plane_spacing(planes=2)
