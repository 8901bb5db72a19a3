"""Numbers at the corners of the cube: a value, limits and a gradient at every one, and no slope beyond its bound."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from designopt import make
from designopt.detectors.spectrometer.problem import spectrometer_layout
from designopt.detectors.tracker.spacing import plane_spacing
from designopt.evaluation.steepness import STEEPEST, shortened
from tests.corners import SHARPNESSES, check, corners, nearly

CORNERS = 200
NEAR = 50

MAKERS = {
    "four planes": lambda: plane_spacing(planes=4),
    "plane-spacing-v1": plane_spacing,
    "spectrometer-layout-v1": spectrometer_layout,
    "continuous spectrometer": lambda: spectrometer_layout(granularity="continuous"),
    **{name: lambda name=name: make(name) for name in ("hadron-calorimeter-v1", "tracker-layout-v1")},
}
DEAR = ("tracker-layout-v1",)
"""Tried where descents begin alone; `python -m tests.corners` tries every problem in full (docs/kills.md)."""


@pytest.mark.parametrize("name", MAKERS)
def test_every_corner_has_a_value_limits_and_a_gradient(name):
    problem = MAKERS[name]()
    points = np.concatenate([corners(problem.size, CORNERS), nearly(problem, NEAR)])
    found = check(problem, points, SHARPNESSES[:1] if name in DEAR else SHARPNESSES)
    assert found.failed == 0
    assert not found.times, found.example


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
