"""What a layout measures of stored showers: resolution, sigma and mean of the estimator at each energy."""

from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from designopt.detectors.hadron.simulation.reading import drawn, expected
from designopt.detectors.hadron.simulation.sensors import Sensors
from designopt.detectors.hadron.simulation.showers import read_showers
from designopt.detectors.hadron.simulation.smoothed import expected_through
from designopt.problem.detector import Response

ENERGIES = (50, 100)  # GeV
CALIBRATION = ("calibration pions", "calibration photons")


def measured(sensors: Sensors, key: PRNGKeyArray | None = None, window: float = 0.0) -> Response:
    """The response of a layout: `resolution` without unit, `sigma` and `mean` in GeV, at each of `ENERGIES`.

    Args:
        sensors: depths and thicknesses in mm, gates 0 to 1.
        key: None for the training showers, a JAX key for fresh signals of the held-out ones.
        window: standard deviation in mm of the smooth reading of training showers; 0 reads slices.
    """
    if key is None:
        names = [f"training pions {energy}" for energy in ENERGIES]
        return _resolved([_trained(name, sensors, window) for name in names], sensors)
    keys = jax.random.split(key, len(ENERGIES))
    drawings = zip(keys, ENERGIES, strict=True)
    return _resolved([_fresh(k, deposits(f"final pions {energy}"), sensors) for k, energy in drawings], sensors)


def held_out(sensors: Sensors) -> Response:
    """The response of a layout to the held-out showers, every fluctuation integrated."""
    return _resolved([_integrated(f"final pions {energy}", sensors) for energy in ENERGIES], sensors)


def scale(sensors: Sensors) -> Float[Array, ""]:
    """The factor a of E = a sum w S that is best for photons and pions together, the noise of sensors included.

    Args:
        sensors: depths and thicknesses in mm, gates 0 to 1.

    Returns a factor without unit.
    """
    return scale_of([expected(deposits(name), sensors) for name in CALIBRATION])


def scale_of(sums: Sequence[tuple[Float[Array, " _shower"], Float[Array, " _shower"]]]) -> Float[Array, ""]:
    """The factor of `scale`, from what is read of its showers.

    Args:
        sums: mean and variance of the weighted sum of every shower, for each of `CALIBRATION`, GeV of the block.

    Returns a factor without unit.
    """
    mean, variance = (jnp.concatenate(parts) for parts in zip(*sums, strict=True))
    energy = np.concatenate([read_showers()[name].energy for name in CALIBRATION])
    return jnp.sum(mean * energy) / jnp.maximum(jnp.sum(mean**2 + variance), 1e-12)


def deposits(name: str) -> Float[Array, "shower slice"]:
    """Energy in the slices of a stored sample.

    Args:
        name: of the sample.

    Returns GeV.
    """
    return jnp.asarray(read_showers()[name].deposit)


def _resolved(sums: list[tuple[Array, Array]], sensors: Sensors) -> Response:
    mean, sigma = (jnp.stack(column) for column in zip(*sums, strict=True))
    factor = scale(sensors)
    return {"resolution": sigma / mean, "sigma": factor * sigma, "mean": factor * mean}


def _trained(name: str, sensors: Sensors, window: float) -> tuple[Array, Array]:
    return _moments(*expected_through(window, name, sensors)) if window else _integrated(name, sensors)


def _moments(mean: Float[Array, " shower"], variance: Float[Array, " *shower"]) -> tuple[Array, Array]:
    """Mean and sigma over showers of a sum whose own variance is known; a layout that sees nothing measures nothing."""
    middle = jnp.mean(mean)
    spread = jnp.sum((mean - middle) ** 2) / (mean.size - 1) + jnp.mean(variance)
    return jnp.maximum(middle, 1e-9), jnp.sqrt(jnp.maximum(spread, 1e-18))


def _integrated(name: str, sensors: Sensors) -> tuple[Array, Array]:
    return _moments(*expected(deposits(name), sensors))


def _fresh(key: PRNGKeyArray, energy: Float[Array, "shower slice"], sensors: Sensors) -> tuple[Array, Array]:
    which, signals = jax.random.split(key)
    chosen = jax.random.choice(which, energy.shape[0], (energy.shape[0],))
    sums = drawn(signals, energy[chosen], sensors)
    return _moments(sums, jnp.zeros_like(sums))
