"""What it takes to drive a magnet: the magnetisation curve of its steel, ampere-turns and the length of a turn."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.detectors.muon_shield.magnets.row import Magnets, Section
from designopt.units import T, m

STEEL_FIELD = np.array(
    [0.2, 0.5, 0.8, 1.0, 1.2, 1.4, 1.5, 1.6, 1.7, 1.8, 1.85, 1.9, 1.95, 2.0, 2.05, 2.1, 2.2, 2.3, 2.5, 3.0]
)  # fmt: skip
STEEL_STRENGTH = np.array(
    [75.2, 194.5, 335, 456, 627, 958, 1444, 3131, 5572, 8969, 11473, 15083, 20568, 28426, 38928, 53220, 104459, 180671,
     3.40e5, 7.38e5]
)  # fmt: skip
VACUUM = 4e-7 * np.pi  # T m / A
SHORTER_PATH = 0.7
"""The mean path over-estimates the ampere-turns of three magnets by 1.3-1.7 against finite elements (59.1, 38.6 and
38.3 kA of lfpc/BlackBoxOptimization): this brings it to them within 0.1."""

SUPERCONDUCTING = 3 * T
"""A goal above this is no matter of iron: the coil is superconducting."""


def strength(field: Float[Array, "*any"]) -> Float[Array, "*any"]:
    r"""Magnetising field H of AISI 1010 steel at B, in A/m: $\ln(H/B)$ linear between tabulated points.

    Monotone and smooth at 0; above 3 T the steel is full and H grows as $\Delta B/\mu_0$. Twenty points of the curve in
    lfpc/MuonsAndMatter, data/materials/aisi1010.json.
    """
    size = jnp.abs(field)
    last = STEEL_FIELD[-1]
    inside = jnp.minimum(size, last)
    table = inside * jnp.exp(jnp.interp(inside, STEEL_FIELD, np.log(STEEL_STRENGTH / STEEL_FIELD)))
    return table + jnp.maximum(size - last, 0.0) / VACUUM


def leg_fields(section: Section, goal: Float[Array, " magnet"]) -> tuple[Float[Array, "*depth magnet"], ...]:
    r"""|B| in core, side yoke and top yoke when one flux fills all three: $|B| w / width$, unsaturated.

    w is the width of the leg that carries the coil: the core if the goal is positive, else the side yoke.

    Args:
        section: widths of the legs, mm.
        goal: field that is asked for in T; its sign says which leg carries the coil.

    Returns T, for core, side yoke and top yoke.
    """
    coil_leg = jnp.where(goal >= 0, section.core, section.yoke)
    flux = jnp.abs(goal) * coil_leg
    return tuple(flux / jnp.maximum(width, 1e-9) for width in (section.core, section.yoke, section.top))


def ampere_turns(magnets: Magnets, limit: float | None = None) -> Float[Array, " magnet"]:
    r"""Ampere-turns of a coil that drives the wanted field, by the mean path of the flux at half the length.

    $NI = 0.7\,\{[H(B_{core}) + H(B_{side})](2 height + top) + 2 H(B_{top})(core/2 + window + yoke/2)\}$, good to 15 %
    for warm magnets of 1.9 T. `limit` caps the field everywhere, as saturated steel does; without one the thinnest leg
    is paid for in full.
    """
    half = magnets.section(0.5)
    core, side, top = leg_fields(half, magnets.field)
    if limit is not None:
        excess = jnp.maximum(jnp.maximum(jnp.maximum(core, side), top) / limit, 1.0)
        core, side, top = core / excess, side / excess, top / excess
    upright = (strength(core) + strength(side)) * (2 * half.height + half.top)
    across = 2 * strength(top) * (half.core / 2 + half.window + half.yoke / 2)
    return SHORTER_PATH * (upright + across) / m * magnets.present


def turn_length(magnets: Magnets) -> Float[Array, " magnet"]:
    """Length of a turn, of both coils together, mm: once round the whole core, or twice round each half or side yoke.

    One coil embraces the core of a positive magnet without a middle gap; with the gap there are two; a negative magnet
    has one round each side yoke.

    Args:
        magnets: the shield, mm and T.
    """
    along = 4 * magnets.half_length
    core = 2 * (magnets.core_in + magnets.core_out)
    halves = 2 * along + core
    sides = 2 * along + 2 * (magnets.yoke_in + magnets.yoke_out)
    split = jnp.maximum(magnets.middle_in, magnets.middle_out) > 0
    positive = jnp.where(split, halves, along + core)
    return jnp.where(magnets.field >= 0, positive, sides) * magnets.present
