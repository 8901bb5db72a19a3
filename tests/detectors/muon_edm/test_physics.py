"""Laws of fields and motion: closed forms and integrals that the code does not use."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import ellipe, ellipk
from validation.muon_edm import STEPS, P, fields, kicked, path, started, turned

from designopt.detectors.muon_edm.physics.fields import Kicker
from designopt.detectors.muon_edm.physics.kinematics import BEND, motional_field, orbit_radius, speed
from designopt.detectors.muon_edm.physics.loops import elliptic_integrals, loop_field
from designopt.detectors.muon_edm.simulation.runge_kutta import biot_savart
from designopt.units import mm


def test_radius_speed_and_motional_field_are_those_of_the_experiment():
    assert orbit_radius(P, 2.5) == pytest.approx(30.69 * mm, abs=0.01)
    assert 163.0 < motional_field(P, 2.5) < 165.0
    assert speed(P) == pytest.approx(299.792458 * 23.0 / np.hypot(23.0, 105.6583755))


def test_elliptic_integrals_and_their_slopes_are_those_of_scipy():
    m = jnp.linspace(0.01, 0.99, 50)
    first, second = elliptic_integrals(m)
    np.testing.assert_allclose(first, ellipk(m), rtol=1e-13)
    np.testing.assert_allclose(second, ellipe(m), rtol=1e-13)
    for which, function in enumerate((ellipk, ellipe)):
        slope = jax.vmap(jax.grad(lambda one, which=which: elliptic_integrals(one)[which]))(m)
        np.testing.assert_allclose(slope, (function(m + 1e-6) - function(m - 1e-6)) / 2e-6, rtol=1e-4)


def test_a_loop_is_the_sum_of_its_pieces_and_the_closed_form_on_its_axis():
    r, z = np.array([0.5, 20.0, 44.0]), np.array([3.0, -30.0, 20.0])
    out, along = loop_field(70.0, 1000.0, jnp.asarray(r), jnp.asarray(z))
    sums = biot_savart(((70.0, 0.0, 1000.0),), r, z)
    np.testing.assert_allclose(out * r, sums[0], rtol=1e-6)
    np.testing.assert_allclose(along, sums[1], rtol=1e-6)
    axis = loop_field(70.0, 1000.0, jnp.asarray(0.0), jnp.asarray(30.0))[1]
    assert axis == pytest.approx(4e-4 * np.pi * 1000.0 * 70.0**2 / (2 * (70.0**2 + 30.0**2) ** 1.5), rel=1e-8)


def test_the_field_has_neither_divergence_nor_curl():
    some = fields(0.05, 0.01, (1500.0, -700.0))
    places = jax.random.uniform(jax.random.key(0), (20, 3), minval=-30.0, maxval=30.0)
    slopes = jax.jit(jax.vmap(jax.jacfwd(lambda place: some.at(place, jnp.asarray(10.0)))))(places)
    size = np.max(np.abs(slopes))
    assert size > 1e-5
    assert np.max(np.abs(np.trace(slopes, axis1=1, axis2=2))) < 1e-10 * size
    assert np.max(np.abs(slopes - np.swapaxes(slopes, 1, 2))) < 1e-10 * size


def test_the_momentum_keeps_its_size_and_the_way_back_leads_home():
    some = fields(0.01, 0.01, (1500.0, -700.0))
    place, momentum = started(-60.0, 0.06)
    places, momenta = path(some, place, momentum, 0.3)
    assert np.max(np.abs(np.linalg.norm(momenta, axis=1) / P - 1)) < 1e-12
    still = fields(0.01, 0.0, (1500.0, -700.0))
    ends = path(still, place, momentum, 0.3)
    home = path(still, ends[0][-1], ends[1][-1], -0.3)[0][-1]
    np.testing.assert_allclose(home, place, atol=1e-8)
    assert np.max(np.abs(places[:, 2])) < 110.0


def test_the_kick_takes_the_momentum_that_its_integral_says():
    """Delta p_z = q v integral of B_r dt, along the path that the muon took."""
    some, dt = fields(0.0, 0.002), 0.1
    place, momentum = started(0.0, 0.0)
    places, momenta = path(some, place, momentum, dt)
    out = some.beside(places, dt * (jnp.arange(STEPS) + 1.0))
    radial = np.sum(out[:, :2] * places[:, :2], 1) / np.hypot(*places[:, :2].T)
    expected = BEND * float(speed(P)) * float(np.sum(radial)) * dt
    assert momenta[-1, 2] == pytest.approx(expected, rel=1e-3)
    given, law = kicked(0.002)
    assert given == pytest.approx(-float(momenta[-1, 2]), rel=1e-9)
    assert given == pytest.approx(law, rel=0.02)
    assert some.beside(jnp.asarray([30.7, 0.0, 0.0]), jnp.asarray(10.0))[0] == pytest.approx(-0.002, rel=1e-6)
    assert Kicker().strength() > 0


@pytest.mark.parametrize("pitch", [0.03, 0.06])
def test_a_muon_turns_back_where_the_mirror_ratio_says(pitch):
    found, law, left = turned(pitch)
    assert found == pytest.approx(law, rel=0.03)
    assert abs(left) < 0.1 * P * np.sin(pitch)
