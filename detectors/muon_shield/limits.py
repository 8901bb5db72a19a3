"""Side limits of a muon shield: its length, the cavern around it, and magnets that could be built."""

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.detectors.muon_shield.magnets.board import BoardLimits
from designopt.detectors.muon_shield.magnets.excitation import SUPERCONDUCTING, ampere_turns
from designopt.detectors.muon_shield.magnets.row import Magnets
from designopt.units import cm, m, mm

LENGTH = 30 * m
TRANSITION = 18.378 * m  # where the target hall (TCC8) opens into the experimental one (ECN3)
HALF_WIDTH = (356 * cm, 456 * cm)  # before and behind it
HALF_HEIGHT = (169 * cm, 335 * cm)
YOKE_RATIO = 3.0  # side yoke over core, or core over side yoke, at half length
CURRENT_DENSITY = 3.1  # A per mm2 of window: copper at 5.2, filling 0.6

Limits = dict[str, Float[Array, ""]]


def largest(values: Float[Array, "*any"], present: Float[Array, " magnet"]) -> Float[Array, ""]:
    """The largest of some excesses; a magnet that is absent has none, and one that is half there has half.

    Args:
        values: excesses, without unit.
        present: how much of each magnet is there, 0 to 1.
    """
    return jnp.max(jnp.where(present > 0, present * (values + 1), 0.0)) - 1


def cavern(magnets: Magnets) -> Limits:
    """Half-width and half-height at both faces of every magnet, over what the cavern has room for there."""
    faces = magnets.section(jnp.array([0.0, 1.0]))
    target_hall = jnp.stack([magnets.z_in, magnets.z_out]) <= TRANSITION
    width = faces.half_width / jnp.where(target_hall, *HALF_WIDTH)
    height = faces.half_height / jnp.where(target_hall, *HALF_HEIGHT)
    return {
        "cavern width": largest(width - 1, magnets.present),
        "cavern height": largest(height - 1, magnets.present),
    }


def buildable(magnets: Magnets, saturation: float | None) -> Limits:
    """Yokes that carry the core's flux, and windows with room for the coil.

    The window limit counts copper at 5.2 A/mm2 with a filling of 0.6; a superconducting magnet needs none of it.
    """
    half = magnets.section(0.5)
    ratio = half.yoke / half.core
    window = jnp.minimum(magnets.window_in * magnets.height_in, magnets.window_out * magnets.height_out) * 2
    window = jnp.maximum(window, 1 * mm**2)
    needed = ampere_turns(magnets, saturation) / CURRENT_DENSITY * mm**2
    full = jnp.where(jnp.abs(magnets.field) > SUPERCONDUCTING, 0.0, needed / window)
    return {
        "yoke ratio": largest(jnp.maximum(ratio, 1 / ratio) / YOKE_RATIO - 1, magnets.present),
        "coil window": largest(full - 1, magnets.present),
    }


class LimitModel(eqx.Module):
    """Which side limits a problem has; all dimensionless, met when not positive.

    Sizes that are not negative cannot make the blocks of a magnet overlap, nor a positive gap two magnets.
    """

    length: float = eqx.field(default=LENGTH, static=True)
    cavern: bool = eqx.field(default=True, static=True)
    buildable: bool = eqx.field(default=False, static=True)
    saturation: float | None = eqx.field(default=None, static=True)
    board: BoardLimits | None = None

    def of(self, magnets: Magnets) -> Limits:
        """Every limit, by name."""
        limits = {"length": magnets.length / self.length - 1}
        if self.cavern:
            limits |= cavern(magnets)
        if self.buildable:
            limits |= buildable(magnets, self.saturation)
        if self.board is not None:
            limits |= self.board.of(magnets)
        return limits
