"""Reading stored showers: absent sensors are invisible, soft and hard windows agree, nothing is averaged for free."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from designopt.detectors.hadron.simulation.noise import grain
from designopt.detectors.hadron.simulation.reading import SLICE, drawn, expected
from designopt.detectors.hadron.simulation.sensors import Sensors
from designopt.detectors.hadron.simulation.showers import SLICES, read_showers

SHOWERS = jnp.asarray(read_showers()["training pions 50"].deposit[:40])
CELLS = [{"absorber": 8.0, "thickness": 0.2, "repeat": 10}, {"absorber": 61.3, "thickness": 1.2, "repeat": 20}]
LAYOUT = Sensors.from_cells(CELLS)
EXPECTED = jax.jit(expected)
DRAWN = jax.jit(jax.vmap(drawn, (0, None, None)))


def at_slices(gap):
    """A sensor in the middle of every slice that a multiple of `gap` reaches."""
    first = [{"absorber": gap - SLICE / 2 - 0.1, "thickness": 0.2}]
    return Sensors.from_cells([*first, *[{"absorber": gap - 0.2, "thickness": 0.2}] * (int(2000 / gap) - 1)])


def test_absent_sensors_are_invisible_wherever_they_stand():
    order = np.array([30, 0, 1, 2, 31, *range(3, 30)])
    gate = np.concatenate([np.ones(30), np.zeros(2)])[order]
    gap = np.concatenate([np.asarray(LAYOUT.gap), [200.0, 1.0]])[order]
    thickness = np.concatenate([np.asarray(LAYOUT.thickness), [0.06, 1.5]])[order]
    longer = Sensors(jnp.asarray(gap), jnp.asarray(thickness), jnp.asarray(gate))
    for before, after in zip(EXPECTED(SHOWERS, LAYOUT), EXPECTED(SHOWERS, longer), strict=True):
        assert np.asarray(after) == pytest.approx(np.asarray(before), rel=1e-12)
    assert float(longer.depth) == pytest.approx(float(LAYOUT.depth), rel=1e-12)


def test_a_sensor_in_the_middle_of_a_slice_reads_that_slice_with_the_published_weight():
    """w S = (steel in front / thickness) x thickness x energy density; no choice of a slice is left."""
    sensors = Sensors.from_cells([{"absorber": 5 * 30 + SLICE / 2 - 0.1, "thickness": 0.2}])
    mean, variance = EXPECTED(SHOWERS, sensors)
    density = SHOWERS[:, 30] / SLICE
    assert np.asarray(mean) == pytest.approx(np.asarray(float(sensors.gap[0]) * density), rel=1e-9)
    noise = (sensors.gap[0] / SLICE) ** 2 * grain(sensors.thickness[0]) * SHOWERS[:, 30]
    assert np.asarray(variance) == pytest.approx(np.asarray(noise), rel=1e-9)


def test_a_sensor_behind_every_slice_sees_all_the_energy():
    every = at_slices(SLICE)
    mean, _ = EXPECTED(SHOWERS, every)
    total = jnp.sum(SHOWERS, axis=1)
    assert np.asarray(mean / total) == pytest.approx(4.8 / 5.0, abs=0.02)
    beyond = Sensors.from_cells([{"absorber": 2100.0, "thickness": 0.2}])
    assert np.all(np.asarray(EXPECTED(SHOWERS, beyond)[0]) == 0)


def test_hard_windows_and_drawn_signals_have_the_expected_mean_and_variance():
    """Law: what the soft windows integrate is what 3000 hard draws show, shower by shower."""
    few = SHOWERS[:4]
    mean, variance = EXPECTED(few, LAYOUT)
    draws = np.asarray(DRAWN(jax.random.split(jax.random.key(0), 3000), few, LAYOUT))
    error = np.sqrt(np.asarray(variance) / 3000)
    assert np.all(np.abs(draws.mean(axis=0) - np.asarray(mean)) < 4 * error)
    assert draws.var(axis=0) == pytest.approx(np.asarray(variance), rel=0.25)
    assert np.mean(draws.var(axis=0) / np.asarray(variance)) == pytest.approx(1.0, abs=0.1)


def test_no_place_between_two_slices_averages_for_free():
    """A sensor on the edge of two slices: soft mean plus choice has the variance of one of the two at random."""
    edge = Sensors.from_cells([{"absorber": 5 * 30 - 0.75, "thickness": 1.5}])
    mean, variance = EXPECTED(SHOWERS, edge)
    scale = float(edge.gap[0]) / SLICE
    pair = np.asarray(SHOWERS[:, 29:31]) * scale
    noise = scale**2 * np.asarray(grain(edge.thickness[0]) * SHOWERS[:, 29:31].mean(axis=1))
    total = np.var(mean) + np.mean(np.asarray(variance) - noise)
    assert total == pytest.approx(np.var(pair), rel=1e-9)


def test_gradients_are_finite_differences():
    def spread(gap):
        mean, variance = expected(SHOWERS, Sensors(gap, LAYOUT.thickness, LAYOUT.present))
        return jnp.log((jnp.var(mean) + jnp.mean(variance)) / jnp.mean(mean) ** 2)

    value, gap = jax.jit(spread), np.asarray(LAYOUT.gap)
    slope = np.asarray(jax.jit(jax.grad(spread))(gap))
    for i in (0, 7, 15, 29):
        step = np.zeros(30)
        step[i] = 1e-5
        assert slope[i] == pytest.approx(float(value(gap + step) - value(gap - step)) / 2e-5, rel=1e-4, abs=1e-8)


def test_thin_sensors_fluctuate_more():
    assert np.all(np.diff(np.asarray(grain(jnp.asarray([0.06, 0.2, 0.5, 1.5])))) < 0)
    assert SLICES * SLICE == pytest.approx(2000)


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ([], "at least 1 sensor"),
        ([{"absorber": 5.0}], "Sensor 1 has no 'thickness'"),
        ([{"absorber": -1.0, "thickness": 0.2}], "is -1, but it has to be between 0 and"),
        ([{"absorber": 5.0, "thickness": 0.0}], "Sensor 1: thickness is 0, .* A sensor has a thickness"),
        ([{"absorber": 5.0, "thickness": 0.2, "pitch": 3}], "unknown key 'pitch'"),
        ([{"absorber": [{"material": "Cu"}], "thickness": 0.2}], "has no 'thickness'"),
        ([{"absorber": [{"material": "Cuu", "thickness": 1.0}], "thickness": 0.2}], "No material is called"),
        ([{"absorber": 5.0, "thickness": 0.2, "repeat": 0}], "whole number"),
    ],
)
def test_what_is_no_layout_is_refused_in_a_sentence(cells, sentence):
    with pytest.raises(ValueError, match=sentence):
        Sensors.from_cells(cells)
