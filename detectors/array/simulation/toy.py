"""Toy showers in an array, and a maximum-likelihood fit to each: what Fisher's errors are held against."""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from numpy import ndarray

from designopt.detectors.array.showers.information import BACKGROUND, SHAPE, TIMING
from designopt.detectors.array.showers.quality import PRIOR
from designopt.detectors.array.showers.shower import UNKNOWNS, Showers, signal

ROUNDS = 30
"""Damped Newton steps of a fit."""
AWAY = 2.0
"""Fisher's errors by which a fit starts away from the truth."""


class Readings(NamedTuple):
    """What an array read of showers: counts (shower, particle, unit), mean times (shower, unit) in ns, and their
    errors; infinite where no particle of the shower came."""

    counts: Float[ndarray, "shower particle unit"]
    times: Float[ndarray, "shower unit"]
    errors: Float[ndarray, "shower unit"]


def read_out(showers: Showers, x: Float[ndarray, " unit"], y: Float[ndarray, " unit"], seed: int) -> Readings:
    """Readings of an array: the mean smeared by 5 %, Poisson particles with background, the mean of 10 ns each.

    Args:
        showers: as many as are to be read; energies in PeV, angles in rad, cores in m.
        x: of the units, m.
        y: of the units, m.
        seed: of the random generator.
    """
    random = np.random.default_rng(seed)
    signals, front = (np.asarray(part) for part in _expected(showers, jnp.asarray(x), jnp.asarray(y)))
    smeared = random.gamma(SHAPE, (signals + np.asarray(BACKGROUND)[:, None]) / SHAPE)
    counts = random.poisson(smeared).astype(float)
    # Which of the counted particles are the shower's: of them come the times.
    own = random.binomial(counts.astype(int), signals / (signals + np.asarray(BACKGROUND)[:, None])).sum(axis=1)
    errors = np.where(own > 0, TIMING / np.sqrt(np.maximum(own, 1)), np.inf)
    times = front + random.normal(size=front.shape) * np.where(own > 0, errors, 0.0)
    return Readings(counts, times, errors)


@jax.jit
def _expected(showers: Showers, x: Array, y: Array) -> tuple[Array, Array]:
    return jax.vmap(lambda shower: signal(jnp.zeros(len(UNKNOWNS)), shower, x, y))(showers)


def fitted(
    showers: Showers,
    x: Float[ndarray, " unit"],
    y: Float[ndarray, " unit"],
    readings: Readings,
    errors: Float[ndarray, "shower unknown"],
    seed: int,
) -> tuple[Float[ndarray, "shower unknown"], ndarray]:
    r"""The maximum of the likelihood of every reading, less the truth, in `UNKNOWNS`; and which fits ended.

    Negative binomial counts and Gaussian times, with the weak priors, which nothing here differentiates by hand:
    Newton's steps from the second derivatives that JAX finds, damped until the likelihood rises. They start two of
    Fisher's `errors` away from the truth, in random directions. Units: m, rad, ns, ln E.

    Args:
        showers: the truth; energies in PeV, angles in rad, cores in m.
        x: of the units, m.
        y: of the units, m.
        readings: of `read_out`.
        errors: Fisher's, in m, rad, ns: the scale of the steps.
        seed: of the random starts.
    """
    random = np.random.default_rng(seed)
    start = AWAY * random.normal(size=errors.shape) / np.sqrt(len(UNKNOWNS))
    step, slope = _fit(showers, jnp.asarray(x), jnp.asarray(y), readings,
                       jnp.asarray(errors), jnp.asarray(start))  # fmt: skip
    return np.asarray(step * errors), np.asarray(slope) < 1e-3


@jax.jit
def _fit(showers: Showers, x: Array, y: Array, readings: Readings, scale: Array, start: Array) -> tuple[Array, Array]:
    return jax.vmap(partial(_fit_one, x=x, y=y))(showers, readings, scale, start)


def _fit_one(
    shower: Showers, readings: Readings, scale: Array, start: Array, x: Array, y: Array
) -> tuple[Array, Array]:
    def against(step: Array) -> Array:
        """Minus the logarithm of the likelihood, up to a constant."""
        moved = step * scale
        signals, front = signal(moved, shower, x, y)
        mean = signals + BACKGROUND[:, None]
        counts = (readings.counts + SHAPE) * jnp.log(mean + SHAPE) - readings.counts * jnp.log(mean)
        times = 0.5 * ((readings.times - front) / readings.errors) ** 2
        return jnp.sum(counts) + jnp.sum(times) + 0.5 * jnp.sum((moved / PRIOR) ** 2)

    def onward(state: tuple[Array, Array], _: None) -> tuple[tuple[Array, Array], None]:
        step, damping = state
        curvature, vectors = jnp.linalg.eigh(jax.hessian(against)(step))
        down = vectors @ ((vectors.T @ jax.grad(against)(step)) / (jnp.abs(curvature) + damping))
        trial = step - down
        better = against(trial) <= against(step)
        return (jnp.where(better, trial, step), jnp.where(better, damping / 5.0, damping * 5.0)), None

    (step, _), _ = jax.lax.scan(onward, (start, jnp.asarray(1.0)), None, length=ROUNDS)
    return step, jnp.max(jnp.abs(jax.grad(against)(step)))
