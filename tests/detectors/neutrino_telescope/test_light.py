"""Light: the published law of a cascade, a profile whose mean is one, cones of tracks, scattering in the times."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from designopt.detectors.neutrino_telescope.light.emission import cascade_light, cone_of, spread_of, track_light
from designopt.detectors.neutrino_telescope.light.media import ICE, LIGHT_SPEED, WATER

FRAME = jnp.eye(3)  # goes up
ORIGIN, ZERO = jnp.zeros(3), jnp.asarray(0.0)
EVEN = replace(ICE, lean=0.0)


of_cascade, of_track = (jax.jit(light, static_argnums=5) for light in (cascade_light, track_light))


def cascade(places, medium, log_energy=4.0):
    return of_cascade(jnp.asarray(places, float), ORIGIN, FRAME, ZERO, jnp.asarray(log_energy), medium)


def track(places, medium, log_energy=4.0):
    return of_track(jnp.asarray(places, float), ORIGIN, FRAME, ZERO, jnp.asarray(log_energy), medium)


def photons(light):
    return np.exp(np.asarray(light.log_photons))


@pytest.mark.parametrize("medium", [ICE, WATER], ids=lambda medium: medium.name)
def test_a_cascade_fades_with_distance_as_published(medium):
    way = np.array([0.6, 0.0, 0.8])
    near, far = photons(cascade([30 * way, 90 * way], medium))
    assert far / near == pytest.approx(np.exp(-60.0 / medium.absorption) / 9.0, rel=1e-5)


def test_a_cascade_shines_in_proportion_to_its_energy():
    low, high = (photons(cascade([[50.0, 20.0, 10.0]], ICE, e))[0] for e in (3.0, 5.0))
    assert high / low == pytest.approx(100.0, rel=1e-12)


@pytest.mark.parametrize("medium", [ICE, WATER], ids=lambda medium: medium.name)
def test_the_light_over_the_whole_sphere_is_what_was_emitted(medium):
    cosine = np.linspace(-1.0, 1.0, 40_001)
    r, sine = 40.0, np.sqrt(1.0 - cosine**2)
    even = replace(medium, lean=0.0)
    seen = photons(cascade(r * np.stack([sine, 0 * sine, cosine], axis=-1), even, 0.0))
    sphere = np.trapezoid(seen, cosine) * 2 * np.pi * r**2 / (medium.area * medium.efficiency)
    assert sphere == pytest.approx(medium.photons_per_gev * np.exp(-r / medium.absorption), rel=1e-6)


def test_photons_per_length_and_energy_are_those_of_the_literature():
    assert ICE.photons_per_metre == pytest.approx(32_560, rel=1e-4)  # Frank and Tamm, 300 to 600 nm
    assert ICE.photons_per_metre * ICE.efficiency == pytest.approx(2450.08, rel=1e-4)  # ppc, as a module detects
    assert WATER.photons_per_gev / WATER.photons_per_metre == pytest.approx(4.7319, rel=0.01)  # KM3NeT: m per GeV


def test_modules_look_down():
    above, below = photons(cascade([[0.0, 0.0, 50.0], [0.0, 0.0, -50.0]], replace(ICE, direct=0.0)))
    assert above / below == pytest.approx(1.9 / 0.1)


def test_light_of_a_track_leaves_at_the_cherenkov_angle():
    sine, tangent = cone_of(ICE)
    assert sine == pytest.approx(np.sin(np.arccos(1 / 1.32)))
    d, z = 40.0, 300.0
    light = track([[d, 0.0, z]], EVEN)
    start, way = z - d / tangent, d / sine
    assert float(light.time[0]) == pytest.approx((start + way * EVEN.group_index) / LIGHT_SPEED, rel=1e-6)


def test_a_track_fades_as_a_line_does():
    sine, tangent = cone_of(EVEN)
    at = [[d, 0.0, 300.0 + d / tangent] for d in (20.0, 60.0)]  # emitted at the same place
    near, far = photons(track(at, EVEN, 3.0))
    assert far / near == pytest.approx(np.exp(-40.0 / sine / EVEN.absorption) / 3.0, rel=1e-4)


def test_a_track_begins_at_its_vertex_and_ends_after_its_range():
    before, inside, after = photons(track([[10.0, 0.0, z] for z in (-60.0, 20.0, 160.0)], EVEN, 1.0))
    assert before < 1e-4 * inside
    assert after < 1e-4 * inside  # 10 GeV: about 40 m


def test_hard_losses_outshine_the_muon_at_high_energies():
    low, high, higher = (photons(track([[30.0, 0.0, 100.0]], EVEN, e))[0] for e in (2.0, 5.0, 6.0))
    assert 5 < high / low < 1000
    assert higher / high == pytest.approx(10.0, rel=0.15)


def test_scattering_spreads_times_and_more_so_in_ice():
    r = jnp.asarray([10.0, 30.0, 100.0])
    ice, water = spread_of(r, ICE), spread_of(r, WATER)
    assert np.all(np.diff(ice) > 0)
    assert np.all(ice > water)
    assert float(water[0]) == pytest.approx(3.0, rel=0.01)
    assert float(ice[2]) == pytest.approx(1.356 / LIGHT_SPEED * 100**2 / (6 * 30), rel=1e-3)


def test_light_is_finite_where_an_event_begins_in_a_module():
    for light in (cascade([[0.0, 0.0, 0.0]], ICE), track([[0.0, 0.0, 0.0]], ICE)):
        assert all(np.all(np.isfinite(part)) for part in (light.log_photons, light.time, light.spread))
