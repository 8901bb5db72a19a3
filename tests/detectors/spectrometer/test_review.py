"""Lost stations from one decomposition, hit patterns, and the goal, against fits without the station and plain sums."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from designopt.detectors.spectrometer.magnet import Magnet
from designopt.detectors.spectrometer.review.goals import mass_resolution
from designopt.detectors.spectrometer.review.patterns import largest_loss, measured_share, over_patterns, pattern_errors
from designopt.detectors.spectrometer.review.spectrum import decays, fractions
from designopt.detectors.spectrometer.stations import Stations, track_errors

SHIP, VERTEX = Magnet(0.65, 4500.0), -10_000.0
MOMENTA = jnp.asarray([5.0, 20.0, 100.0])
LOST = jax.jit(pattern_errors, static_argnames=("magnet", "vertex", "log_thickness"))
FITTED = jax.jit(track_errors, static_argnames=("vertex", "log_thickness"))


def stations(seed=0, count=5):
    random = np.random.default_rng(seed)
    z = np.concatenate([-random.uniform(2750, 6000, 3), random.uniform(2750, 6000, count - 3)])
    return Stations(jnp.asarray(z), jnp.asarray(random.uniform(0.02, 0.1, count)),
                    jnp.asarray(random.uniform(0.002, 0.009, count)), jnp.ones(count))  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_the_loss_of_a_station_is_a_fit_without_it(seed):
    built = stations(seed)
    found = LOST(built, SHIP, MOMENTA, VERTEX, 0.01)
    whole = FITTED(built, SHIP, MOMENTA, VERTEX, 0.01)
    for lost in range(5):
        dead = Stations(built.z, built.error.at[lost].set(1e9), built.material, built.present)
        fitted = FITTED(dead, SHIP, MOMENTA, VERTEX, 0.01)
        for name, values in found.without.items():
            np.testing.assert_allclose(values[:, lost], jnp.log(fitted[name] / whole[name]), rtol=1e-6, atol=1e-9)
            np.testing.assert_allclose(found.whole[name], whole[name], rtol=1e-12)


def test_ship_loses_a_factor_of_1_64_at_most():
    places = jnp.asarray([-5500.0, -3500.0, 3500.0, 5500.0])
    ship = Stations(places, jnp.full(4, 0.12 / 8**0.5), jnp.full(4, 0.0043), jnp.ones(4))
    lost = jnp.exp(LOST(ship, SHIP, MOMENTA, VERTEX, 0.01).without["momentum"])
    assert float(lost.max()) == pytest.approx(1.64, abs=0.01)
    smooth = float(jnp.exp(largest_loss(jnp.log(lost), ship.present)))
    assert float(lost.max()) <= smooth < 1.1 * float(lost.max())


def test_a_station_that_is_not_there_is_no_loss_and_an_indispensable_one_stays_a_number():
    built = stations(1)
    found = LOST(Stations(built.z, built.error, built.material, jnp.asarray([1.0, 1, 0, 0, 1])), SHIP, MOMENTA, VERTEX)
    assert np.all(np.abs(found.without["momentum"][:, 2:4]) < 1e-9)
    assert np.all(np.isfinite(found.without["momentum"]))
    assert float(found.without["momentum"][0, 0]) > 5.0


def test_the_mean_over_patterns_is_the_plain_sum():
    built = stations(2)
    found = LOST(built, SHIP, MOMENTA, VERTEX)
    e, n = 0.98, 5
    single, none = e ** (n - 1) * (1 - e), e**n
    without = np.asarray(found.whole["momentum"])[:, None] * np.exp(np.asarray(found.without["momentum"]))
    plain = (none * np.asarray(found.whole["momentum"]) + single * without.sum(axis=1)) / (none + n * single)
    np.testing.assert_allclose(over_patterns(found, built.present, e)["momentum"], plain, rtol=1e-12)
    assert float(measured_share(built.present, e)) == pytest.approx(none + n * single, rel=1e-12)
    np.testing.assert_allclose(over_patterns(found, built.present, 1.0)["momentum"], found.whole["momentum"])


def test_the_mass_resolution_is_that_of_simulated_decays():
    """Two products of p each, decay in the plane, momenta and slopes smeared: m2 = 2 (E1 E2 - p1 p2 cos alpha)."""
    random, p, mass, momentum, slope = np.random.default_rng(0), 20.0, 1.0, 0.007, 5e-5
    angle = 2 * np.arcsin(mass / (2 * p))
    one, other = p * (1 + momentum * random.standard_normal((2, 100_000)))
    between = angle + slope * (random.standard_normal(100_000) - random.standard_normal(100_000))
    found = np.sqrt(2 * one * other * (1 - np.cos(between)))
    told = mass_resolution(jnp.asarray([momentum]), jnp.asarray([slope]), jnp.asarray([p]), mass)
    assert np.std(found) / mass == pytest.approx(float(told[0]), rel=0.01)


def test_shares_of_decays_add_up_and_follow_the_charm():
    share = fractions((5.0, 20.0, 100.0), 1.0)
    assert sum(share) == pytest.approx(1.0)
    assert share == pytest.approx((0.530, 0.447, 0.023), abs=2e-3)
    assert fractions((100.0, 5.0, 20.0), 1.0) == pytest.approx((share[2], share[0], share[1]))
    assert fractions((20.0,), 1.0) == (1.0,)
    assert decays(np.array([200.0]), 1.0)[0] == 0.0
    with pytest.raises(ValueError, match="No decay product"):
        fractions((400.0, 500.0, 600.0), 1.0)
