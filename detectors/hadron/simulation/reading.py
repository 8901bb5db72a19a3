"""Read stored showers with any layout: expected sums of weighted signals and their variance, or drawn signals."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from designopt.detectors.hadron.simulation.sensors import Sensors
from designopt.detectors.hadron.simulation.showers import DEPTH, SLICES

SLICE = DEPTH / SLICES

Deposits = Float[Array, "shower slice"]


def _between(sensors: Sensors) -> tuple[Int[Array, " sensor"], Float[Array, " sensor"]]:
    """The slice in front of the middle of each sensor (in padded numbers), and the share of the one behind it."""
    place = jnp.clip(sensors.middle / SLICE + 0.5, 0.0, SLICES + 1.0)
    front = jnp.clip(jnp.floor(jax.lax.stop_gradient(place)), 0, SLICES)
    return front.astype(int), place - front


def _padded(deposits: Deposits) -> Float[Array, "shower place"]:
    """Slices with one more at each end: in front of the block as much as in the first, behind it nothing."""
    return jnp.pad(jnp.pad(deposits, ((0, 0), (1, 0)), mode="edge"), ((0, 0), (0, 1)))


def expected(deposits: Deposits, sensors: Sensors) -> tuple[Float[Array, " shower"], Float[Array, " shower"]]:
    r"""Mean $\sum_i g_i w_i S_i$ of each shower and its variance, in GeV of the block.

    The weight of a sensor is the steel in front over its own thickness (arXiv 2412.10237), its signal that thickness
    times the energy density: together $(d_i/\Delta)\,D$ with the energy D of a slice of $\Delta$ = 5 mm. A soft window
    reads slice k with the probability 1 - u and k + 1 with u, where u runs from the middle of one to the middle of
    the other; the variance $u(1-u)(D_{k+1}-D_k)^2$ of that choice counts, so no place between two slices averages
    for free. Each signal fluctuates with the variance `grain` x D. A gate g lets a part g of the events have the
    sensor: mean and variance scale with g.

    Args:
        deposits: energy of every stored shower in slices of 5 mm, GeV.
        sensors: depths and thicknesses in mm, gates 0 to 1.
    """
    front, behind = _between(sensors)
    scale = sensors.gap / SLICE
    padded = _padded(deposits)

    def over_slices(ahead: Float[Array, " sensor"], after: Float[Array, " sensor"]) -> Float[Array, " place"]:
        """What every slice counts for, from what each sensor takes of its two."""
        return jnp.zeros(padded.shape[1]).at[front].add(ahead).at[front + 1].add(after)

    once, twice = sensors.present * scale, sensors.present * scale**2
    noise = twice * sensors.grain
    mean = padded @ over_slices((1 - behind) * once, behind * once)
    choice = jnp.zeros(padded.shape[1] - 1).at[front].add(behind * (1 - behind) * twice)
    variance = jnp.diff(padded, axis=1) ** 2 @ choice + padded @ over_slices((1 - behind) * noise, behind * noise)
    return mean, variance


def drawn(key: PRNGKeyArray, deposits: Deposits, sensors: Sensors) -> Float[Array, " shower"]:
    """The same sum of one event each: hard windows, and signals drawn from a gamma distribution of that variance.

    Args:
        key: of the random numbers.
        deposits: energy of every stored shower in slices of 5 mm, GeV.
        sensors: depths and thicknesses in mm, gates 0 to 1.
    """
    front, behind = _between(sensors)
    padded = _padded(deposits)
    first, second = padded[:, front], padded[:, front + 1]
    which, amount = jax.random.split(key)
    energy = jnp.where(jax.random.uniform(which, first.shape) < behind, second, first)
    size = sensors.grain
    number = jnp.maximum(energy / size, 1e-6)
    signal = jnp.where(energy > 0, size * jax.random.gamma(amount, number), 0.0)
    return jnp.sum(sensors.present * sensors.gap / SLICE * signal, axis=-1)
