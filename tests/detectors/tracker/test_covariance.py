"""The linear core: closed forms, Gauss-Markov by brute force, invisible gates, extreme momenta."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from designopt.detectors.tracker.resolution.covariance import distances, errors, root_covariance, weight

UNIT = 1e-5  # m: hits are counted in 10 um


def line(s, sigma, theta2, gates=None, parameters=3, prior=None):
    """Errors of (d0, phi0, rho) or (z0, cot theta) of hits at `s` (m), all of which scatter; in m, rad, 1/m."""
    gates = jnp.ones_like(s) if gates is None else gates
    design = jnp.stack([s**0, s, s**2 / 2][:parameters], axis=1)
    weights = weight(gates, sigma / UNIT)
    return UNIT * errors(root_covariance(design, weights, distances(s, s), theta2 / UNIT**2, prior))


LINE = jax.jit(line, static_argnames="parameters")


def planes(count, length=1.0, first=0.0):
    return jnp.linspace(first, first + length, count)


def brute(s, sigma, theta2, parameters=3):
    """The textbook formula with plain inverses."""
    lever = np.maximum(s[:, None] - s[None, :], 0.0)
    v = np.diag(sigma**2) + (lever * theta2) @ lever.T
    a = np.stack([s**0, s, s**2 / 2][:parameters], axis=1)
    return np.sqrt(np.diag(np.linalg.inv(a.T @ np.linalg.inv(v) @ a)))


@pytest.mark.parametrize("n", [4, 6, 10, 20])
def test_momentum_from_equidistant_planes(n):
    sigma = 1e-5
    found = LINE(planes(n + 1), jnp.full(n + 1, sigma), jnp.zeros(n + 1))[2]
    exact = sigma * np.sqrt(720 * n**3 / ((n - 1) * (n + 1) * (n + 2) * (n + 3)))
    assert float(found) == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize("n", [4, 8, 14])
def test_momentum_limited_by_scattering(n):
    """Optimum weights: rho to N / sqrt((N-1)(N+1)) times the angle of the whole stack over its length."""
    theta = 1e-3
    found = LINE(planes(n + 1), jnp.full(n + 1, 1e-9), jnp.full(n + 1, theta**2))[2]
    assert float(found) == pytest.approx(n / np.sqrt((n - 1) * (n + 1)) * theta * np.sqrt(n + 1), rel=1e-6)


@pytest.mark.parametrize(("n", "first"), [(4, 0.1), (10, 0.02), (20, 0.4)])
def test_impact_parameter_without_scattering(n, first):
    sigma, length = 7e-6, 0.8
    u = first + length / 2
    tilt = u**2 * 12 * n / ((n + 1) * (n + 2) * length**2)
    bend = (u**2 - length**2 * (n + 2) / (12 * n)) ** 2
    bend *= 180 * n**3 / ((n - 1) * (n + 1) * (n + 2) * (n + 3) * length**4)
    s, zero = planes(n + 1, length, first), jnp.zeros(n + 1)
    assert float(LINE(s, jnp.full(n + 1, sigma), zero)[0]) == pytest.approx(
        sigma * np.sqrt(1 / (n + 1) + tilt + bend), rel=1e-9
    )
    z0, cot = LINE(s, jnp.full(n + 1, sigma), zero, parameters=2)
    assert float(z0) == pytest.approx(sigma * np.sqrt(1 / (n + 1) + tilt), rel=1e-9)
    assert float(cot) == pytest.approx(sigma / length * np.sqrt(12 * n / ((n + 1) * (n + 2))), rel=1e-9)


@pytest.mark.parametrize(("n", "first"), [(4, 0.1), (10, 0.02)])
def test_impact_parameter_limited_by_scattering(n, first):
    theta, length = 1e-3, 1.0
    found = LINE(planes(n + 1, length, first), jnp.full(n + 1, 1e-9), jnp.full(n + 1, theta**2))[0]
    exact = theta * first * np.sqrt(1 + (1 + n * first / length) ** 2 / (4 * (n - 1)))
    assert float(found) == pytest.approx(exact, rel=1e-5)


def test_two_layer_telescope():
    s, sigma, theta = jnp.array([0.02, 0.06]), jnp.array([5e-6, 8e-6]), 2e-3
    found = LINE(s, sigma, jnp.array([theta**2, 0.0]), parameters=2)[0]
    lever = ((5e-6 * 0.06) ** 2 + (8e-6 * 0.02) ** 2) / 0.04**2
    assert float(found) == pytest.approx(np.sqrt(lever + (0.02 * theta) ** 2), rel=1e-9)


def test_any_stack_agrees_with_plain_inverses_in_any_order():
    random = np.random.default_rng(1)
    s, sigma = random.uniform(0.02, 1.0, 12), random.uniform(3e-6, 4e-5, 12)
    theta2 = random.uniform(0, 1e-3, 12) ** 2
    order = random.permutation(12)
    for rows in (np.arange(12), order):
        found = LINE(jnp.asarray(s[rows]), jnp.asarray(sigma[rows]), jnp.asarray(theta2[rows]))
        assert np.asarray(found) == pytest.approx(brute(s, sigma, theta2), rel=1e-6)


def test_two_coincident_sensors_gain_a_root_of_two():
    s = jnp.array([0.1, 0.1, 0.5, 0.5, 1.0, 1.0])
    single = LINE(s[::2], jnp.full(3, 1e-5), jnp.zeros(3))
    assert np.asarray(LINE(s, jnp.full(6, 1e-5), jnp.zeros(6))) == pytest.approx(np.asarray(single) / np.sqrt(2))


def test_a_closed_gate_is_an_absent_hit_and_keeps_its_slope():
    s, sigma, theta2 = planes(7, 1.0, 0.1), jnp.full(7, 1e-5), jnp.full(7, 1e-7)
    gates = jnp.array([1.0, 1, 0, 1, 1, 0, 1])
    kept = np.flatnonzero(np.asarray(gates))
    closed = LINE(s, sigma, theta2 * gates, gates)
    assert np.asarray(closed) == pytest.approx(np.asarray(LINE(s[kept], sigma[kept], theta2[kept])), rel=1e-12)

    def momentum(gates):
        return jnp.log(line(s, sigma, theta2 * gates, gates)[2])

    momentum = jax.jit(momentum)
    slope = np.asarray(jax.jit(jax.grad(momentum))(gates))
    step = jnp.zeros(7).at[2].set(1e-5)
    assert np.all(np.isfinite(slope))
    numeric = (momentum(gates + step) - momentum(gates)) / 1e-5
    assert slope[2] == pytest.approx(float(numeric), rel=1e-2)


@pytest.mark.parametrize("momentum", [0.1, 1e3])
def test_a_hundred_layers_stay_positive_definite(momentum):
    s, theta2 = planes(100, 1.0, 0.02), jnp.full(100, (0.0136 / momentum) ** 2 * 0.02)
    found = np.asarray(LINE(s, jnp.full(100, 3e-6), theta2))
    assert np.all(np.isfinite(found))
    assert np.all(found > 0)


def test_a_prior_makes_up_for_missing_hits():
    s = jnp.array([0.1, 0.2, 0.3])
    gates = jnp.array([1.0, 1.0, 0.0])
    with_prior = LINE(s, jnp.full(3, 1e-5), jnp.zeros(3), gates, prior=jnp.array([0.05, 0.7, 1.0]) / UNIT)
    assert np.all(np.isfinite(np.asarray(with_prior)))
    assert 0.9 < float(with_prior[2]) < 1.0
