"""Laws of the tomograph's physics: scattering, straight lines, efficiencies, the estimator of the fill height."""

from itertools import combinations

import jax.numpy as jnp
import numpy as np
import pytest

from designopt.detectors.tomography.physics import ladle
from designopt.detectors.tomography.physics.fill_height import PRIOR, fill_height, left_of_fill, sums, together
from designopt.detectors.tomography.physics.scattering import scattering_angle
from designopt.detectors.tomography.physics.tracks import Hits, Panels, at_least_two, patterns, profile
from designopt.detectors.tomography.problem import muon_tomography
from designopt.detectors.tomography.reference import layout

UPRIGHT = jnp.asarray([[0.5, 0.5]]), jnp.zeros((1, 2))


def panels(z, span=10.0, present=None) -> Panels:
    z = jnp.asarray(z, float)
    full = jnp.ones(z.size)
    return Panels(
        0.5 * full, 0.5 * full, z, span * full, span * full, full if present is None else jnp.asarray(present)
    )


def error(above, below, muons=1000.0, hits=None, degree=1, slag=0.1) -> float:
    rays = ladle.rays(32)
    hits = hits or Hits(1e-4, 0.9, 0.02)
    sides = [
        sums(patterns(side, hits, *map(jnp.asarray, (rays.place, rays.slope))), 8.75e-5) for side in (above, below)
    ]
    found = fill_height(together(*sides), ladle.moments(5.0, slag, 32), rays, ladle.levels(slag), muons, degree)
    return float(found.squared_error) ** 0.5


def test_ten_radiation_lengths_turn_5_gev_by_9_35_mrad():
    assert scattering_angle(10.0, 5.0) == pytest.approx(9.354e-3, rel=1e-4)
    assert scattering_angle(10.0, 2.5) == pytest.approx(2 * scattering_angle(10.0, 5.0))
    assert scattering_angle(1.0, 5.0) == pytest.approx(0.0136 / 5)


def test_two_planes_know_a_slope_to_root_two_times_the_error_over_their_distance():
    found = patterns(panels([1.5, 1.7]), Hits(1e-4, 1.0, 0.02), *UPRIGHT)
    assert float(found.slope[0, 0]) ** 0.5 == pytest.approx(2**0.5 * 1e-4 / 0.2, rel=1e-8)
    assert float(found.chance[0, 0]) == pytest.approx(1.0)


def test_every_set_of_hits_has_the_covariance_and_probability_of_a_least_squares_fit():
    z, hits = np.array([1.42, 1.5, 1.71]), Hits(2e-4, 0.8, 0.02)
    found = patterns(panels(z), hits, *UPRIGHT)
    expected = {}
    for size in (2, 3):
        for which in combinations(range(3), size):
            design = np.column_stack([np.ones(size), z[list(which)] - ladle.MIDDLE])
            expected[0.8**size * 0.2 ** (3 - size), which] = hits.resolution**2 * np.linalg.inv(design.T @ design)
    order = [(0, 1), (0, 2), (1, 2), (0, 1, 2)]
    for k, which in enumerate(order):
        chance = 0.8 ** len(which) * 0.2 ** (3 - len(which))
        covariance = expected[chance, which]
        assert float(found.chance[k, 0]) == pytest.approx(chance, rel=1e-9)
        got = [float(part[k, 0]) for part in (found.offset, found.both, found.slope)]
        assert got == pytest.approx([covariance[0, 0], covariance[0, 1], covariance[1, 1]], rel=1e-7)


def test_two_hits_at_least():
    e = np.array([0.9, 0.8, 0.3, 0.5])
    none = np.prod(1 - e)
    one = sum(e[i] * np.prod(np.delete(1 - e, i)) for i in range(4))
    assert float(at_least_two(jnp.asarray(e))) == pytest.approx(1 - none - one)
    found = patterns(panels([1.4, 1.5, 1.6, 1.7], present=e), Hits(1e-4, 1.0, 0.02), *UPRIGHT)
    assert float(jnp.sum(found.chance)) == pytest.approx(1 - none - one)


def test_panels_fall_off_smoothly_beyond_their_edge():
    place = np.column_stack([0.5 + np.array([0.0, 0.45, 0.5, 0.55, 1.5]), np.full(5, 0.5)])
    inside, near, edge, beyond, far = np.asarray(
        profile(panels([0.9], span=1.0), 0.02, jnp.asarray(place), jnp.zeros((5, 2)))
    )[0]
    assert inside == pytest.approx(1.0, abs=1e-9)
    assert edge == pytest.approx(0.5, abs=1e-9)
    assert near + beyond == pytest.approx(1.0, abs=1e-9)
    assert far < 1e-15


