"""The numbers that describe a dual-recycled interferometer, in SI units and degrees, and the published ones."""

from collections.abc import Mapping

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

SPEED_OF_LIGHT = 299_792_458.0  # m/s
PLANCK = 6.62607015e-34  # J s
WAVELENGTH = 1064e-9  # m, fixed in Differometor too
CARRIER = SPEED_OF_LIGHT / WAVELENGTH  # Hz

Number = float | Float[Array, ""]
LAYOUTS = ("aligo", "voyager")


class Optics(eqx.Module):
    """A Michelson interferometer with arm cavities, recycled power, recycled signal and a squeezer.

    Layout "aligo": squeezed light enters from behind the signal mirror, and the signal is read with the light that end
    mirrors leak which stand `dark_offset` (degrees of 1064 nm / 360) off the dark fringe, one up and one down. Layout
    "voyager": squeezed light is turned by a filter cavity, and read by a balanced homodyne detector at an angle.
    Transmissivities and `loss` of a surface are shares of power; `loss` is that of every mirror, at the beam splitter
    too in "voyager". `squeezing_loss` is the share of the squeezed light that is lost before it comes to the filter
    cavity or the signal mirror. Angles and tunings are in degrees, as in Differometor and Finesse.
    """

    layout: str = eqx.field(static=True)
    power: Number  # W, of the laser
    power_mirror: Number
    input_mirror: Number
    end_mirror: Number
    signal_mirror: Number
    signal_tuning: Number
    loss: Number
    squeezing: Number  # dB
    squeezing_angle: Number
    mass: Number  # kg, of each of the four test masses
    length: Number  # m, of an arm
    dark_offset: Number
    homodyne: Number
    filter_mirror: Number
    filter_tuning: Number
    filter_length: Number  # m
    squeezing_loss: float = eqx.field(static=True, default=0.0)


PUBLISHED: Mapping[str, Optics] = {
    "aligo": Optics(
        "aligo", 125.0, 0.03, 0.014, 5e-6, 0.2, -90.0, 37.5e-6, 10.0, 90.0, 40.0, 3995.0, 1.25e-4, 0.0, 1e-3, 0.0, 0.0
    ),
    "voyager": Optics(
        "voyager", 153.0, 0.049, 0.002, 1.5e-5, 0.046, 90.0, 5e-6, 10.0, 0.0, 200.0, 4000.0, 0.0,
        0.0, 1e-3, -0.014, 300.0
    ),
}  # fmt: skip
"""aLIGO and Voyager as `differometor.setups` has them (0.0.6, MIT), simplified from the collaborations' designs."""


def standard_quantum_limit(frequencies: Float[Array, " frequency"], optics: Optics) -> Float[Array, " frequency"]:
    r"""Strain noise in 1/sqrt(Hz) where shot noise and radiation pressure are equal, without squeezing.

    $h_{SQL} = \sqrt{8\hbar / (m \Omega^2 L^2)}$ for four free mirrors of mass m; Buonanno and Chen, Phys. Rev. D 64
    (2001) 042006, equation 2.12. Valid where the wave is longer than the arms.

    Args:
        frequencies: in Hz.
        optics: mass in kg and arm length in m.
    """
    omega = 2 * jnp.pi * frequencies
    return jnp.sqrt(4 * PLANCK / jnp.pi / (optics.mass * omega**2 * optics.length**2))


def cavity_pole(optics: Optics) -> Number:
    r"""Half-width of an arm cavity in Hz, $c T / (8 \pi L)$: good for T much below one and above the losses."""
    return SPEED_OF_LIGHT * optics.input_mirror / (8 * jnp.pi * optics.length)
