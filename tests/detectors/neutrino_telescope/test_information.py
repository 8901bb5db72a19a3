"""Fisher information: scores and fits of toys, more modules, symmetry, density, poles, and the trigger."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import poisson

from designopt.detectors.neutrino_telescope.light.information import (
    CASCADE,
    KINDS,
    PRIOR,
    TRACK,
    Event,
    covariance,
    direction_of,
    fisher_information,
    light_of,
    trigger_probability,
)
from designopt.detectors.neutrino_telescope.light.media import WATER
from designopt.detectors.neutrino_telescope.simulation import draw, fits, scores

EVEN = replace(WATER, lean=0.0)
RNG = np.random.default_rng(5)
CLOUD = jnp.asarray(RNG.uniform(-80.0, 80.0, (24, 3)))
WHOLE = jnp.ones(24)


light_in = jax.jit(light_of, static_argnums=(1, 4))


def event(vertex=(3.0, -4.0, 5.0), theta=1.1, phi=0.4, log_energy=4.0):
    return Event(jnp.asarray(vertex), *(jnp.asarray(v) for v in (theta, phi, log_energy)))


@pytest.fixture(scope="module")
def information():
    run = {n: jax.jit(lambda p, s, e, k=k: fisher_information(p, s, k, e, EVEN)[0]) for n, k in KINDS.items()}
    return lambda places, share, at, kind="cascade": np.asarray(run[kind](places, share, at))


@pytest.fixture(scope="module")
def toys():
    drawn = draw(light_in(CLOUD, CASCADE, event(), jnp.zeros(7), EVEN), 1000, 3)
    return [np.asarray(of(drawn, CLOUD, CASCADE, EVEN, event())) for of in (scores, fits)]


def test_the_information_is_the_covariance_of_the_scores_of_1000_toys(toys, information):
    whole = information(CLOUD, WHOLE, event()) + np.diag(np.asarray(PRIOR) ** -2)
    scale = np.sqrt(np.diag(whole))
    found = np.cov(toys[0].T) / np.outer(scale, scale)
    assert np.abs(np.diag(found) - 1.0).max() < 0.18  # four standard errors of 1000 toys
    assert np.abs(found - whole / np.outer(scale, scale)).max() < 0.18
    assert np.abs(toys[0].mean(0) / scale).max() < 0.13


def test_fits_of_1000_toys_are_spread_as_the_inverse_says(toys, information):
    variance = np.diag(np.asarray(covariance(jnp.asarray(information(CLOUD, WHOLE, event())))))
    assert np.mean(toys[1] ** 2, axis=0) / variance == pytest.approx(np.ones(7), abs=0.2)


@pytest.mark.parametrize("kind", KINDS)
def test_a_further_module_never_lowers_the_determinant(kind, information):
    prior = np.diag(np.asarray(PRIOR) ** -2)
    sizes = [
        np.linalg.slogdet(information(CLOUD, (jnp.arange(24) < n) * 1.0, event(), kind) + prior)[1] for n in range(25)
    ]
    assert np.all(np.diff(sizes) >= -1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_slopes_that_are_written_out_are_those_of_the_light(kind):
    places = jnp.concatenate([CLOUD, jnp.asarray([[3.2, -4.1, 5.3]])])  # the last within a metre of the vertex
    at = event(log_energy=2.0)

    def seen(shift):
        light = light_of(places, KINDS[kind], at, shift, WATER)
        return jnp.stack([light.log_photons, light.time, jnp.log(light.spread)]), light.slopes

    slopes, ours = jax.jit(jax.jacfwd(seen, has_aux=True))(jnp.zeros(7))
    assert np.asarray(ours) == pytest.approx(np.asarray(slopes), rel=1e-9, abs=1e-11)


@pytest.mark.parametrize("kind", KINDS)
def test_slopes_of_a_real_direction_give_the_same_angular_variance(kind, information):
    """In theta and phi themselves, by differences of the light: var_theta + sin^2(theta) var_phi."""
    at, step = event(), 1e-5

    def seen(theta, phi):
        light = light_in(CLOUD, KINDS[kind], event(theta=theta, phi=phi), jnp.zeros(7), EVEN)
        return np.stack([light.log_photons, light.time, np.log(light.spread)]), light

    _, light = seen(1.1, 0.4)
    photons, spread = np.exp(np.asarray(light.log_photons)), np.asarray(light.spread)
    weights = np.stack([photons, photons / spread**2, 2 * photons])
    slopes = [(seen(1.1 + step, 0.4)[0] - seen(1.1 - step, 0.4)[0]) / (2 * step)]
    slopes += [(seen(1.1, 0.4 + step)[0] - seen(1.1, 0.4 - step)[0]) / (2 * step)]
    direct = np.einsum("akm,km,bkm->ab", slopes, weights, slopes)
    ours = information(CLOUD, WHOLE, at, kind)[3:5, 3:5]
    to_phi = np.diag([1.0, np.sin(1.1)])
    assert direct == pytest.approx(to_phi @ ours @ to_phi, rel=1e-5)
    by_angles = np.linalg.inv(direct)
    assert by_angles[0, 0] + np.sin(1.1) ** 2 * by_angles[1, 1] == pytest.approx(
        np.trace(np.linalg.inv(ours)), rel=1e-5
    )


def test_a_symmetric_array_measures_a_place_alike_in_all_directions():
    cube = jnp.asarray([[x, y, z] for x in (-60.0, 60.0) for y in (-60.0, 60.0) for z in (-60.0, 60.0)])
    even = replace(EVEN, direct=0.0)  # light that knows no direction
    run = jax.jit(lambda places: fisher_information(places, jnp.ones(8), CASCADE, event((0.0, 0.0, 0.0)), even)[0])
    place = np.asarray(run(cube))[:3, :3]
    assert place == pytest.approx(place[0, 0] * np.eye(3), abs=1e-9 * place[0, 0])


def test_turning_everything_about_the_vertical_changes_nothing(information):
    turn = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    one = covariance(jnp.asarray(information(CLOUD, WHOLE, event())))
    other = covariance(
        jnp.asarray(information(CLOUD @ turn.T, WHOLE, event(tuple(turn @ [3.0, -4.0, 5.0]), phi=0.4 + np.pi / 2)))
    )
    assert float(other[3, 3] + other[4, 4]) == pytest.approx(float(one[3, 3] + one[4, 4]), rel=1e-9)


def test_errors_fall_with_the_root_of_the_number_of_modules(information):
    """Four times as many in the same places: half the error of everything, where the prior says nothing."""
    one = covariance(jnp.asarray(information(CLOUD, WHOLE, event(log_energy=5.0))))
    four = covariance(jnp.asarray(4.0 * information(CLOUD, WHOLE, event(log_energy=5.0))))
    assert np.sqrt(np.diag(one) / np.diag(four)) == pytest.approx(np.full(7, 2.0), rel=1e-3)


def test_a_uniform_cloud_obeys_the_same_law(information):
    run = jax.jit(lambda places: fisher_information(places, jnp.ones(len(places)), CASCADE, event(), EVEN)[0])
    angles = []
    for count in (2000, 32000):
        places = jnp.asarray(np.random.default_rng(1).uniform(-120.0, 120.0, (count, 3)))
        found = np.diag(np.asarray(covariance(run(places))))
        angles.append(np.sqrt(found[3] + found[4]))
    assert angles[0] / angles[1] == pytest.approx(4.0, rel=0.2)


@pytest.mark.parametrize("theta", [0.0, np.pi])
def test_directions_along_the_vertical_are_nothing_special(theta, information):
    there, beside = (
        covariance(jnp.asarray(information(CLOUD, WHOLE, event(theta=abs(theta - e))))) for e in (0.0, 1e-4)
    )
    assert float(there[3, 3] + there[4, 4]) == pytest.approx(float(beside[3, 3] + beside[4, 4]), rel=1e-2)
    assert np.asarray(direction_of(jnp.asarray(theta), jnp.asarray(0.3))) @ [0, 0, 1] == pytest.approx(
        [-np.sin(theta), 0.0, np.cos(theta)]
    )


def test_without_light_errors_are_those_of_the_prior():
    assert np.sqrt(np.diag(covariance(jnp.zeros((7, 7))))) == pytest.approx(PRIOR)


@pytest.mark.parametrize("kind", [CASCADE, TRACK], ids=lambda kind: kind.name)
def test_everything_is_finite_for_one_module_inside_the_event(kind):
    def angle(place):
        found = covariance(
            fisher_information(place, jnp.ones(1), kind, event((0.0, 0.0, 0.0), log_energy=8.0), EVEN)[0]
        )
        return jnp.sqrt(found[3, 3] + found[4, 4])

    run = jax.jit(jax.value_and_grad(angle))
    for place in ([[0.0, 0.0, 0.0]], [[0.5, 0.0, 0.0]], [[1e5, 0.0, 0.0]]):
        value, slope = run(jnp.asarray(place))
        assert np.isfinite(value)
        assert np.all(np.isfinite(slope))


def test_the_trigger_is_poissons_tail():
    hit = np.array([0.5, 3.0, 8.0, 40.0])
    found = trigger_probability(jnp.asarray(hit), 8)
    assert np.asarray(found) == pytest.approx(poisson.sf(7, hit), rel=1e-8, abs=1e-13)
    assert float(trigger_probability(jnp.asarray(0.0), 8)) == 0.0