def test_muons_are_those_of_the_inside_mirrored():
    rays = ladle.rays()
    assert np.mean(rays.place, axis=0) == pytest.approx([0.5, 0.5], abs=1e-12)
    assert np.sum(rays.slope, axis=0) == pytest.approx([0.0, 0.0], abs=1e-9)
    for z in (ladle.BOTTOM, ladle.TOP):
        at = rays.place + (z - ladle.MIDDLE) * rays.slope
        assert 0.1 - 1e-9 < at.min() < at.max() < 0.9 + 1e-9
    # Of random muons with a cosine^3 on the plane, as many go through the inside.
    random = np.random.default_rng(1)
    place, turn = random.uniform(0, 1, (400_000, 2)), random.uniform(0, 2 * np.pi, 400_000)
    tangent = np.sqrt(random.uniform(0, 1, 400_000) ** -0.5 - 1)
    step = 0.5 * tangent[:, None] * np.column_stack([np.cos(turn), np.sin(turn)])
    through = np.abs(np.concatenate([place + step, place - step], axis=1) - 0.5).max(axis=1) < 0.4
    assert ladle.rays(4096).chance.sum() == pytest.approx(through.mean(), rel=0.01)
    assert rays.chance.sum() == pytest.approx(through.mean(), rel=0.05)


def test_moments_of_an_upright_muon_are_those_of_its_layers():
    moments, rays, level = ladle.moments(5.0), ladle.rays(), ladle.levels()
    steepest = np.argmin(np.sum(rays.slope**2, axis=1))
    stretch = np.sqrt(1 + np.sum(rays.slope[steepest] ** 2))
    layers = [(0.4, level.fill[0], 0.01757), (level.fill[0], level.slag[0], 0.08211), (level.slag[0], 1.4, 304.0)]
    n = np.array([stretch * (top - low) / length for low, top, length in layers])
    assert moments[0, 0, steepest] == pytest.approx(stretch**2 * scattering_angle(n.sum(), 5.0) ** 2, rel=2e-3)
    middle = np.array([0.5 * (low + top) - ladle.MIDDLE for low, top, _ in layers])
    assert moments[1, 0, steepest] / moments[0, 0, steepest] == pytest.approx(n @ middle / n.sum(), rel=2e-3)


def test_the_error_is_that_of_a_sample_of_muons_drawn_from_the_same_moments():
    """One upright muon's D and delta, drawn; the weighted mean of their points spreads as the closed form says."""
    random, muons = np.random.default_rng(3), 300
    s0, s1, s2 = 2.0e-4, 3.0e-5, 2.5e-5
    covariance = np.array([[s2, -s1], [-s1, s0]])
    drawn = random.multivariate_normal([0, 0], covariance, (4000, muons, 2))
    away, turned = drawn[..., 0], drawn[..., 1]
    mean = -np.sum(away * turned, axis=(1, 2)) / np.sum(turned**2, axis=(1, 2))
    rays = ladle.Rays(np.array([[0.5, 0.5]]), np.zeros((1, 2)), np.ones(1))
    whole = patterns(panels([1.4, 1.8]), Hits(1e-7, 1.0, 0.02), *UPRIGHT)
    side = sums(whole, 1.0)
    scattering = np.array([s0, s1, s2])[:, None, None] * np.ones((3, 6, 1))
    found = fill_height(together(side, side), scattering, rays, ladle.levels(), muons, 1)
    assert float(found.mean[0]) == pytest.approx(mean.mean(), abs=4 * mean.std() / 4000**0.5)
    assert float(found.variance[0]) == pytest.approx(mean.var(), rel=0.08)


def test_the_calibration_curve_takes_the_bias_out():
    level = ladle.levels()
    bent = jnp.asarray(level.fill + 0.3 * (level.fill - 0.9) ** 2)
    nothing = jnp.full(level.fill.size, 1e-12)
    errors = [float(left_of_fill(bent, nothing, level, degree)) for degree in (1, 2, 3)]
    assert errors[0] > 1e-5
    assert errors[2] < errors[1] < 0.02 * errors[0]
    assert float(left_of_fill(bent, jnp.full(level.fill.size, 1e6), level, 1)) == pytest.approx(PRIOR**2, rel=1e-4)


def test_more_muons_better_hits_and_larger_panels_lower_the_error():
    above, below = [1.45, 1.55, 1.65, 1.75], [0.05, 0.15, 0.25, 0.35]
    usual = error(panels(above, 0.866), panels(below, 0.866))
    assert error(panels(above, 0.866), panels(below, 0.866), muons=4000.0) == pytest.approx(usual / 2, rel=0.05)
    assert error(panels(above, 0.866), panels(below, 0.866), hits=Hits(1e-3, 0.9, 0.02)) > 1.2 * usual
    assert error(panels(above), panels(below)) < usual
    assert error(panels(above, 0.866), panels(below, 0.866), slag=None) > 2 * usual
    nothing = panels(above, present=[1.0, 0.0, 0.0, 0.0])
    assert error(nothing, panels(below)) == pytest.approx(PRIOR, rel=1e-6)


def test_other_muons_tell_the_same_and_are_others():
    one, other = ladle.rays(), ladle.rays(seed=3)
    assert not np.allclose(one.place, other.place)
    assert other.chance.sum() == pytest.approx(one.chance.sum(), rel=0.05)
    detector = muon_tomography(money="TomOpt", budget=6.0).detector
    even = detector.panels(layout((0.05, 0.15, 0.25, 0.35), 4, 4, 6.0))
    errors = [float(detector.measured(*even, seed)["squared_error"]) for seed in (None, 3, 4)]
    assert errors[0] == float(detector.measured(*even)["squared_error"])
    assert errors[1] != errors[2]
    assert errors[1:] == pytest.approx([errors[0]] * 2, rel=0.06)
