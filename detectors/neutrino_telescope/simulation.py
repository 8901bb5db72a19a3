"""Toy events: counts and times are drawn, scores taken, and parameters fitted by maximum likelihood."""

from functools import partial

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.detectors.neutrino_telescope.light.emission import Light
from designopt.detectors.neutrino_telescope.light.information import PRIOR, Event, Kind, light_of
from designopt.detectors.neutrino_telescope.light.media import Medium

ROUNDS = 8
"""Steps of a fit."""
STEPS = (1.0, 0.5, 0.2, 0.05, 0.0)
"""Shares of a step of Fisher scoring that are tried; the likeliest is taken."""
BATCH = 50
NOWHERE = jnp.zeros(7)


class Toys(eqx.Module):
    """Toy events: photons of every module, mean of their times, sum of squares around it (ns, ns2), coarse knowledge.

    The last is a measurement of all parameters that is as coarse as the prior (m, rad, ns, decades).
    """

    count: Float[Array, "toy module"]
    mean: Float[Array, "toy module"]
    squares: Float[Array, "toy module"]
    known: Float[Array, "toy 7"]


def draw(light: Light, toys: int, seed: int) -> Toys:
    """So many toys of an event's light: Poisson counts, Gaussian times.

    Of n Gaussian times only the mean and the sum of squares around it matter: a normal number and chi squared of n - 1.

    Args:
        light: ns, and logarithms of numbers.
        toys: number of toys.
        seed: of the random numbers.
    """
    random = np.random.default_rng(seed)
    expected, time, spread = (np.asarray(x) for x in (jnp.exp(light.log_photons), light.time, light.spread))
    count = random.poisson(expected, (toys, len(expected))).astype(float)
    mean = time + spread * random.standard_normal(count.shape) / np.sqrt(np.maximum(count, 1.0))
    squares = np.where(count > 1, spread**2 * random.chisquare(np.maximum(count - 1.0, 1.0)), 0.0)
    known = np.asarray(PRIOR) * random.standard_normal((toys, 7))
    return Toys(*(jnp.asarray(part) for part in (count, mean, squares, known)))


def log_likelihood(toy: Toys, light: Light, shift: Float[Array, " 7"]) -> Float[Array, ""]:
    """Logarithm of the likelihood of one toy where light is `light`, up to a constant; a number.

    Args:
        toy: what was counted, without the axis of toys.
        light: ns, and logarithms of numbers.
        shift: how far the parameters are from the truth, m, rad, ns, decades.
    """
    counts = toy.count * light.log_photons - jnp.exp(light.log_photons)
    off = toy.squares + toy.count * (toy.mean - light.time) ** 2
    times = -toy.count * jnp.log(light.spread) - 0.5 * off / light.spread**2
    return jnp.sum(counts + times) - 0.5 * jnp.sum(((shift - toy.known) / jnp.asarray(PRIOR)) ** 2)


@partial(jax.jit, static_argnums=(2, 3))
def scores(
    toys: Toys, modules: Float[Array, "module 3"], kind: Kind, medium: Medium, event: Event
) -> Float[Array, "toy 7"]:
    """Slope of the log-likelihood at the truth, by differentiation: its covariance is the information with the prior.

    Args:
        toys: what was counted.
        modules: places in m.
        kind: cascade or track.
        medium: lengths in m.
        event: the truth.
    """

    def likelihood(shift: Float[Array, " 7"], toy: Toys) -> Float[Array, ""]:
        return log_likelihood(toy, light_of(modules, kind, event, shift, medium), shift)

    return jax.lax.map(lambda toy: jax.grad(likelihood)(NOWHERE, toy), toys, batch_size=BATCH)


@partial(jax.jit, static_argnums=(2, 3))
def fits(
    toys: Toys, modules: Float[Array, "module 3"], kind: Kind, medium: Medium, event: Event
) -> Float[Array, "toy 7"]:
    """How far from the truth the likelihood is largest, by Fisher scoring: m, rad, ns, decades.

    The spread is the inverse of the information where errors are small beside what the light is curved over. Fits
    begin at the truth: one that a real reconstruction would lose in another maximum is not seen.

    Args:
        toys: what was counted.
        modules: places in m.
        kind: cascade or track.
        medium: lengths in m.
        event: the truth.
    """

    def step(toy: Toys, at: Float[Array, " 7"]) -> Float[Array, " 7"]:
        light = light_of(modules, kind, event, at, medium)
        photons, late = jnp.exp(light.log_photons), toy.mean - light.time
        weights = jnp.stack([photons, photons / light.spread**2, 2 * photons])
        whole = jnp.einsum("kma,km,kmb->ab", light.slopes, weights, light.slopes) + jnp.diag(jnp.asarray(PRIOR) ** -2)
        off = (toy.squares + toy.count * late**2) / light.spread**2 - toy.count
        pulls = jnp.stack([toy.count - photons, toy.count * late / light.spread**2, off])
        score = jnp.einsum("kma,km->a", light.slopes, pulls) - (at - toy.known) / jnp.asarray(PRIOR) ** 2
        scale = 1.0 / jnp.sqrt(jnp.diag(whole))
        full = scale * jnp.linalg.solve(whole * jnp.outer(scale, scale) + 1e-9 * jnp.eye(7), scale * score)
        tried = at + jnp.asarray(STEPS)[:, None] * full
        values = jax.vmap(lambda at: log_likelihood(toy, light_of(modules, kind, event, at, medium), at))(tried)
        return tried[jnp.argmax(jnp.where(jnp.isfinite(values), values, -jnp.inf))]

    def one(toy: Toys) -> Float[Array, " 7"]:
        return jax.lax.fori_loop(0, ROUNDS, lambda _, at: step(toy, at), NOWHERE)

    return jax.lax.map(one, toys, batch_size=BATCH)
