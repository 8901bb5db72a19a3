"""The acquisition is what its formula says, far tails included, and its slope is its derivative."""

import numpy as np
import pytest
from scipy.stats import norm

from designopt.optimisers.bayesian.acquisition import Expectation, log_gain
from designopt.optimisers.common.constraint_models import LimitModels
from designopt.surrogates.with_slopes import fitted

RANDOM = np.random.default_rng(0)
POINTS = RANDOM.random((12, 3))
MODEL = fitted(POINTS, np.sum((POINTS - 0.4) ** 2, axis=1), passes=5)
LIMIT = fitted(POINTS, POINTS[:, 0] - 0.5, passes=5)


def test_log_gain_is_its_formula_and_smooth():
    z = np.linspace(-5.0, 5.0, 41)
    value, slope = log_gain(z)
    np.testing.assert_allclose(value, np.log(norm.pdf(z) + z * norm.cdf(z)), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(slope, (log_gain(z + 1e-6)[0] - log_gain(z - 1e-6)[0]) / 2e-6, rtol=1e-5)
    seams = np.array([-1000.0, 0.0])
    np.testing.assert_allclose(log_gain(seams - 1e-9)[0], log_gain(seams + 1e-9)[0], rtol=1e-8, atol=1e-6)
    assert np.all(np.diff(log_gain(np.linspace(-5000.0, 40.0, 2001))[0]) > 0)


@pytest.mark.parametrize("lowest", [0.05, None])
def test_slope_of_the_acquisition_is_its_finite_difference(lowest):
    expectation = Expectation(MODEL, LimitModels((LIMIT,)), lowest)
    for point in RANDOM.random((4, 3)):
        value, slope = expectation.slope(point)
        assert value == pytest.approx(float(expectation.values(point[None])[0]), rel=1e-6, abs=1e-6)
        for k, step in enumerate(1e-5 * np.eye(3)):
            low, high = expectation.values(np.stack([point - step, point + step]))
            assert slope[k] == pytest.approx((high - low) / 2e-5, rel=1e-2, abs=1e-2)


def test_the_best_point_of_a_box_is_in_it_and_better_than_its_cloud():
    expectation = Expectation(MODEL, LimitModels(()), 0.05)
    centre = np.full(3, 0.6)
    best = expectation.best(centre, 0.2, np.random.default_rng(1), 200, 2)
    assert np.all(np.abs(best - centre) <= 0.2 + 1e-12)
    cloud = np.random.default_rng(2).uniform(centre - 0.2, centre + 0.2, (500, 3))
    assert expectation.values(best[None])[0] >= np.max(expectation.values(cloud)) - 1e-3


def test_where_a_limit_is_surely_broken_nothing_is_expected():
    expectation = Expectation(MODEL, LimitModels((LIMIT,)), 0.05)
    inside, outside = np.array([[0.2, 0.4, 0.4], [0.9, 0.4, 0.4]])
    assert expectation.values(inside[None])[0] > expectation.values(outside[None])[0] + 10.0
    assert np.exp(LimitModels((LIMIT,)).log_probability(np.stack([inside, outside]))) == pytest.approx(
        [1.0, 0.0], abs=1e-3
    )


def test_a_believed_point_is_not_expected_from_again():
    expectation = Expectation(MODEL, LimitModels((LIMIT,)), -0.2)  # lower than anything: only doubt gives hope
    best = expectation.best(np.full(3, 0.5), 0.5, np.random.default_rng(1), 200, 1)
    after = expectation.kriging_believer(best)
    assert after.model.predict(best[None])[0] == pytest.approx(MODEL.predict(best[None])[0], abs=1e-3)
    assert after.values(best[None])[0] < expectation.values(best[None])[0] - 1.0
