"""Surrogates: what they predict, how sure they are, what they keep on disk, and when they may be trusted."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from designopt.benchmarks.problems import square_root_law
from designopt.surrogates.accuracy import alignment, expected_loss, lost_information
from designopt.surrogates.ensemble import Ensemble, fit_ensemble
from designopt.surrogates.gaussian import GaussianProcess, fit_gaussian_process

FIT = {"gaussian": fit_gaussian_process, "ensemble": fit_ensemble}


def truth(points):
    """A curved response of three coordinates, one of which does not matter."""
    return np.sin(3 * points[..., 0]) + 2 * (points[..., 1] - 0.3) ** 2


def samples(count, seed, size=3):
    """Points, noisy values and their errors: the noise grows along the first coordinate."""
    random = np.random.default_rng(seed)
    points = random.random((count, size))
    errors = 0.02 + 0.1 * points[:, 0]
    return points, truth(points) + errors * random.standard_normal(count), errors


@pytest.fixture(scope="module", params=FIT)
def trained(request):
    return FIT[request.param](*samples(100, seed=1))


def test_the_truth_and_new_samples_lie_within_the_predicted_errors(trained):
    points, values, errors = samples(800, seed=2)
    mean, unsure, _ = (np.asarray(part) for part in jax.jit(jax.vmap(trained.predict))(jnp.asarray(points)))
    assert np.sqrt(np.mean((mean - truth(points)) ** 2)) < 0.06
    pull = np.abs(values - mean) / np.hypot(unsure, errors)
    assert np.mean(pull < 1) == pytest.approx(0.683, abs=0.05)
    assert np.mean(pull < 2) == pytest.approx(0.954, abs=0.05)


def test_an_ensemble_is_as_unsure_as_its_held_out_samples_missed():
    points, values, errors = samples(40, seed=4)
    model = fit_ensemble(points, values, errors / 10, seed=4, steps=200)  # errors far too small: the networks agree
    held = np.random.default_rng(4).permutation(40)[:8]
    mean, unsure, _ = (np.asarray(part) for part in jax.vmap(model.predict)(jnp.asarray(points[held])))
    within = (values[held] - mean) ** 2 <= unsure**2 + (errors[held] / 10) ** 2
    assert 4 <= within.sum() <= 6  # 68 % of eight
    assert float(model.stretch) > 1.5


def test_its_gradient_is_its_slope_and_that_of_the_truth(trained):
    u = jnp.asarray([0.4, 0.6, 0.5])
    slope = jax.grad(lambda v: trained.predict(v)[0])(u)
    steps = 1e-5 * jnp.eye(3)
    differences = [(trained.predict(u + step)[0] - trained.predict(u - step)[0]) / 2e-5 for step in steps]
    np.testing.assert_allclose(slope, differences, rtol=1e-4, atol=1e-6)
    exact = np.array([3 * np.cos(1.2), 4 * 0.3, 0.0])
    assert slope @ exact / np.linalg.norm(slope) / np.linalg.norm(exact) > 0.97


def test_at_a_sample_the_gradient_is_finite():
    points, values, errors = samples(20, seed=3)
    model = fit_gaussian_process(points, values, errors)
    assert np.all(np.isfinite(jax.grad(lambda v: model.predict(v)[0])(jnp.asarray(points[4]))))
    assert np.all(np.isfinite(jax.grad(lambda v: model.predict(v)[1])(jnp.asarray(points[4]))))


def test_far_from_every_sample_the_process_is_unsure():
    points, values, errors = samples(40, seed=4)
    model = fit_gaussian_process(0.3 * points, values, errors)
    inside, outside = (model.predict(jnp.full(3, place))[1] for place in (0.15, 1.0))
    assert outside > 3 * inside


def test_what_is_saved_predicts_the_same(trained, tmp_path):
    path = tmp_path / "surrogate"
    trained.save(path)
    again = type(trained).load(path)
    u = jnp.asarray([0.2, 0.7, 0.1])
    assert [float(part) for part in again.predict(u)] == [float(part) for part in trained.predict(u)]
    other = {GaussianProcess: Ensemble, Ensemble: GaussianProcess}[type(trained)]
    with pytest.raises(ValueError, match="is no"):
        other.load(path)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(ValueError, match="Train the surrogate again"):
        type(trained).load(path)


def test_a_surrogate_of_designs_serves_a_budget_it_never_saw(tmp_path):
    """Learned where the money was 30 and 50, saved, and asked at 40: the map to the budget makes points its points."""
    whole = square_root_law(4, budget=60.0)
    taught, points, values = np.random.default_rng(6).random((80, whole.size)), [], []
    for budget in (30.0, 50.0):
        problem = dataclasses.replace(whole, budget=budget)
        points.append(jax.jit(jax.vmap(problem.project_to_budget))(taught))
        values.append(jax.jit(jax.vmap(lambda u, p=problem: p.loss(p.decode(u))))(taught))
    known = np.concatenate(values)
    fit_gaussian_process(np.concatenate(points), known, np.full(len(known), 1e-4)).save(tmp_path / "kept")
    model, other = GaussianProcess.load(tmp_path / "kept"), dataclasses.replace(whole, budget=40.0)
    asked = jnp.asarray(np.random.default_rng(7).random((40, whole.size)))
    exact, slopes = jax.jit(jax.vmap(jax.value_and_grad(lambda u: other.loss(other.decode(u)))))(asked)
    mean, gradients = jax.jit(jax.vmap(jax.value_and_grad(lambda u: model.predict(other.project_to_budget(u))[0])))(
        asked
    )
    assert np.std(mean - exact) < 0.1 * np.std(exact)
    lengths = jnp.linalg.norm(slopes, axis=1) * jnp.linalg.norm(gradients, axis=1)
    assert np.median(jnp.sum(slopes * gradients, axis=1) / lengths) > 0.95


@pytest.mark.usefixtures("types_unchecked")
@pytest.mark.parametrize("fit", FIT.values(), ids=FIT)
def test_bad_samples_are_refused(fit):
    points, values, errors = samples(20, seed=5)
    for bad in ((points[:2], values[:2], errors[:2]), (points, values[:5], errors), (points, values, 0 * errors)):
        with pytest.raises(ValueError, match=r"at least|one of each|not positive"):
            fit(*bad)


@given(st.integers(0, 10**6))
def test_lost_information_lies_between_nothing_and_the_worst_case(seed):
    random = np.random.default_rng(seed)
    error, noise, jacobian = random.normal(size=6), random.uniform(0.5, 2, 6), random.normal(size=(6, 3))
    worst = 0.5 * np.sum((error / noise) ** 2)
    assert 0 <= lost_information(error, noise, jacobian) <= worst + 1e-12
    assert lost_information(error, noise, np.eye(6)) == pytest.approx(worst)
    imitated = jacobian @ random.normal(size=3)
    assert lost_information(imitated, noise, jacobian) == pytest.approx(0.5 * np.sum((imitated / noise) ** 2))


def test_the_expected_loss_is_the_mean_of_the_losses():
    random = np.random.default_rng(8)
    unsure, noise, jacobian = random.uniform(0.1, 1, 6), random.uniform(0.5, 2, 6), random.normal(size=(6, 3))
    losses = [lost_information(unsure * random.standard_normal(6), noise, jacobian) for _ in range(4000)]
    error = np.std(losses) / len(losses) ** 0.5
    assert abs(expected_loss(unsure, noise, jacobian) - np.mean(losses)) < 4 * error


def test_an_error_that_no_parameter_imitates_costs_nothing():
    jacobian = np.array([[1.0], [1.0]])
    assert lost_information(np.array([1.0, -1.0]), np.ones(2), jacobian) == pytest.approx(0, abs=1e-12)


def test_alignment_is_the_cosine_and_its_error_grows_with_that_of_the_differences():
    gradient, across = np.array([1.0, 0.0]), np.array([1.0, 1.0])
    cosine, error = alignment(gradient, across, np.full(2, 0.01))
    assert cosine == pytest.approx(np.sqrt(0.5))
    assert error < 0.01 < alignment(gradient, across, np.full(2, 0.3))[1]
    with pytest.raises(ValueError, match="points nowhere"):
        alignment(np.zeros(2), across, np.ones(2))
