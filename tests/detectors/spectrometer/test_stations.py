"""The covariance of a spectrometer: closed forms, SHiP, the toy Monte Carlo, and the laws."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from validation.spectrometer import PLACES, SHIP, VERTEX, ship_formula, stations

from designopt.detectors.spectrometer.magnet import CURVING, Magnet
from designopt.detectors.spectrometer.simulation.toy import PARAMETERS, Dipole, Station, simulate_tracks
from designopt.detectors.spectrometer.stations import thin_magnet_resolution, track_errors

MOMENTA = jnp.asarray([1.0, 5.0, 10.0, 20.0, 50.0, 100.0])
ERRORS = jax.jit(track_errors, static_argnames=("vertex", "log_thickness", "straight"))


def test_ship_comes_out_as_its_formula():
    """Eight straw layers of 120 um a station, 0.43 % X0."""
    found = 100 * ERRORS(stations(PLACES), SHIP, MOMENTA, VERTEX)["momentum"]
    np.testing.assert_allclose(found, ship_formula(MOMENTA), rtol=0.07)
    np.testing.assert_allclose(found, [0.514, 0.525, 0.557, 0.673, 1.204, 2.237], rtol=1e-3)  # an independent program


@pytest.mark.parametrize("gap", [1.0, 2000.0, 9000.0])
def test_two_stations_a_side_measure_as_the_thin_magnet_says(gap):
    arm, error = 1700.0, 0.1
    layout = stations([-gap - arm, -gap, gap, gap + arm], error, 0.0)
    found = ERRORS(layout, Magnet(0.65, 2.0), MOMENTA, VERTEX - 5000.0)["momentum"]
    np.testing.assert_allclose(found, thin_magnet_resolution(error, arm, 0.65, MOMENTA), rtol=1e-7)


def test_scattering_sets_a_floor_that_no_resolution_lowers():
    r"""$0.0136\sqrt{2x}(1+0.038\ln x)/(0.2998\,BL)$: the kicks of the two inner stations, at any momentum."""
    material = 0.0043
    found = ERRORS(stations(PLACES, 1e-5, material), SHIP, MOMENTA, VERTEX)["momentum"]
    floor = 0.0136 * np.sqrt(2 * material) * (1 + 0.038 * np.log(material)) / (CURVING * 0.65)
    np.testing.assert_allclose(found, floor, rtol=1e-3)


def test_a_straight_telescope_points_as_two_layers_do():
    layout = stations([1000.0, 3000.0], [0.1, 0.2], [0.01, 0.01])
    found = ERRORS(layout, Magnet(0.0, 1.0), jnp.asarray([2.0]), 0.0, straight=True)
    kick = 0.0136 / 2.0 * 0.1 * (1 + 0.038 * np.log(0.01))
    expected = np.sqrt((0.1 * 3000.0) ** 2 + (0.2 * 1000.0) ** 2) / 2000.0
    assert float(found["position"][0]) == pytest.approx(np.hypot(expected, 1000.0 * kick), rel=1e-9)
    assert "momentum" not in found


@pytest.mark.parametrize("seed", range(5))
def test_the_toy_monte_carlo_finds_what_the_covariance_says(seed):
    random = np.random.default_rng(seed)
    z = np.concatenate([-random.uniform(1500, 6000, 3), random.uniform(1500, 6000, 3)])
    error, material = random.uniform(0.03, 0.3, 6), random.uniform(0.001, 0.01, 6)
    p = float(random.choice([5.0, 20.0, 100.0]))
    found = ERRORS(stations(z, error, material), Magnet(0.65, 2000.0), jnp.asarray([p]), VERTEX)
    told = [Station(*row) for row in zip(z.tolist(), error.tolist(), material.tolist(), strict=True)]
    toy = simulate_tracks(told, Dipole(0.325, -1000.0, 1000.0), p, VERTEX, tracks=40_000, seed=seed)
    assert [toy.resolution[n] for n in PARAMETERS] == pytest.approx([float(found[n][0]) for n in PARAMETERS], rel=0.015)
    assert list(toy.pull.values()) == pytest.approx([1.0] * 3, abs=0.015)


INNER, ARM = st.floats(2600, 4000), st.floats(300, 2000)


@given(INNER, ARM, INNER, ARM, st.floats(-6000, 6000), st.floats(0, 0.05))
def test_dead_material_and_massless_stations_and_the_mirror(front, forward, back, backward, z, material):
    places = [-front - forward, -front, back, back + backward, z]
    bare = stations(places, present=[1, 1, 1, 1, 0])
    full, light = (stations(places, [*[0.1] * 4, e], [*[0.0043] * 4, x]) for e, x in ((1e12, material), (0.1, 0.0)))
    same = stations(places, 0.1, 0.0043, [1, 1, 1, 1, 0])
    four = stations([*places[:4], 0.0], 0.1, 0.0043, [1, 1, 1, 1, 0])
    base, dead, better = (ERRORS(s, SHIP, MOMENTA, VERTEX)["momentum"] for s in (same, full, light))
    assert np.all(dead >= base * (1 - 1e-9))
    assert np.all(better <= base * (1 + 1e-9))
    np.testing.assert_allclose(ERRORS(four, SHIP, MOMENTA, VERTEX)["momentum"], base, rtol=1e-10)
    one, other = (ERRORS(stations(sign * bare.z, present=bare.present), SHIP, MOMENTA, VERTEX) for sign in (1, -1))
    np.testing.assert_allclose(one["momentum"], other["momentum"], rtol=1e-7)


def test_two_halves_of_a_station_are_the_station():
    whole = ERRORS(stations(PLACES), SHIP, MOMENTA, VERTEX, log_thickness=0.01)
    z, error = np.repeat(PLACES, 2), 0.12 / 8**0.5 * 2**0.5
    halves = ERRORS(stations(z, error, 0.0043 / 2), SHIP, MOMENTA, VERTEX, log_thickness=0.01)
    for name in PARAMETERS:
        np.testing.assert_allclose(halves[name], whole[name], rtol=1e-7)


def test_the_field_may_not_be_absurd():
    with pytest.raises(ValueError, match="length must be positive"):
        Magnet(0.65, 0.0)
