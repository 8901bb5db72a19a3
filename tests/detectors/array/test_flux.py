"""Fluxes are those of the publication; derivatives are those of the fluxes; a far unit has none."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from validation.array import DISTANCES, PUBLISHED, fluxes

from designopt.detectors.array.showers.flux import flux, profile
from designopt.detectors.array.showers.shower import UNKNOWNS, Showers, signal, slopes


def shower(kind=0, energy=2.0, zenith=30.0, azimuth=40.0, x=0.0, y=0.0) -> Showers:
    angles = jnp.asarray(np.deg2rad(zenith)), jnp.asarray(np.deg2rad(azimuth))
    return Showers(jnp.asarray(kind), jnp.asarray(energy), *angles, jnp.asarray(x), jnp.asarray(y))


@pytest.mark.parametrize("kind", [0, 1])
def test_fluxes_are_the_published_ones(kind):
    found = fluxes(kind, np.array(DISTANCES))
    for particle in (0, 1):
        np.testing.assert_allclose(found[particle], PUBLISHED[kind, particle], rtol=5e-6)


@pytest.mark.parametrize("bin_", range(4))
def test_the_cubic_goes_through_the_bins(bin_):
    """At the middle of a bin the profile is that of the bin alone: the rows of the second one, written out."""
    zenith = np.deg2rad(65.0) * (bin_ + 0.5) / 4
    x = 0.5 + 20 * np.log(2.0 / 0.1) / np.log(100.0)
    by_hand = [
        (36117.1, 0.172385, 1.21588), (24130.6, 0.154078, 1.23513), (1730.82, 0.626387, 0.822498),
        (83.7947, 0.958974, 0.719864),
    ][bin_]  # fmt: skip
    number, _, _ = profile(jnp.asarray(0), jnp.log(2.0), jnp.asarray(zenith))
    assert float(number[1]) == pytest.approx(by_hand[0] * np.exp(by_hand[1] * x ** by_hand[2]), rel=1e-9)


def test_distances_are_from_the_axis():
    """A unit along the shadow of the axis is nearer to it than one across; within 2 m the flux rises no more."""
    one = shower(azimuth=0.0)
    along, across, near, nearer = signal(
        jnp.zeros(6), one, jnp.array([100.0, 0.0, 0.0, 0.0]), jnp.array([0.0, 100.0, 1.9, 0.1])
    )[0][1]
    numbers = profile(one.kind, jnp.log(2.0), one.zenith)
    expected = np.cos(np.deg2rad(30)) * flux(numbers, jnp.array([100.0 * np.cos(np.deg2rad(30)), 100.0, 2.0]))[1]
    np.testing.assert_allclose([along, across], expected[:2], rtol=1e-9)
    assert float(nearer) == pytest.approx(float(near), rel=0.05)
    assert float(nearer) == pytest.approx(
        float(np.cos(np.deg2rad(30)) * flux(numbers, jnp.array([2.0]))[1, 0]), rel=1e-9
    )


def test_a_negative_number_counts_as_none():
    one = shower(energy=0.1, zenith=50.0)
    assert float(profile(one.kind, jnp.log(0.1), one.zenith)[0][1]) < 0
    counts, change, _ = slopes(one, jnp.array([50.0]), jnp.array([0.0]))
    assert counts[1, 0] == 0
    assert np.all(np.isfinite(change))
    assert np.all(change[:, 1] == 0)


@pytest.mark.parametrize(("kind", "zenith"), [(0, 30.0), (1, 0.0), (0, 64.0)])
def test_derivatives_are_those_of_the_signal(kind, zenith):
    one = shower(kind, 1.3, zenith, 215.0, 20.0, -35.0)
    random = np.random.default_rng(1)
    x, y = (jnp.asarray(400.0 * random.normal(size=9)) for _ in range(2))
    counts, times = jax.jacfwd(lambda step: signal(step, one, x, y))(jnp.zeros(len(UNKNOWNS)))
    still, by_count, by_time = slopes(one, x, y)
    np.testing.assert_allclose(still, signal(jnp.zeros(len(UNKNOWNS)), one, x, y)[0], rtol=1e-12)
    np.testing.assert_allclose(by_count, np.moveaxis(np.asarray(counts), -1, 0), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(by_time, np.moveaxis(np.asarray(times), -1, 0), rtol=1e-9, atol=1e-9)
