"""Fluctuations of the loss: their mean, the spectrum of hard losses, steps that add, pathwise gradients."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from designopt.detectors.muon_shield.transport import energy_loss, radiation
from designopt.detectors.muon_shield.transport.straggling import ionisation_loss, radiation_loss
from designopt.units import cm

COUNT = 400_000
DRAWS = jnp.asarray(np.random.default_rng(3).exponential(size=COUNT))
MODELS = {"ionisation": ionisation_loss, "radiation": radiation_loss}
MEANS = {"ionisation": energy_loss.ionisation, "radiation": energy_loss.radiation}
LOSS = {name: jax.jit(lambda e, x, draws, f=f: f(jnp.full(COUNT, e), jnp.full(COUNT, x), draws))
        for name, f in MODELS.items()}  # fmt: skip


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("energy", [5.0, 60.0, 250.0])
def test_the_mean_is_the_mean_loss(name, energy):
    loss = np.asarray(LOSS[name](energy, 10 * cm, DRAWS))
    expected = float(MEANS[name](energy)) * 10 * cm
    error = loss.std() / np.sqrt(COUNT)
    assert loss.mean() == pytest.approx(expected, abs=4 * error + 0.01 * expected)
    assert 0 < loss.min() < loss.max() < energy


@pytest.mark.parametrize("energy", [20.0, 100.0, 300.0])
def test_hard_radiation_is_as_frequent_as_the_cross_sections_say(energy):
    v = radiation.fractions()
    number = radiation.above(v, radiation.rates(np.array([energy]), v))[0]
    loss = np.asarray(LOSS["radiation"](energy, 10 * cm, DRAWS))
    for fraction in (0.01, 0.1, 0.5):
        expected = 1 - np.exp(-10 * cm * np.interp(fraction, v, number))
        seen = np.mean(loss > fraction * energy)
        assert seen == pytest.approx(expected, abs=4 * np.sqrt(expected / COUNT), rel=0.06), fraction


def test_hard_knock_on_electrons_are_as_frequent_as_their_spectrum_says():
    energy, x, w = 100.0, 10 * cm, 1.0
    beta2, top = 1 - (energy_loss.MUON / energy) ** 2, float(energy_loss.largest_transfer(energy))
    xi = 0.5 * energy_loss.BETHE * x / beta2
    rate = xi * (1 / w - 1 / top - beta2 / top * np.log(top / w) + (top - w) / (2 * energy**2))
    loss = np.asarray(LOSS["ionisation"](energy, x, DRAWS))
    small = float(energy_loss.ionisation(energy)) * x - xi * np.log(top / w)  # about, beside a loss of w
    assert np.mean(loss > w + small) == pytest.approx(1 - np.exp(-rate), rel=0.04)


def test_steps_add():
    """Twice as many steps of half the length: the same distribution behind a metre of iron."""
    rng = np.random.default_rng(0)
    total = jax.jit(lambda draws, x: sum(
        jnp.sum(f(jnp.full(e.shape, 50.0), jnp.full(e.shape, 1.0) * x, e), axis=0)
        for f, e in zip(MODELS.values(), draws, strict=True)
    ))  # fmt: skip
    levels = [0.05, 0.16, 0.5, 0.84]
    few, many = (
        np.quantile(total(jnp.asarray(rng.exponential(size=(2, n, 20_000))), 100 * cm / n), levels) for n in (20, 40)
    )
    assert few == pytest.approx(many, rel=0.01)


@pytest.mark.parametrize("name", MODELS)
def test_frozen_draws_give_pathwise_gradients(name):
    energy, x, draws = jnp.array([4.0, 30.0, 200.0]), jnp.array([20.0, 100.0, 60.0]), jnp.array([2.0, 2e-3, 2e-5])
    loss = jax.jit(lambda e, x: jnp.sum(MODELS[name](e, x, draws)))
    slopes = jax.jit(jax.grad(loss, argnums=(0, 1)))(energy, x)
    for place, step in ((0, 1e-5), (1, 1e-4)):
        for i in range(3):
            shift = [jnp.zeros(3), jnp.zeros(3)]
            shift[place] = shift[place].at[i].set(step)
            up, down = loss(energy + shift[0], x + shift[1]), loss(energy - shift[0], x - shift[1])
            assert float(slopes[place][i]) == pytest.approx(float(up - down) / (2 * step), rel=1e-4, abs=1e-9)
