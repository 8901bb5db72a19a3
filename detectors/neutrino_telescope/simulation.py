"""Toy events, photon by photon in effect: counts and times are drawn, scores taken and fits made by likelihood."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from designopt.detectors.neutrino_telescope.light.emission import Light
from designopt.detectors.neutrino_telescope.light.information import PRIOR, Event, Kind, light_of
from designopt.detectors.neutrino_telescope.light.media import Medium

ROUNDS = 8
"""Steps of a fit."""
STEPS = (1.0, 0.5, 0.2, 0.05, 0.0)
"""Shares of a step of Fisher scoring that are tried; the likeliest is taken."""
BATCH = 50


class Toy(eqx.Module):
    """One toy event.

    Photons of every module, mean of their times and sum of squares around it (ns, ns2), and a measurement of all
    parameters that is as coarse as the prior (m, rad, ns, decades).
    """

    count: Float[Array, " module"]
    mean: Float[Array, " module"]
    squares: Float[Array, " module"]
    known: Float[Array, " 7"]


def draw(light: Light, share: Float[Array, " module"], key: PRNGKeyArray) -> Toy:
    """A toy of an event's light: Poisson counts, Gaussian times.

    The mean of n Gaussian times and their sum of squares around it are drawn as such: N and chi squared of n - 1.

    Args:
        light: ns, and logarithms of numbers.
        share: how much of each module is there, 0 to 1.
        key: of the random numbers.
    """
    one, two, three, four = jax.random.split(key, 4)
    count = jax.random.poisson(one, share * jnp.exp(light.log_photons)).astype(float)
    mean = light.time + light.spread * jax.random.normal(two, count.shape) / jnp.sqrt(jnp.maximum(count, 1.0))
    chi2 = 2.0 * jax.random.gamma(three, jnp.maximum(count - 1.0, 1.0) / 2.0)
    squares = jnp.where(count > 1, light.spread**2 * chi2, 0.0)
    return Toy(count, mean, squares, jnp.asarray(PRIOR) * jax.random.normal(four, (7,)))


def log_likelihood(
    toy: Toy, light: Light, share: Float[Array, " module"], shift: Float[Array, " 7"]
) -> Float[Array, ""]:
    """Logarithm of the likelihood of a toy where light is `light`, up to a constant; a number.

    Args:
        toy: what was counted.
        light: ns, and logarithms of numbers.
        share: 0 to 1, of each module.
        shift: the parameters, m, rad, ns, decades, for the coarse measurement of them.
    """
    counts = toy.count * light.log_photons - share * jnp.exp(light.log_photons)
    off = toy.squares + toy.count * (toy.mean - light.time) ** 2
    times = -toy.count * jnp.log(light.spread) - 0.5 * off / light.spread**2
    return jnp.sum(counts + times) - 0.5 * jnp.sum(((shift - toy.known) / jnp.asarray(PRIOR)) ** 2)


def scores_and_fits(
    modules: Float[Array, "module 3"],
    share: Float[Array, " module"],
    kind: Kind,
    event: Event,
    medium: Medium,
    toys: int,
    key: PRNGKeyArray,
) -> tuple[Float[Array, "toy 7"], Float[Array, "toy 7"]]:
    """Slope of the log-likelihood at the truth, and where it is largest, for so many toys of one event.

    The covariance of the scores is the information (with the prior as one more measurement), and the spread of the fits
    its inverse, where errors are small beside what the light is curved over. Fits begin at the truth: a fit that a
    real reconstruction would lose in another maximum is not seen.

    Args:
        modules: places in m.
        share: 0 to 1, of each module.
        kind: cascade or track.
        event: the event.
        medium: lengths in m.
        toys: number of toys.
        key: of the random numbers.

    Returns scores in 1/m, 1/rad, 1/ns, 1/decade and fits in m, rad, ns, decades.
    """
    truth = light_of(modules, kind, event, jnp.zeros(7), medium)

    def likelihood(shift: Float[Array, " 7"], toy: Toy) -> Float[Array, ""]:
        return log_likelihood(toy, light_of(modules, kind, event, shift, medium), share, shift)

    def columns(shift: Float[Array, " 7"]) -> Float[Array, "3 module"]:
        light = light_of(modules, kind, event, shift, medium)
        return jnp.stack([light.log_photons, light.time, jnp.log(light.spread)])

    def one(key: PRNGKeyArray) -> tuple[Float[Array, " 7"], Float[Array, " 7"]]:
        toy = draw(truth, share, key)

        def step(_: Array | int, at: Float[Array, " 7"]) -> Float[Array, " 7"]:
            slopes, light = jax.jacfwd(columns)(at), columns(at)
            photons = share * jnp.exp(light[0])
            weights = jnp.stack([photons, photons / jnp.exp(2 * light[2]), 2 * photons])
            whole = jnp.einsum("kma,km,kmb->ab", slopes, weights, slopes) + jnp.diag(jnp.asarray(PRIOR) ** -2)
            scale = 1.0 / jnp.sqrt(jnp.diag(whole))
            score = jax.grad(likelihood)(at, toy)
            full = scale * jnp.linalg.solve(whole * jnp.outer(scale, scale) + 1e-9 * jnp.eye(7), scale * score)
            tried = at + jnp.asarray(STEPS)[:, None] * full
            values = jax.vmap(lambda shift: likelihood(shift, toy))(tried)
            return tried[jnp.argmax(jnp.where(jnp.isfinite(values), values, -jnp.inf))]

        return jax.grad(likelihood)(jnp.zeros(7), toy), jax.lax.fori_loop(0, ROUNDS, step, jnp.zeros(7))

    return jax.lax.map(one, jax.random.split(key, toys), batch_size=BATCH)
