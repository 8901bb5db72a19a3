"""Stored showers seen through a wide window along the beam: the smooth stand-in that gradients are taken of."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.detectors.hadron.simulation.reading import SLICE
from designopt.detectors.hadron.simulation.sensors import Sensors
from designopt.detectors.hadron.simulation.showers import SLICES, read_showers

REACH = 5
"""Widths of the window beyond which it counts for nothing: exp(-12.5) of its middle."""


@functools.cache
def windowed(name: str, window: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    r"""What a `window` of so many mm sees of the showers `name`, around the middle of every slice and beyond both ends.

    With the Gaussian K of that width over the slices: every shower's $K*D$, shape (shower, place), and the means over
    the showers of $K*D$ and of $K*D^2-(K*D)^2$, shape (place,). In front of the block there is as much as in the
    first slice, behind it nothing. Place p lies $p - $ `margin` slices behind the middle of the first one.
    """
    margin = margin_of(window)
    deposits = read_showers()[name].deposit
    padded = np.pad(np.pad(deposits, ((0, 0), (2 * margin, 0)), mode="edge"), ((0, 0), (0, 2 * margin)))
    weights = np.exp(-0.5 * (np.arange(-margin, margin + 1) * SLICE / window) ** 2)
    band = np.lib.stride_tricks.sliding_window_view(padded, 2 * margin + 1, axis=1)
    mean = band @ (weights / weights.sum())
    spread = np.square(band) @ (weights / weights.sum()) - np.square(mean)
    return mean, mean.mean(axis=0), spread.mean(axis=0)


def margin_of(window: float) -> int:
    """Places in front of the first slice, and behind the last one, that a window of so many mm reaches."""
    return int(np.ceil(REACH * window / SLICE)) + 2


def expected_through(window: float, name: str, sensors: Sensors) -> tuple[Float[Array, " shower"], Float[Array, ""]]:
    r"""Mean $\sum_i g_i w_i S_i$ of each shower, and the mean over the showers of its variance, in GeV of the block.

    As `reading.expected`, but a sensor reads the slices around it with the weights of a Gaussian window: mean
    $(d_i/\Delta)(K*D)$, variance $(d_i/\Delta)^2[K*D^2-(K*D)^2]$, so that nothing depends on where within a slice of
    $\Delta$ = 5 mm a sensor stands. Between the middles of slices, cubic B-splines: two continuous derivatives.

    Args:
        window: standard deviation of the window in mm.
        name: of the stored sample.
        sensors: depths and thicknesses in mm, gates 0 to 1.
    """
    per_shower, mean, spread = windowed(name, window)
    margin = margin_of(window)
    place = jnp.clip(sensors.middle / SLICE - 0.5 + margin, 1.0, SLICES + 2 * margin - 3.0)
    front = jnp.clip(jnp.floor(jax.lax.stop_gradient(place)), 1, SLICES + 2 * margin - 4)
    t = place - front
    parts = [(1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, 3 * (1 - t) ** 3 - 6 * (1 - t) ** 2 + 4, t**3]
    first = front.astype(int) - 1

    def over_places(amount: Float[Array, " sensor"]) -> Float[Array, " place"]:
        total = jnp.zeros(len(mean))
        for step, part in enumerate(parts):
            total = total.at[first + step].add(part / 6 * amount)
        return total

    scale = sensors.gap / SLICE
    twice = sensors.present * scale**2
    signal = jnp.asarray(per_shower) @ over_places(sensors.present * scale)
    return signal, spread @ over_places(twice) + mean @ over_places(twice * sensors.grain)
