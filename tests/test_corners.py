"""Numbers at the corners of the cube: a value, limits and a gradient at every one, and no slope beyond its bound."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from designopt import make
from designopt.detectors.spectrometer.problem import spectrometer_layout
from designopt.detectors.tracker.spacing import plane_spacing
from designopt.evaluation.evaluator import Allowance, Evaluator
from designopt.evaluation.steepness import STEEPEST, shortened
from designopt.problem.problem import Problem
from designopt.records.trial import Needs

CORNERS = 200
BATCH = 8

MAKERS = {
    "four planes": lambda: plane_spacing(planes=4),
    "plane-spacing-v1": plane_spacing,
    "spectrometer-layout-v1": spectrometer_layout,
    "continuous spectrometer": lambda: spectrometer_layout(granularity="continuous"),
    **{name: lambda name=name: make(name) for name in ("hadron-calorimeter-v1", "tracker-layout-v1")},
}


def corners(size: int, count: int) -> np.ndarray:
    """The two extreme corners, random corners, and a quarter as many points with 70 % of the coordinates at a wall."""
    random = np.random.default_rng(15)
    ends = random.integers(0, 2, (count, size)).astype(float)
    inside = random.random((count // 4, size))
    edges = np.where(random.random(inside.shape) < 0.7, np.round(inside), inside)
    return np.concatenate([np.zeros((1, size)), np.ones((1, size)), ends, edges])


def check(problem: Problem, count: int) -> None:
    points = corners(problem.size, count)
    evaluator = Evaluator(problem, Allowance(10**9))
    needs = Needs.SCORE | (Needs.LOSS if problem.gradient_price is None else Needs.GRADIENT)
    for batch in np.split(points, range(BATCH, len(points), BATCH)):
        filled = np.concatenate([batch, np.repeat(batch[-1:], BATCH - len(batch), axis=0)])
        for trial in evaluator.evaluate(filled, needs):
            assert not trial.failed, trial.u
            limits = [*trial.violations.values(), *trial.built_violations.values()]
            assert np.isfinite([trial.loss, trial.score, trial.cost, trial.built_cost, *limits]).all(), trial.u
            if trial.gradient is not None:
                assert np.abs(trial.gradient).max() <= STEEPEST * max(1.0, abs(trial.loss)) * (1 + 1e-9), trial.u
                assert all(np.isfinite(row).all() for row in trial.jacobian.values()), trial.u


@pytest.mark.parametrize("name", MAKERS)
def test_every_corner_has_a_value_limits_and_a_gradient(name):
    check(MAKERS[name](), CORNERS)


def test_planes_that_leave_the_curvature_open_measure_worst_of_all():
    problem = plane_spacing(planes=4)
    score = jax.jit(lambda places: problem.loss({"position": places}))
    none = float(score(jnp.asarray([0.0, 0.0, 1000.0, 1000.0])))
    nearly = float(score(jnp.asarray([0.0, 0.01, 999.99, 1000.0])))
    assert nearly < none < 30.0
    # Two places still tie the curvature to the slope; one place ties it to both others.
    assert float(score(jnp.full(4, 1000.0))) - none == pytest.approx(0.5 * np.log((1 + 1 / 4) / (1 + 1 / 8)), abs=1e-4)


@pytest.mark.parametrize("loss", [0.0, -3.0, 1e6])
def test_a_steep_gradient_is_shortened_and_keeps_its_direction(loss):
    most = STEEPEST * max(1.0, abs(loss))
    gradient = jnp.asarray([0.5, -1.0, 0.0]) * most
    assert np.array_equal(shortened(gradient, jnp.asarray(loss)), gradient)
    steep = shortened(gradient * 1e19, jnp.asarray(loss))
    np.testing.assert_allclose(steep, gradient, rtol=1e-12)
