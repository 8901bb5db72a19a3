"""How far a layout is from what a board asks: linear for pions, little behind, depleted silicon, no coarse gaps."""

import math

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.detectors.hadron.limits import FROM, TO
from designopt.detectors.hadron.simulation.measure import CALIBRATION, deposits
from designopt.detectors.hadron.simulation.reading import SLICE, expected
from designopt.detectors.hadron.simulation.sensors import Sensors
from designopt.detectors.hadron.simulation.showers import SLICES, read_showers
from designopt.detectors.hadron.simulation.smoothed import expected_through

MUCH = 0.1  # of its energy: a pion that leaves more than this behind the last sensor is in the tail
SOFT = 0.01  # width of that edge, for gradients
TAIL = "training pions 100"
SHARPNESS = 300.0  # of the smooth maximum over gaps: forty equal ones count 1.2 % too much


class Limits(eqx.Module):
    """Most depth of steel (mm), voltage (V), non-linearity, tail of pions (a share), steel in a gap (mm); or None."""

    depth: float
    voltage: float | None
    linearity: float | None
    leakage: float | None
    coarsest: float | None


def pion_nonlinearity(sensors: Sensors, window: float = 0.0) -> Float[Array, ""]:
    """Half the relative change of the response to pions from 20 to 175 GeV: `hadron.limits.nonlinearity`.

    Args:
        sensors: depths and thicknesses in mm, gates 0 to 1.
        window: of the smooth reading, mm; 0 reads slices.
    """
    name = CALIBRATION[0]
    energy = read_showers()[name].energy
    inside = np.flatnonzero((energy >= FROM) & (energy <= TO))
    sums = expected_through(window, name, sensors)[0] if window else expected(deposits(name), sensors)[0]
    rows = np.stack([np.ones(inside.size), np.log(energy[inside] / math.sqrt(FROM * TO))], axis=1)
    middle, slope = jnp.asarray(np.linalg.pinv(rows)) @ (sums[inside] / energy[inside])
    return slope * math.log(TO / FROM) / 2 / jnp.maximum(middle, 1e-9)


def in_the_tail(depth: Float[Array, ""]) -> Float[Array, ""]:
    """Share of pions of 100 GeV that leave more than a tenth of what the block sees behind this depth of steel.

    A soft edge of a hundredth, for gradients. The block is 1.5 m wide; what leaves at its sides, or is invisible, is
    not counted.

    Args:
        depth: of the end of the last sensor, mm.
    """
    return tail_of(deposits(TAIL), depth)


def tail_of(stored: Float[Array, "shower slice"], depth: Float[Array, ""]) -> Float[Array, ""]:
    """Share of showers that leave more than a tenth of what the block sees behind a depth of steel: `in_the_tail`.

    Args:
        stored: energy of every shower in slices of 5 mm, GeV.
        depth: of the end of the last sensor, mm.
    """
    behind = jnp.clip(jnp.arange(1, SLICES + 1) - depth / SLICE, 0.0, 1.0)
    share = stored @ behind / jnp.sum(stored, axis=1)
    return jnp.mean(jax.nn.sigmoid((share - MUCH) / SOFT))


def coarsest_gap(sensors: Sensors, smooth: bool) -> Float[Array, ""]:
    r"""Most steel in front of any sensor that is there, mm.

    Args:
        sensors: depths and thicknesses in mm, gates 0 to 1.
        smooth: for slopes in all gaps, $\frac as\ln\sum e^{s x/a}$ with the largest gap a and s = 300: never below it.
    """
    gaps = sensors.present * sensors.gap
    largest = jnp.max(gaps)
    scale = jnp.maximum(jax.lax.stop_gradient(largest), 1e-9)
    return scale * jax.nn.logsumexp(SHARPNESS * gaps / scale) / SHARPNESS if smooth else largest
