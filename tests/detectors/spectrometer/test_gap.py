"""The gap limit: stations that rounding would keep stand apart in full, and one that is not there limits nothing."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from once import once

from designopt.detectors.spectrometer.problem import spectrometer_layout
from designopt.evaluation.evaluator import Allowance, Evaluator
from designopt.records.trial import Needs

PROBLEM = once(lambda: spectrometer_layout(stations=4, granularity="continuous"))
LIMITS = once(lambda: jax.jit(PROBLEM().constraints))
GATE = once(
    lambda: next(v.name for v in PROBLEM().space.variables if PROBLEM().space[v.name].levels and v.name != "downstream")
)


def gap(distances, gates):
    """The gap limit of stations on one side of the magnet."""
    design = {name: np.asarray(value) for name, value in PROBLEM().space.decode(jnp.full(PROBLEM().size, 0.5)).items()}
    design["distance"] = np.asarray(distances, float)
    design["downstream"] = np.zeros(4)
    design[GATE()] = np.asarray(gates, float)
    return float(LIMITS()(design)["gap"])


@pytest.mark.parametrize(("apart", "limit"), [(100.0, 0.0), (40.0, 0.6), (0.0, 1.0), (150.0, -0.5)])
def test_whole_stations_keep_the_gap(apart, limit):
    assert gap([2000.0, 2000.0 + apart, 4000.0, 6000.0], [1, 1, 1, 1]) == pytest.approx(max(limit, -1.0), abs=1e-9)


@pytest.mark.parametrize("gates", [(0.5, 0.5), (0.5, 1.0), (0.7, 0.6)])
def test_stations_that_rounding_would_keep_count_in_full(gates):
    """min(1, 4 g g): with a plain g g, halves at one place would be feasible until they are built."""
    assert gap([2000.0, 2040.0, 4000.0, 6000.0], [*gates, 1, 1]) == pytest.approx(0.6)


def test_a_station_that_is_going_limits_less_and_one_that_is_not_there_nothing():
    quarter = gap([2000.0, 2040.0, 4000.0, 6000.0], [0.25, 0.5, 1, 1])
    assert quarter == pytest.approx(4 * 0.25 * 0.5 * 1.6 - 1)
    assert gap([2000.0, 2040.0, 4000.0, 6000.0], [0.0, 1, 1, 1]) <= 0.0


def test_searches_are_told_the_gap_of_every_pair_and_the_largest_is_the_limit_of_built_designs():
    """At random relaxed and whole designs, on both sides of the magnet."""
    apart = jax.jit(PROBLEM().training_limits)
    random = np.random.default_rng(5)
    names = set(apart(PROBLEM().space.decode(jnp.full(PROBLEM().size, 0.5))))
    assert names == {*(f"gap {i}-{j}" for i in range(1, 5) for j in range(i + 1, 5)), "stations"}
    for sharpness in (1.0, jnp.inf):
        for u in random.random((20, PROBLEM().size)):
            design = PROBLEM().space.decode(jnp.asarray(u), sharpness)
            separate, whole = apart(design), LIMITS()(design)
            largest = max(float(value) for name, value in separate.items() if name.startswith("gap"))
            assert max(largest, -1.0) == pytest.approx(float(whole["gap"]), abs=1e-12)
            assert float(separate["stations"]) == float(whole["stations"])


def test_a_gradient_comes_with_the_slopes_of_every_pair():
    (trial,) = Evaluator(PROBLEM(), Allowance(10 * PROBLEM().events)).evaluate(
        np.random.default_rng(6).random((1, PROBLEM().size)), Needs.GRADIENT
    )
    point = jnp.asarray(trial.u)
    exact = jax.jacfwd(lambda u: PROBLEM().training_limits(PROBLEM().decode(u)))(point)
    assert set(trial.jacobian) == set(trial.violations) == set(exact)
    for name, slope in trial.jacobian.items():
        np.testing.assert_allclose(slope, exact[name], rtol=1e-8, atol=1e-8)
