"""What an injection costs: the channel by its bore, the kicker by its pulse, correction coils by ampere-turns."""

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt import CostBreakdown
from designopt.detectors.muon_edm.physics.fields import Kicker
from designopt.detectors.muon_edm.physics.loops import loop_inductance, mutual_inductance
from designopt.units import kCHF

ROUND = 10.0
"""Ampere-turns below which the price of a coil is rounded, so that it has a slope at 0."""
WIRE = 2.0
"""Radius in mm of the conductor of a kicker's loop; assumed."""


class Prices(eqx.Module):
    """Prices in kCHF; every one of them is assumed, since no experiment has published its own.

    Attributes:
        channel, bore: of a shielded superconducting channel, and for each mm2 of its radius squared.
        kicker, energy, voltage: of a pulse supply, for each joule of a pulse, for each kV of its peak.
        ampere_turn: of a correction coil with its supply.
    """

    channel: float = eqx.field(static=True, default=20.0 * kCHF)
    bore: float = eqx.field(static=True, default=0.8 * kCHF)
    kicker: float = eqx.field(static=True, default=20.0 * kCHF)
    energy: float = eqx.field(static=True, default=10.0 * kCHF)
    voltage: float = eqx.field(static=True, default=0.2 * kCHF)
    ampere_turn: float = eqx.field(static=True, default=0.01 * kCHF)


def pulse(kicker: Kicker, kick: Array | float, width: Array | float) -> tuple[Array, Array, Array]:
    r"""Current (A), energy (J) and peak voltage (kV) of a kick: $I = K/b$, $\frac12LI^2$, $LI e^{-1/2}/\sigma$.

    Two loops of one turn in series with opposite currents: L = 2 (self - mutual inductance); leads are left out.

    Args:
        kicker: its loops, mm.
        kick: K at the orbit, T.
        width: $\sigma$, ns.
    """
    inductance = 2.0 * (loop_inductance(kicker.radius, WIRE) - mutual_inductance(kicker.radius, 2 * kicker.place))  # nH
    current = jnp.asarray(kick) / kicker.strength()
    return current, 0.5e-9 * inductance * current**2, 1e-3 * inductance * current * jnp.exp(-0.5) / jnp.asarray(width)


def items(
    prices: Prices,
    kicker: Kicker,
    kick: Array | float,
    width: Array | float,
    currents: Float[Array, " coil"],
    bore: Array | float,
) -> CostBreakdown:
    """Money by item in kCHF; rises with the kick and the bore.

    Args:
        prices: kCHF.
        kicker: its loops, mm.
        kick: T.
        width: ns.
        currents: ampere-turns of the correction coils.
        bore: radius of the channel, mm.
    """
    _, energy, voltage = pulse(kicker, kick, width)
    turns = jnp.sum(jnp.sqrt(currents**2 + ROUND**2) - ROUND)
    return {
        "channel": prices.channel + prices.bore * jnp.asarray(bore) ** 2,
        "kicker": prices.kicker + prices.energy * energy + prices.voltage * voltage,
        "coils": prices.ampere_turn * turns,
    }
