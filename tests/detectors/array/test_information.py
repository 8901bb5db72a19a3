"""Laws of the information: turning changes nothing, chunks neither, far units say nothing, more units never less."""

from dataclasses import replace

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats
from once import once

from designopt.detectors.array.showers import information
from designopt.detectors.array.showers.information import BACKGROUND, SHAPE, tally
from designopt.detectors.array.showers.quality import errors, quality
from designopt.detectors.array.showers.sample import photons
from designopt.detectors.array.showers.shower import UNKNOWNS, signal
from designopt.detectors.array.simulation.toy import read_out

SHOWERS = once(lambda: photons(20, (0.3, 10.0), np.deg2rad(45.0), 600.0))
RANDOM = np.random.default_rng(7)
X, Y = (jnp.asarray(250.0 * RANDOM.normal(size=30)) for _ in range(2))
ALL = jnp.ones(30)
found = jax.jit(tally, static_argnames="separate")
known = jax.jit(lambda *array: quality(tally(*array)))


def test_a_quarter_turn_changes_nothing():
    turned = eqx.tree_at(
        lambda s: (s.azimuth, s.x, s.y), SHOWERS(), (SHOWERS().azimuth + np.pi / 2, -SHOWERS().y, SHOWERS().x)
    )
    before, after = known(SHOWERS(), X, Y, ALL), known(turned, -Y, X, ALL)
    for name in ("trigger", "angle", "energy", "core", "confused"):
        np.testing.assert_allclose(getattr(after, name), getattr(before, name), rtol=1e-7, atol=1e-12)


def test_the_zenith_itself_is_a_direction_like_others():
    """At theta = 0 both angles are measured; nothing jumps from there to a hundredth of a degree."""
    up = eqx.tree_at(lambda s: s.zenith, SHOWERS(), jnp.zeros(20))
    near = eqx.tree_at(lambda s: s.zenith, SHOWERS(), jnp.full(20, np.deg2rad(0.001)))
    np.testing.assert_allclose(known(up, X, Y, ALL).angle, known(near, X, Y, ALL).angle, rtol=1e-3)


def test_a_unit_far_away_has_no_gradient_and_none_at_all_gives_the_priors():
    def mean(x):
        seen = quality(tally(SHOWERS(), x, Y, ALL))
        return jnp.mean(jnp.log(seen.angle) + jnp.log(seen.energy) + seen.trigger - jnp.log(seen.core))

    slope = np.asarray(jax.jit(jax.grad(mean))(X.at[3].set(1e6)))
    assert abs(slope[3]) < 1e-12 < np.median(np.abs(slope))
    nothing = known(SHOWERS(), X, Y, 0.0 * ALL)
    assert np.all(np.isfinite(np.asarray(jax.tree.leaves(nothing))))
    np.testing.assert_allclose(nothing.angle, np.sqrt(2.0))
    assert np.all(nothing.trigger == 0)
    np.testing.assert_allclose(nothing.confused, 0.5)


def test_chunks_change_nothing(monkeypatch):
    """Seventy units in three chunks, the last one padded: the same sums, the same slopes."""
    x, y = (jnp.asarray(300.0 * RANDOM.normal(size=70)) for _ in range(2))

    def total(x):
        return sum(jnp.sum(jnp.log1p(jnp.abs(leaf))) for leaf in jax.tree.leaves(tally(SHOWERS(), x, y, jnp.ones(70))))

    whole = jax.jit(jax.value_and_grad(total))(x)
    monkeypatch.setattr(information, "CHUNK", 32)
    chunked = jax.jit(jax.value_and_grad(lambda x: total(x)))(x)
    np.testing.assert_allclose(chunked[0], whole[0], rtol=1e-12)
    np.testing.assert_allclose(chunked[1], whole[1], rtol=1e-8, atol=1e-12)


