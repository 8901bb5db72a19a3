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
TOLD = once(lambda: jax.jit(PROBLEM().training_limits))
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


def test_searches_are_told_the_gap_of_every_slot_and_the_largest_is_the_limit_of_built_designs():
    """At random relaxed and whole designs, on both sides of the magnet."""
    random = np.random.default_rng(5)
    names = set(TOLD()(PROBLEM().space.decode(jnp.full(PROBLEM().size, 0.5))))
    assert names == {*(f"gap {slot}" for slot in range(1, 5)), "stations"}
    for sharpness in (1.0, jnp.inf):
        for u in random.random((20, PROBLEM().size)):
            design = PROBLEM().space.decode(jnp.asarray(u), sharpness)
            separate, whole = TOLD()(design), LIMITS()(design)
            largest = max(float(value) for name, value in separate.items() if name.startswith("gap"))
            assert max(largest, -1.0) == pytest.approx(float(whole["gap"]), abs=1e-12)
            assert float(separate["stations"]) == float(whole["stations"])


def apart(distances, gates):
    """The gap limits of the slots, as searches are told them, of stations behind the magnet."""
    design = {name: np.asarray(value) for name, value in PROBLEM().space.decode(jnp.full(PROBLEM().size, 0.5)).items()}
    design |= {"distance": np.asarray(distances, float), "downstream": np.ones(4), GATE(): np.asarray(gates, float)}
    told = TOLD()(design)
    return [float(told[f"gap {slot}"]) for slot in range(1, 5)]


def test_a_slot_is_told_the_gap_to_its_neighbour_downstream_past_an_absent_one():
    """The second slot is not there, so that the third is the neighbour of the first."""
    found = apart([2000.0, 2030.0, 2090.0, 2240.0], [1, 0, 1, 1])
    assert found == pytest.approx([0.1, -1.0, -0.5, -1.0], abs=1e-12)
    assert apart([2000.0, 2030.0, 2090.0, 2240.0], [1, 1, 1, 1])[:2] == pytest.approx([0.7, 0.4], abs=1e-12)


def test_no_limit_jumps_where_one_station_passes_another():
    """Steps of half a micrometre: a limit changes by no more than the steepest slope, two a gap, says."""
    walk = [apart([2000.0 + x, 2100.0, 2150.0, 4000.0], [1, 1, 1, 1]) for x in 100.0 + np.arange(-3, 4) * 5e-4]
    assert np.max(np.abs(np.diff(walk, axis=0))) <= 3 * 5e-4 / 100.0


def test_a_gradient_comes_with_the_slopes_of_every_gap():
    (trial,) = Evaluator(PROBLEM(), Allowance(10 * PROBLEM().events)).evaluate(
        np.random.default_rng(6).random((1, PROBLEM().size)), Needs.GRADIENT
    )
    point = jnp.asarray(trial.u)
    exact = jax.jacfwd(lambda u: PROBLEM().training_limits(PROBLEM().decode(u)))(point)
    assert set(trial.jacobian) == set(trial.violations) == set(exact)
    for name, slope in trial.jacobian.items():
        np.testing.assert_allclose(slope, exact[name], rtol=1e-8, atol=1e-8)
