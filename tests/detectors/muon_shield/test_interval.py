"""Intervals of weighted counts: the exact limits where weights are equal, and never too short where they are not."""

import numpy as np
import pytest
from rich.console import Console

from designopt.detectors.muon_shield.count import SECOND, UNDERSTOOD, Count
from designopt.detectors.muon_shield.evaluate import evaluate_design, render_table
from designopt.detectors.muon_shield.muons.interval import effective, interval
from designopt.detectors.muon_shield.reference import evolved


@pytest.mark.parametrize(("events", "low", "high"), [(0, 0.0, 3.689), (1, 0.0253, 5.572), (10, 4.795, 18.390)])
def test_equal_weights_have_the_exact_limits_of_a_poisson_number(events, low, high):
    """F. Garwood, Biometrika 28 (1936) 437; the same numbers times the weight."""
    assert interval(7.0 * events, 49.0 * events, 7.0) == pytest.approx((7 * low, 7 * high), rel=1e-3)


@pytest.mark.parametrize("means", [(400.0, 0.3, 5.0), (0.02, 2.0, 1.0), (0.0, 0.5, 0.0), (30.0, 30.0, 30.0)])
def test_they_hold_what_they_promise_with_few_heavy_weights(means):
    """Three strata whose weights differ a hundredfold; the heaviest is often empty."""
    weights, generator = np.array([1.0, 100.0, 12.0]), np.random.default_rng(3)
    truth = weights @ means
    held = 0
    for events in generator.poisson(means, (1000, 3)):
        low, high = interval(float(events @ weights), float(events @ weights**2), 100.0)
        held += low <= truth <= high
    assert held >= 0.94 * 1000


def test_a_plain_error_would_not_hold():
    """What the interval replaces: two errors to either side hold a rare heavy leak in two of three samples only."""
    events = np.random.default_rng(3).poisson(1.1, 1000)
    assert np.mean(np.abs(100 * events - 110) <= 2 * 100 * np.sqrt(events)) < 0.7


def test_two_samples_make_one():
    ones = [{"all": np.array([n * w, n * w**2]), "0-30": np.array([0.0, 0.0])} for n, w in ((2, 40.0), (6, 10.0))]
    first, second = (Count(n, sums, {"all": top, "0-30": top}, w, 0.5) for n, sums, top, w in
                     ((100, ones[0], 80.0, 40.0), (400, ones[1], 20.0, 10.0)))  # fmt: skip
    both = first.with_more(second)
    assert both.pair("all") == pytest.approx((8 * 8.0, 8.0 * np.sqrt(8)))
    assert both.muons == 500
    assert both.effective == pytest.approx(8)
    assert both.heaviest["all"] == pytest.approx(16.0)
    assert effective(0.0, 0.0) == 0.0


def test_evaluate_draws_a_second_sample_where_few_muons_tell():
    found = evaluate_design({"magnets": evolved().tolist()}, muons=5000, steps=4)
    assert found["hits_interval"]["second_sample"]
    assert found["hits_interval"]["muons"] == (1 + SECOND) * 5000
    assert found["hits_interval"]["effective_hits"] < UNDERSTOOD
    low, high = found["hits_interval_95"]
    assert low <= found["hits_interval"]["hits_per_1e7"] <= high
    assert high > 3 * found["hits_interval"]["heaviest_weight"]
    empty = [band for band, row in found["hits_by_momentum"].items() if not row["hits"]]
    assert set(found["hits_interval"]["empty_bands_95"]) <= set(empty)
    assert all(upper > 0 for upper in found["hits_interval"]["empty_bands_95"].values())
    assert "more were simulated" in found["warnings"][0]
    with (screen := Console(width=200)).capture() as printed:
        screen.print(render_table(found))
    (row,) = [line for line in printed.get().splitlines() if "with a second sample, 20,000 muons in all" in line]
    assert f"{found['hits_interval']['hits_per_1e7']:.1f}" in row
