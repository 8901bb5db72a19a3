"""The toy Monte Carlo obeys the laws of helices and the closed forms, and its fit knows its own errors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from designopt.detectors.tracker.simulation.fit import fit_with_kinks
from designopt.detectors.tracker.simulation.helix import CURVING, advanced, from_perigee, kicked, to_cylinder, to_plane
from designopt.detectors.tracker.simulation.scattering import projected_angle
from designopt.detectors.tracker.simulation.surfaces import Cylinder, Disk
from designopt.detectors.tracker.simulation.toy import PARAMETERS, crossed, simulate_tracks

# The central barrel of CLD and seven disks like its: github jandrea/TkLayout_FCCee@7d8ea2c4, cld.cfg
RADII = (18.0, 37.5, 57.5, 127.0, 400.0, 670.0, 1000.0, 1568.0, 2136.0)
HALVES = (125.0, 125.0, 125.0, 482.0, 482.0, 692.0, 1260.0, 1260.0, 1260.0)
BARREL = [
    Cylinder(15.0, 1000.0, 0.0034),
    *(
        Cylinder(r, half, 0.006247 if r < 100 else 0.01401, *((0.003,) * 2 if r < 100 else (0.005,) * 2))
        for r, half in zip(RADII, HALVES, strict=True)
    ),
]
DISKS = [Disk(524.0 + 277.0 * i, 79.5 + 42.0 * i, 650.0, 0.01401, 0.005, 0.005) for i in range(7)]
CLD = [*BARREL, *DISKS]


@given(
    st.floats(0.2, 1000), st.floats(-3, 3), st.floats(-2, 2), st.floats(-3, 3), st.sampled_from([-1, 1]),
)  # fmt: skip
def test_a_helix_meets_a_cylinder_on_its_circle(pt, phi, cot, d0, charge):
    field, radius = 2.0, 100.0
    track = from_perigee(np.array([[d0, phi, charge / pt, 1.0, cot]]), field)
    there = advanced(track, to_cylinder(track, radius))
    bend = pt / (CURVING * field)
    chord = np.linalg.norm(there.position[0, :2] - track.position[0, :2])
    arc = 2 * bend * np.arcsin(chord / (2 * bend))
    assert np.hypot(*there.position[0, :2]) == pytest.approx(radius, rel=1e-9)
    assert there.position[0, 2] - 1.0 == pytest.approx(cot * arc, rel=1e-6, abs=1e-9)
    cosine = np.dot(track.direction[0, :2], there.direction[0, :2]) * (1 + cot**2)
    assert np.arccos(np.clip(cosine, -1, 1)) == pytest.approx(arc / bend, rel=1e-5, abs=1e-6)


def test_a_cylinder_beyond_the_loop_is_never_reached():
    track = from_perigee(np.array([[0.0, 0.0, 10.0, 0.0, 0.0]]), 2.0)  # 0.1 GeV: the loop is 334 mm wide
    assert np.isfinite(to_cylinder(track, 330.0)[0])
    assert np.isnan(to_cylinder(track, 340.0)[0])
    assert np.isnan(to_plane(track, np.array([100.0]))[0])


def test_kicks_are_independent_angles_in_space():
    random, width = np.random.default_rng(0), 0.003
    tracks = from_perigee(np.tile([0.0, 0.7, 0.1, 0.0, 1.2], (100_000, 1)), 2.0)
    after = kicked(tracks, width * random.standard_normal((100_000, 2)))
    np.testing.assert_allclose(np.linalg.norm(after.direction, axis=1), 1.0, rtol=1e-12)
    sine = 1 / np.hypot(1, 1.2)
    azimuth = np.arctan2(after.direction[:, 1], after.direction[:, 0])
    polar = np.arccos(after.direction[:, 2])
    assert np.std(azimuth) == pytest.approx(width / sine, rel=0.01)
    assert np.std(polar) == pytest.approx(width, rel=0.01)
    assert abs(np.corrcoef(azimuth, polar)[0, 1]) < 0.015


def test_scattering_angle_of_the_particle_data_group():
    # 13.6 MeV / (beta p) sqrt(0.01) (1 + 0.038 ln 0.01), and a muon of 0.8 GeV has beta = 0.9914
    thickness = np.array([0.01, 0.02, 0.0])
    muon = projected_angle(0.8, 0.1056583755, thickness)
    assert muon[0] == pytest.approx(0.0136 / 0.79312 * 0.1 * 0.825, rel=1e-3)
    assert muon[2] == 0.0
    fixed = projected_angle(1.0, 0.0, thickness, 0.01)
    assert fixed[1] / fixed[0] == pytest.approx(2**0.5)


# Forward, where the beam pipe, barrel and disks mix, too. Statistical error of a pull width: 0.0025.
@pytest.mark.parametrize(("pt", "theta"), [(1.0, 88.5), (1.0, 30.0), (10.0, 60.0), (100.0, 88.5), (100.0, 20.0)])
def test_pulls_are_one(pt, theta):
    toy = simulate_tracks(CLD, 2.0, pt, np.radians(theta), tracks=80_000)
    assert toy.kept > 0.99
    assert toy.hits >= 7
    assert [toy.pull[name] for name in PARAMETERS] == pytest.approx([1.0] * 5, abs=0.012)


# tkLayout itself, 10 and 100 GeV: at 1 GeV its parabola misses the helix by 5 % (r = 2136 mm is 0.64 bending radii).
@pytest.mark.parametrize(("pt", "sigma", "d0", "z0"), [(10, 0.002668, 4.214, 4.207), (100, 0.003091, 1.903, 1.872)])
def test_cld_comes_out_as_its_own_tool_says(pt, sigma, d0, z0):
    toy = simulate_tracks(BARREL, 2.0, pt, np.radians(88.5), mass=0.0)
    assert toy.resolution["pt"] == pytest.approx(sigma, rel=0.03)
    assert toy.resolution["d0"] == pytest.approx(d0 * 1e-3, rel=0.07)
    assert toy.resolution["z0"] == pytest.approx(z0 * 1e-3, rel=0.07)


def test_measurement_without_material_follows_gluckstern():
    sensors, first, length, sigma, field, pt = 10, 50.0, 950.0, 0.01, 3.0, 50.0
    planes = [Cylinder(r, 3000.0, 0.0, sigma, sigma) for r in np.linspace(first, first + length, sensors)]
    toy = simulate_tracks(planes, field, pt, np.pi / 2, tracks=80_000)
    n = sensors - 1
    exact = np.sqrt(720 * n**3 / ((n - 1) * (n + 1) * (n + 2) * (n + 3)))
    assert toy.resolution["pt"] == pytest.approx(sigma * pt / (CURVING * field * length**2) * exact, rel=0.01)
    u = first + length / 2
    z0 = sigma * np.sqrt(1 / (n + 1) + u**2 * 12 * n / ((n + 1) * (n + 2) * length**2))
    assert toy.resolution["z0"] == pytest.approx(z0, rel=0.01)


def test_scattering_alone_follows_gluckstern():
    sensors, first, length, material, pt = 8, 30.0, 700.0, 0.01, 20.0
    planes = [Cylinder(r, 3000.0, material, 1e-6, 1e-6) for r in np.linspace(first, first + length, sensors)]
    toy = simulate_tracks(planes, 3.0, pt, np.pi / 2, tracks=80_000, mass=0.0, log_thickness=0.01)
    n, angle = sensors - 1, projected_angle(pt, 0.0, np.array([material]), 0.01)[0]
    d0 = angle * first * np.sqrt(1 + (1 + n * first / length) ** 2 / (4 * (n - 1)))
    assert toy.resolution["d0"] == pytest.approx(d0, rel=0.01)
    assert toy.resolution["pt"] == pytest.approx(
        n / np.sqrt((n - 1) * (n + 1)) * angle * pt / (CURVING * 3.0 * length) * np.sqrt(n + 1), rel=0.01
    )


def test_turning_the_detector_changes_nothing():
    one, other = (simulate_tracks(CLD, 2.0, 2.0, 0.6, 2000, phi=phi) for phi in (0.0, 3.1))
    assert list(one.resolution.values()) == pytest.approx(list(other.resolution.values()), rel=1e-5)


@pytest.mark.parametrize(("theta", "charge"), [(np.pi - 0.6, 1), (0.6, -1)])
def test_the_mirror_image_is_as_good(theta, charge):
    one = simulate_tracks(CLD, 2.0, 2.0, 0.6, 40_000)
    other = simulate_tracks(CLD, 2.0, 2.0, theta, 40_000, seed=1, charge=charge)
    assert list(one.resolution.values()) == pytest.approx(list(other.resolution.values()), rel=0.02)


def test_dead_material_makes_it_worse():
    dead = Cylinder(300.0, 2000.0, 0.05)
    bare, full = (simulate_tracks(s, 2.0, 1.0, 1.5) for s in (BARREL, [*BARREL, dead]))
    assert full.hits == bare.hits
    assert full.resolution["pt"] > 1.05 * bare.resolution["pt"]


def test_disks_and_cylinders_are_crossed_in_the_order_of_the_path():
    path = crossed(CLD, from_perigee(np.array([[0.0, 0.0, 0.01, 0.0, 2.0]]), 2.0))
    assert [type(surface).__name__[0] for surface in path] == list("CCCCCDDD")


def test_the_fit_without_kinks_is_the_weighted_mean():
    fit = fit_with_kinks(np.ones((2, 1)), np.zeros((2, 0)), np.array([1.0, 2.0]), np.zeros(0))
    assert fit.estimator[0] == pytest.approx([0.8, 0.2])
    assert fit.errors[0] == pytest.approx(np.sqrt(0.8))


def test_what_is_no_tracker_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match="crosses no sensor"):
        simulate_tracks([Cylinder(10.0, 100.0, 0.01)], 2.0, 1.0, 1.5)
    with pytest.raises(ValueError, match="do not determine"):
        simulate_tracks(BARREL[:3], 2.0, 1.0, 1.5)
    with pytest.raises(ValueError, match="do not determine"):
        simulate_tracks(BARREL, 0.0, 1.0, 1.5)
    with pytest.raises(ValueError, match="undetermined"):
        simulate_tracks([BARREL[1]] * 4, 2.0, 1.0, 1.5)
    with pytest.raises(ValueError, match="radius nan"):
        Cylinder(float("nan"), 1.0, 0.0)
    with pytest.raises(ValueError, match="sigma rphi 0"):
        Cylinder(10.0, 100.0, 0.01, 0.0, 0.1)
