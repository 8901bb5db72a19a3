"""The Gaussian process passes through what it knows, its slopes are its derivatives, and gradients teach it more."""

import numpy as np
import pytest

from designopt.surrogates.with_slopes import Scales, SlopeProcess, covariance, fitted

RANDOM = np.random.default_rng(0)
POINTS, FRESH = RANDOM.random((14, 3)), RANDOM.random((200, 3))


def hill(x):
    return np.sin(3 * x[..., 0]) + 2.0 * (x[..., 1] - 0.3) ** 2 + 0.1 * x[..., 2]


def slope(x):
    return np.stack([3 * np.cos(3 * x[..., 0]), 4.0 * (x[..., 1] - 0.3), np.full(x.shape[:-1], 0.1)], axis=-1)


PLAIN = fitted(POINTS, hill(POINTS), passes=10)
TAUGHT = fitted(POINTS, hill(POINTS), slope(POINTS), passes=10)


@pytest.mark.parametrize("model", [PLAIN, TAUGHT], ids=["values", "gradients"])
def test_known_values_are_met_and_uncertainty_vanishes_there(model):
    mean, deviation = model.predict(POINTS)
    np.testing.assert_allclose(mean, hill(POINTS), atol=0.02)
    assert np.all(deviation < 0.1 * np.median(model.predict(FRESH + 2.0)[1]))


@pytest.mark.parametrize("model", [PLAIN, TAUGHT], ids=["values", "gradients"])
def test_slopes_are_finite_differences(model):
    for point in FRESH[:3]:
        value, gradient, deviation, change = model.slopes(point)
        mean, spread = model.predict(point[None])
        assert value == pytest.approx(mean[0])
        assert deviation == pytest.approx(spread[0], rel=1e-4)
        for k, shift in enumerate(1e-5 * np.eye(3)):
            (low, high), (narrow, wide) = model.predict(np.stack([point - shift, point + shift]))
            assert gradient[k] == pytest.approx((high - low) / 2e-5, abs=1e-4)
            assert change[k] == pytest.approx((wide - narrow) / 2e-5, abs=2e-3)


def test_gradients_are_met_and_halve_the_error_at_least():
    gradients = np.stack([TAUGHT.slopes(point)[1] for point in POINTS])
    np.testing.assert_allclose(gradients, slope(POINTS), atol=0.05)

    def error(model):
        return np.sqrt(np.mean((model.predict(FRESH)[0] - hill(FRESH)) ** 2))

    assert error(TAUGHT) < 0.5 * error(PLAIN)


def test_covariances_of_slopes_are_derivatives_of_covariances():
    a, b, step = RANDOM.random((2, 3)), RANDOM.random((1, 3)), 1e-5
    whole = covariance(a, b, (True, True))
    for i in range(3):
        up, down = a + step * np.eye(3)[i], a - step * np.eye(3)[i]
        moved = (covariance(up, b, (False, True)) - covariance(down, b, (False, True))) / (2 * step)
        np.testing.assert_allclose(whole[2 + i :: 3], moved, atol=1e-9)
    np.testing.assert_allclose(covariance(a, a, (True, True)), covariance(a, a, (True, True)).T, atol=1e-15)


def test_scales_improve_the_evidence_and_find_the_flat_axis():
    first = SlopeProcess(POINTS, hill(POINTS), None, Scales.first(3))
    assert PLAIN.evidence > first.evidence
    assert np.argmax(PLAIN.scales.lengths) == 2


def test_noise_is_recognised():
    points = RANDOM.random((60, 2))
    noisy = hill(np.pad(points, ((0, 0), (0, 1)))) + 0.3 * RANDOM.standard_normal(60)
    model = fitted(points, noisy, passes=10)
    assert model.noise == pytest.approx(0.3, rel=0.25)
