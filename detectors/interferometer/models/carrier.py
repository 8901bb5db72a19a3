"""Light power at the mirrors of a tuned, dual-recycled interferometer, in closed form."""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.detectors.interferometer.optics import Number, Optics

LOCAL_OSCILLATOR = 0.01  # W, of the homodyne detector


class Powers(NamedTuple):
    """Power in W: on the harder and on the softer side of the worst component, and at the worst photodetector."""

    hard: Float[Array, ""]
    soft: Float[Array, ""]
    detector: Float[Array, ""]


class Carrier(NamedTuple):
    """Power in W that circulates in an arm, that falls on the beam splitter, and that leaves to the dark port's mirror.

    `laser_side` is the larger of what the laser sends and what comes back to it.
    """

    arm: Float[Array, ""]
    splitter: Float[Array, ""]
    dark: Float[Array, ""]
    laser_side: Float[Array, ""]


def carrier(optics: Optics) -> Carrier:
    r"""Power in W of `optics` with arms and power recycling on resonance, and end mirrors a dark offset off it.

    With amplitudes r, t of the mirrors, $r_a = [r_e(1-\ell)e^{-2i\delta} - r_i] / [1 - r_i r_e e^{-2i\delta}]$ for an
    arm, the mean of both arms recycled by the power mirror, $g = t_p / (1 - r_p\,\mathrm{Re}\,r_a)$, and
    $P_{dark} = P g^2 (\mathrm{Im}\,r_a)^2$. Steady plane waves at the carrier's frequency, exact but for losses of the
    beam splitter and for what the dark port sends back. Any T and loss between 0 and 1.
    """
    loss = optics.loss
    r_i = jnp.sqrt(1 - optics.input_mirror - loss)
    r_e = jnp.sqrt(1 - optics.end_mirror - loss)
    r_p = jnp.sqrt(1 - optics.power_mirror - loss)
    turn = r_e * jnp.exp(-2j * jnp.radians(jnp.asarray(optics.dark_offset, float)))
    arm = (turn * (1 - loss) - r_i) / (1 - r_i * turn)
    gain = jnp.sqrt(optics.power_mirror) / (1 - r_p * arm.real)
    splitter = optics.power * gain**2
    stored = splitter / 2 * optics.input_mirror / jnp.abs(1 - r_i * turn) ** 2
    back = optics.power * ((1 - loss) * arm.real - r_p) ** 2 / (1 - r_p * arm.real) ** 2
    return Carrier(stored, splitter, splitter * arm.imag**2, jnp.maximum(optics.power, back))


def powers(optics: Optics) -> Powers:
    """Powers in W of `optics` that limits are on, as `differometor.utils.calculate_powers` groups them.

    A component's hard side is the one with the larger power: the inside of an arm, the beam splitter towards the
    laser. On soft sides the substrates of input mirrors carry half of what falls on the beam splitter. Both sides of
    every other mirror carry less. The detector sees what leaks through the signal mirror, or half the local oscillator.
    """
    light = carrier(optics)
    hard = jnp.maximum(light.arm, light.splitter)
    soft = jnp.maximum(light.splitter / 2, light.laser_side)
    if optics.layout == "voyager":
        return Powers(hard, soft, jnp.asarray(LOCAL_OSCILLATOR / 2))
    return Powers(hard, soft, jnp.maximum(light.dark * leak(optics), 0.0))


def leak(optics: Optics) -> Float[Array, ""]:
    r"""Share of the dark port's carrier that leaves `optics`, $\tau^2/(1+\rho^2-2\rho\cos 2\phi)$."""
    rho = jnp.sqrt(1 - optics.signal_mirror - optics.loss)
    return optics.signal_mirror / (1 + rho**2 - 2 * rho * jnp.cos(2 * signal_phase(optics)))


def signal_phase(optics: Optics) -> Number:
    """Phase of the signal cavity of `optics` in rad, Buonanno and Chen's phi: 0 recycles the signal, pi/2 extracts."""
    return -jnp.radians(jnp.asarray(optics.signal_tuning, float))
