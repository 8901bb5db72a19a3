"""What counts as a hit, hard for the score and soft for the loss."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.detectors.muon_shield.magnets.row import Magnets
from designopt.detectors.muon_shield.muons.beam import Muons
from designopt.detectors.muon_shield.transport.shield import HARD, Exit, Settings, shield_exit, total
from designopt.detectors.muon_shield.transport.step import Noise
from designopt.units import m

HALF_WIDTH, HALF_HEIGHT = 2 * m, 3 * m
EDGE = 0.15 * m

Numbers = Float[Array, " muon"]


def is_hit(exit: Exit, margin: float = 1.0) -> Numbers:
    """1 for a muon that reaches |x| < 2 m, |y| < 3 m at z = 82 m, whatever its momentum; else 0.

    `margin` makes the plane larger, to see muons that pile up at its edge. Public Muon Shield Challenge.

    Args:
        exit: the muons on the plane z = 82 m: places in mm, momenta in GeV.
        margin: factor of both half-widths.
    """
    inside = (jnp.abs(exit.x) < margin * HALF_WIDTH) & (jnp.abs(exit.y) < margin * HALF_HEIGHT)
    return jnp.where(inside, exit.alive, 0.0)


def soft_hit(exit: Exit, edge: float = EDGE) -> Numbers:
    r"""Smooth stand-in for `is_hit`: $\sigma((2\,m - |x|)/edge)\,\sigma((3\,m - |y|)/edge)$ times what is alive.

    Args:
        exit: the muons on the plane z = 82 m: places in mm, momenta in GeV.
        edge: mm.
    """
    across = jax.nn.sigmoid((HALF_WIDTH - jnp.abs(exit.x)) / edge)
    return across * jax.nn.sigmoid((HALF_HEIGHT - jnp.abs(exit.y)) / edge) * exit.alive


def hits(
    magnets: Magnets, muons: Muons, noise: Noise, settings: Settings = HARD
) -> tuple[Float[Array, ""], Float[Array, ""]]:
    """Weighted hits, per 1e7 muons, and their statistical error, the root of the sum of squared weights; float64.

    Args:
        magnets: the shield, mm and T.
        muons: the sample.
        noise: its frozen random numbers.
        settings: steps, softness and physics of the transport.
    """
    exit = shield_exit(magnets, muons, noise, settings)
    weights = (exit.weight * is_hit(exit)).astype(float)
    return jnp.sum(weights), jnp.sqrt(jnp.sum(weights**2))


def soft_hits(magnets: Magnets, muons: Muons, noise: Noise, settings: Settings) -> Float[Array, ""]:
    """Weighted soft hits per 1e7 muons, with pathwise derivatives with respect to the magnets; see `total`.

    Args:
        magnets: the shield, mm and T.
        muons: the sample.
        noise: its frozen random numbers.
        settings: steps, softness and physics of the transport.
    """
    return total(soft_hit, magnets, muons, noise, settings)
