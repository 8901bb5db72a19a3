"""What gradients see of stored showers: smooth in depth, close to the score, and never what designs are ranked by."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from designopt.detectors.hadron.detector import HadronCalorimeter
from designopt.detectors.hadron.problem import WINDOW, hadron_calorimeter
from designopt.detectors.hadron.simulation.reading import SLICE, expected
from designopt.detectors.hadron.simulation.sensors import Sensors
from designopt.detectors.hadron.simulation.showers import DEPTH, read_showers
from designopt.detectors.hadron.simulation.smoothed import expected_through

NAME = "training pions 50"


def one_sensor(middle, gap=10.0):
    """A sensor of 0.2 mm whose middle lies at a depth, with a weight that does not depend on it."""
    before = middle - gap - 0.3
    return Sensors(jnp.asarray([before, gap]), jnp.asarray([0.2, 0.2]), jnp.asarray([1.0, 1.0]))


@jax.jit
def seen(depth):
    mean, variance = expected_through(WINDOW, NAME, one_sensor(depth))
    return jnp.mean(mean), variance


def test_a_scan_of_the_depth_has_no_kink_where_a_slice_ends():
    depth = 300.0 + np.linspace(0.0, 4 * SLICE, 401)
    slope = jax.jit(jax.vmap(jax.grad(lambda d: seen(d)[1])))(depth)
    jumps = np.abs(np.diff(slope))
    assert np.max(jumps) < 3.0 * np.median(jumps)  # a cusp is a jump a hundred times the others


def test_a_narrow_window_sees_what_the_slices_hold():
    sensors = one_sensor(602.5)  # the middle of a slice
    deposits = jnp.asarray(read_showers()[NAME].deposit)
    whole, variance = expected(deposits, sensors)
    mean, spread = expected_through(0.2 * SLICE, NAME, sensors)
    assert float(jnp.mean(mean)) == pytest.approx(float(jnp.mean(whole)), rel=0.02)
    assert float(spread) == pytest.approx(float(jnp.mean(variance)), rel=0.05)  # grains of thin silicon


def test_training_is_smooth_and_scores_are_not_changed():
    problem = hadron_calorimeter(slots=10, budget=700.0)
    built = problem.as_built_detector
    assert isinstance(built, HadronCalorimeter)
    assert built.window == 0.0
    design = problem.references["uniform"]
    assert float(problem.score(design)) == float(problem.objective(built.response(design)))
    assert abs(float(problem.loss(design)) - float(problem.score(design))) < 0.15
    assert float(built.sensors(design).depth) < DEPTH
