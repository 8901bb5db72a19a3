"""The report's statistics against values known by hand, by theory, or by SciPy."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from designopt.report.data import statistics

NUMBERS = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30)


def test_the_interquartile_mean_of_known_arrays():
    assert statistics.interquartile_mean(np.array([1.0, 2.0, 3.0])) == 2.0
    assert statistics.interquartile_mean(np.array([100.0, 2.0, 3.0, -50.0])) == 2.5
    assert statistics.interquartile_mean(np.array([9.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 1000.0])) == 5.5


@given(NUMBERS)
def test_the_interquartile_mean_is_scipys_trimmed_mean_and_lies_inside(values):
    from scipy.stats import trim_mean

    mean = float(statistics.interquartile_mean(np.array(values)))
    assert mean == pytest.approx(trim_mean(values, 0.25), rel=1e-9, abs=1e-6)
    assert min(values) - 1e-6 <= mean <= max(values) + 1e-6


def test_the_bootstrap_interval_covers_the_mean_of_a_normal_sample_as_often_as_it_says():
    generator = np.random.default_rng(1)
    covered = 0
    for _ in range(400):
        sample = generator.standard_normal(30)
        low, high = statistics.percentile_interval(statistics.bootstrap(sample, generator, resamples=600))
        covered += low <= 0 <= high
    assert 0.90 <= covered / 400 <= 0.98


def test_the_bootstrap_interval_of_the_plain_mean_has_the_width_of_the_normal_one():
    sample = np.random.default_rng(2).standard_normal(400)
    spread = statistics.bootstrap(sample, np.random.default_rng(3), statistic=lambda x: x.mean(axis=-1))
    low, high = statistics.percentile_interval(spread)
    assert high - low == pytest.approx(2 * 1.96 * sample.std() / math.sqrt(400), rel=0.06)


def test_superiority_of_known_samples():
    generator = np.random.default_rng(0)
    assert statistics.superiority([1, 2, 3], [4, 5], generator) == (1.0, (1.0, 1.0))
    chance, (low, high) = statistics.superiority([1, 2, 3, 4], [2, 3], generator)
    assert chance == pytest.approx((2 + 1.5 + 0.5 + 0) / 8)
    assert low < chance < high


@given(NUMBERS, NUMBERS)
def test_one_is_superior_or_the_other(first, second):
    generator = np.random.default_rng(0)
    one, _ = statistics.superiority(first, second, generator, resamples=5)
    other, _ = statistics.superiority(second, first, generator, resamples=5)
    assert one + other == pytest.approx(1)


def test_holms_correction_by_hand():
    assert statistics.holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert statistics.holm([0.5, None, 0.9]) == [1.0, None, 1.0]
    assert statistics.holm([]) == []


def test_shared_seeds_are_paired_and_five_pairs_cannot_convince():
    first = dict(enumerate([1.0, 2.0, 3.0, 4.0, 5.0]))
    second = {seed: value + 1 + 0.1 * seed for seed, value in first.items()}
    p, test = statistics.compare(first, second)
    assert p == pytest.approx(0.0625)
    assert "paired" in test


def test_other_seeds_are_not_paired_and_one_run_is_a_fixed_value():
    many = {seed: float(seed) for seed in range(10)}
    assert "Mann-Whitney" in statistics.compare(many, {seed + 1: 20.0 + seed for seed in range(10)})[1]
    p, test = statistics.compare(many, {0: 99.0})
    assert "fixed" in test
    assert p == pytest.approx(2 / 2**10)
    assert statistics.compare({0: 1.0}, {0: 2.0})[0] is None
    assert statistics.compare(many, many)[0] == 1.0


def test_a_run_that_missed_counts_as_infinite_in_the_median():
    assert statistics.median_with_misses([1.0, 2.0, math.inf]) == 2.0
    assert statistics.median_with_misses([1.0, math.inf, math.inf]) == math.inf
    assert statistics.median_with_misses([1.0, 3.0, math.inf, math.inf]) == math.inf


def test_ties_share_the_better_rank():
    assert statistics.ranks(np.array([[1.0, 2.0], [1.0, 1.0], [3.0, 0.0]])).tolist() == [[1, 3], [1, 2], [3, 1]]