@pytest.mark.slow
def test_the_gradient_of_6589_units_and_200_showers_takes_less_than_a_gibibyte():
    """Beside its arguments; for twice as many units a little more, since sums go chunk by chunk."""
    showers = photons(200, (0.3, 10.0), np.deg2rad(45.0), 1500.0)

    def mean(places):
        seen = quality(tally(showers, *places, jnp.ones(places.shape[1])))
        return jnp.mean(seen.trigger / (1.0 + (seen.angle / 1e-3) ** 2) - seen.confused)

    places = jnp.asarray(30.0 * (np.indices((82, 82)).reshape(2, -1)[:, :6589] - 40.5))
    half, whole = (jax.jit(jax.grad(mean)).lower(p).compile() for p in (places[:, :3294], places))
    room = [program.memory_analysis().temp_size_in_bytes for program in (half, whole)]
    assert room[0] <= room[1] < min(2**30, 1.2 * room[0])
    slope = np.asarray(whole(places))
    assert np.all(np.isfinite(slope))
    assert np.any(slope != 0)


def test_a_further_unit_never_takes_information_away():
    less, more = (errors(found(SHOWERS(), X, Y, ALL.at[0].set(part))) for part in (0.0, 1.0))
    assert np.all(np.asarray(more) <= np.asarray(less) * (1 + 1e-9))


def test_the_trigger_is_the_tail_of_poisson():
    sums = found(SHOWERS(), X, Y, ALL)
    expected = scipy.stats.poisson.sf(49, np.asarray(sums.tanks))
    np.testing.assert_allclose(quality(sums).trigger, expected, rtol=1e-9, atol=1e-300)


def test_information_is_the_covariance_of_scores():
    """Of counts drawn from the smeared Poisson distribution, the gradient of whose likelihood JAX finds."""
    one = jax.tree.map(lambda values: values[4], SHOWERS())
    draws, zero = 4000, jnp.zeros(len(UNKNOWNS))
    copies = jax.tree.map(lambda value: jnp.full(draws, value), one)
    readings = read_out(copies, np.asarray(X), np.asarray(Y), 3)

    def likelihood(step, counts, times, spread):
        signals, front = signal(step, one, X, Y)
        mean = signals + BACKGROUND[:, None]
        each = counts * jnp.log(mean) - (counts + SHAPE) * jnp.log(mean + SHAPE)
        return jnp.sum(each) - 0.5 * jnp.sum(((times - front) / spread) ** 2)

    scores = np.asarray(jax.jit(jax.vmap(jax.grad(likelihood), (None, 0, 0, 0)))(zero, *readings))
    information_ = np.asarray(found(SHOWERS(), X, Y, ALL, separate=False).information)[4]
    root = np.linalg.inv(np.linalg.cholesky(information_))
    whitened = root @ np.cov(scores.T) @ root.T
    np.testing.assert_allclose(whitened, np.eye(len(UNKNOWNS)), atol=0.12)
    assert np.all(np.abs(root @ scores.mean(axis=0)) < 5 / np.sqrt(draws))


def test_photons_are_told_apart_as_often_as_said():
    """The cut on the log-likelihood ratio of muon counts, on counts drawn for both kinds."""
    showers = jax.tree.map(lambda values: values[:6], SHOWERS())
    protons = replace(showers, kind=1 - showers.kind)
    x, y = 3.0 * X, 3.0 * Y  # far apart, so that some are confused
    confused = np.asarray(known(showers, x, y, ALL).confused)
    tried = 0
    for i in np.flatnonzero((confused > 0.02) & (confused < 0.4)):
        pair = [jax.tree.map(lambda v, i=i: jnp.full(4000, v[i]), kind) for kind in (showers, protons)]
        means = [np.asarray(signal(jnp.zeros(6), jax.tree.map(lambda v: v[0], kind), x, y)[0][0] + BACKGROUND[0])
                 for kind in pair]  # fmt: skip
        slope = np.log(means[0] / means[1]) - np.log((means[0] + SHAPE) / (means[1] + SHAPE))
        ratios = [
            read_out(kind, np.asarray(x), np.asarray(y), 5 + k).counts[:, 0] @ slope for k, kind in enumerate(pair)
        ]
        spread = [np.std(ratio) for ratio in ratios]
        cut = np.average([ratio.mean() for ratio in ratios], weights=spread[::-1])
        wrong = 0.5 * (np.mean(ratios[0] < cut) + np.mean(ratios[1] > cut))
        assert wrong == pytest.approx(confused[i], abs=0.04)  # the ratio is not quite Gaussian
        tried += 1
    assert tried
