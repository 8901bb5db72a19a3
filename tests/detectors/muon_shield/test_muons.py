"""The muon sample against the quantiles that its source's sampler gives, and the laws of weighted samples."""

from functools import partial

import jax
import numpy as np
import pytest

from designopt.detectors.muon_shield.muons.beam import PER, PLAIN, Bands, Muons, draw_muons
from designopt.units import m

COUNT = 200_000
DRAW = jax.jit(draw_muons, static_argnames=("muons", "bands"))
KEY = jax.random.key(7)

# 6e6 muons of the source's own rules: quantile -> GeV
MOMENTUM = {0.5: 19.44, 0.9: 44.8, 0.99: 108.0, 0.999: 187.5, 0.9999: 257}
TRANSVERSE = {0.5: 0.370, 0.9: 0.796, 0.99: 1.43, 0.999: 2.21}


@pytest.fixture(scope="module")
def sample() -> Muons:
    return DRAW(KEY, COUNT, Bands())


def quantiles(values, weights, levels):
    order = np.argsort(values)
    return values[order][np.searchsorted(np.cumsum(weights[order]) / weights.sum(), levels)]


def momenta(muons):
    p = np.asarray(muons.momentum, float)
    return p, p * np.hypot(np.asarray(muons.direction_x), np.asarray(muons.direction_y))


def test_quantiles_of_the_weighted_sample(sample):
    weights = np.asarray(sample.weight, float)
    p, transverse = momenta(sample)
    assert quantiles(p, weights, list(MOMENTUM)) == pytest.approx(list(MOMENTUM.values()), rel=0.012)
    assert quantiles(transverse, weights, list(TRANSVERSE)) == pytest.approx(list(TRANSVERSE.values()), rel=0.03)
    assert np.average(p, weights=weights) == pytest.approx(25.86, rel=0.003)


def test_bands_agree_with_the_plain_spectrum(sample):
    """Shares of muons above some momenta, importance sampled against drawn as they come."""
    plain, _ = momenta(DRAW(jax.random.key(8), COUNT, PLAIN))
    p, _ = momenta(sample)
    weights = np.asarray(sample.weight, float) / PER
    for edge in (14, 20, 30, 60, 150):
        expected = np.mean(plain > edge)
        assert np.sum(weights[p > edge]) == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / COUNT))


def test_weights_stand_for_the_whole_spectrum(sample):
    assert float(np.sum(np.asarray(sample.weight, float))) == pytest.approx(PER, rel=1e-6)
    assert len(np.unique(np.asarray(DRAW(KEY, COUNT, PLAIN).weight))) == 1


def test_rare_muons_are_drawn_often(sample):
    p, _ = momenta(sample)
    assert np.sum(p > 150) > 0.1 * COUNT, "0.3 % of the spectrum, most hits of the baseline"
    assert np.sum((p > 14) & (p < 60)) > 0.6 * COUNT
    assert float(np.max(np.asarray(sample.weight))) < 3 * PER / COUNT


def test_charges_and_azimuths_are_even(sample):
    weights = np.asarray(sample.weight, float) / PER
    for values in (sample.charge, np.sign(sample.direction_x), np.sign(sample.direction_y), np.sign(sample.x)):
        assert abs(np.sum(weights * np.asarray(values))) < 0.02
    assert abs(np.sum(weights * np.asarray(sample.charge * np.sign(sample.direction_x)))) < 0.02


def test_production_points(sample):
    radius = np.hypot(np.asarray(sample.x), np.asarray(sample.y)) / m
    assert np.mean(radius**2) == pytest.approx(0.05**2 + 2 * 0.016**2, rel=0.02)
    depth = np.asarray(sample.z) / m
    assert np.mean(depth) == pytest.approx(0.263, abs=0.003)
    assert np.std(depth) == pytest.approx(0.209, abs=0.003)
    assert 1.0 < depth.max() < 4.4


def test_directions_are_unit_vectors_forward(sample):
    length = sample.direction_x**2 + sample.direction_y**2 + sample.direction_z**2
    assert np.asarray(length) == pytest.approx(1, abs=1e-6)
    assert float(np.min(np.asarray(sample.direction_z))) > 0


def test_one_key_one_sample_and_another_another(sample):
    draw = partial(DRAW, muons=1000, bands=Bands())
    again, other = draw(KEY), draw(jax.random.key(9))
    assert np.array_equal(np.asarray(again.momentum), np.asarray(draw(KEY).momentum))
    assert not np.array_equal(np.asarray(again.momentum), np.asarray(other.momentum))


def test_mirroring_twice_changes_nothing(sample):
    twice = sample.mirrored().mirrored()
    assert np.array_equal(np.asarray(twice.x), np.asarray(sample.x))
    assert np.array_equal(np.asarray(sample.mirrored().charge), -np.asarray(sample.charge))


@pytest.mark.parametrize("bands", [((0.0, 10.0), (0.5, 0.5)), ((10.0, 5.0), (1.0,)), ((0.0, 10.0), (0.0,))])
def test_bands_that_cannot_be_drawn_are_refused(bands):
    with pytest.raises(ValueError, match="cannot be drawn"):
        Bands(*bands)


def test_too_few_muons_are_refused():
    with pytest.raises(ValueError, match="fewer than one"):
        draw_muons(KEY, 3, Bands())
