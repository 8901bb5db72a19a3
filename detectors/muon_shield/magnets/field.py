"""The field in the legs of a magnet, with the flux closed at every depth and the steel saturating."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.detectors.muon_shield.magnets.row import Magnets, Section
from designopt.units import T, um

SATURATION = 2.0 * T  # of AISI 1010 steel at 28 kA/m; 1.9-2.05 T are in use
SHARPNESS = 64  # of the smooth minimum: 0.2 % off a point of 1.9 T

Legs = Float[Array, "depth magnet"]


class LegFields(eqx.Module):
    """Field in T: along y in the core and in the side yokes, along x in the top yoke of the quadrant x, y > 0."""

    core: Legs
    side: Legs
    top: Legs


def leg_fields(magnets: Magnets, section: Section, saturation: bool = True) -> LegFields:
    r"""Fields at the depths of `section`.

    With saturation one flux per unit length runs through all legs of a slice,
    $\Phi = \mathrm{min}(|B| w, B_s\,core, B_s\,yoke, B_s\,top)$, w the width of the leg with the coil, as the smooth
    minimum $(\sum\Phi_i^{-64})^{-1/64}$; no leg exceeds 2.0 T. Without, it is `block_fields`.
    """
    if not saturation:
        return block_fields(magnets, section)
    coil = jnp.where(magnets.field >= 0, section.core, section.yoke)
    legs = jnp.stack([section.core, section.yoke, section.top])
    fluxes = jnp.concatenate([(jnp.abs(magnets.field) * coil)[None], SATURATION * legs])
    logarithms = jnp.log(jnp.maximum(fluxes, T * um))
    flux = jnp.exp(-jax.nn.logsumexp(-SHARPNESS * logarithms, axis=0) / SHARPNESS)
    flux = jnp.where(magnets.field >= 0, flux, -flux)
    core, side, top = flux / jnp.maximum(legs, um)
    return LegFields(core, -side, top)


def block_fields(magnets: Magnets, section: Section) -> LegFields:
    """One field a block, without saturation: the public Muon Shield Challenge.

    The wanted field fills the leg that carries the coil; the others follow from the mean widths. Several tesla in thin
    yokes are possible here and nowhere else: for comparison with published designs only.
    """
    names = ("core", "yoke", "top")
    core, side, top = (getattr(magnets, f"{name}_in") + getattr(magnets, f"{name}_out") for name in names)
    flux = magnets.field * jnp.where(magnets.field >= 0, core, side)
    fields = (flux / jnp.maximum(width, um) for width in (core, side, top))
    up, down, across = (jnp.broadcast_to(field, section.core.shape) for field in fields)
    return LegFields(up, -down, across)


def peak_fields(magnets: Magnets, saturation: bool = True, depths: int = 101) -> dict[str, Float[Array, " magnet"]]:
    """Largest field in T in the core, the side yokes and the top yokes of every magnet.

    Args:
        magnets: the shield, mm and T.
        saturation: whether the steel saturates.
        depths: places along each magnet that are looked at.
    """
    fields = leg_fields(magnets, magnets.section(jnp.linspace(0.0, 1.0, depths)), saturation)
    return {name: jnp.max(jnp.abs(getattr(fields, name)), axis=0) for name in ("core", "side", "top")}
