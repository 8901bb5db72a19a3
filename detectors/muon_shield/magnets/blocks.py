"""Is there iron at this place, and which field? The mitred blocks of a magnet's cross-section, hard or soft."""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.detectors.muon_shield.magnets.field import LegFields
from designopt.detectors.muon_shield.magnets.row import Section
from designopt.detectors.muon_shield.transport.step import Matter

Numbers = Float[Array, " muon"]
Number = Float[Array, "*slice"]
REACH = 3.0  # an edge of softness d reaches 3 d to either side: the slope of 1/(1 + exp(-x/d)) at the edge


class Slice(NamedTuple):
    """One depth of one magnet: lengths in mm, fields in T, and for each mitre its height over width and 1/hypotenuse.

    The core's mitre runs from (core, height) up to (0, height + top), the side yoke's from its inner edge outwards.
    """

    middle: Number
    core: Number
    yoke_from: Number
    half_width: Number
    height: Number
    half_height: Number
    core_rise: Number
    core_norm: Number
    side_rise: Number
    side_norm: Number
    core_field: Number
    side_field: Number
    top_field: Number


def slices(section: Section, fields: LegFields) -> Slice:
    """Everything that `matter_at` needs, for every depth and magnet; half-widths are counted from the middle gap."""
    core, yoke = jnp.maximum(section.core, 1e-3), jnp.maximum(section.yoke, 1e-3)
    core_rise, side_rise = section.top / core, section.top / yoke
    inner = section.core + section.window
    return Slice(
        section.middle, section.core, inner, inner + section.yoke, section.height, section.half_height,
        core_rise, 1 / jnp.sqrt(1 + core_rise**2), side_rise, 1 / jnp.sqrt(1 + side_rise**2),
        fields.core, fields.side, fields.top,
    )  # fmt: skip


def matter_at(x: Numbers, y: Numbers, s: Slice, softness: Number | float | None = None) -> Matter:
    """Iron and field at these places of one slice.

    The field along y is even in x and y, the field along x has the sign of xy. `softness` (mm) blurs every edge, iron
    and field alike, so that both are differentiable; None means hard edges.

    Args:
        x: mm.
        y: mm.
        s: the slice of a magnet, mm and T.
        softness: mm.
    """

    def inside(distance: Numbers) -> Numbers:
        if softness is None:
            return (distance >= 0).astype(distance.dtype)
        h = jnp.clip(distance / (2 * REACH * softness) + 0.5, 0.0, 1.0)
        return h * h * (3 - 2 * h)

    u, a = jnp.abs(x) - s.middle, jnp.abs(y)
    under_core = (s.height + s.core_rise * (s.core - u) - a) * s.core_norm
    under_side = (s.height + s.side_rise * (u - s.yoke_from) - a) * s.side_norm
    outer = inside(s.half_width - u)
    beyond_middle = inside(u)
    if softness is not None:  # two cores that touch leave no slit between them
        beyond_middle += inside(-jnp.abs(x) - s.middle)
    below_core, below_side = inside(under_core), inside(under_side)
    core = beyond_middle * inside(s.core - u) * below_core
    side = inside(u - s.yoke_from) * outer * below_side
    top = beyond_middle * outer * inside(s.half_height - a) * inside(a - s.height) * (1 - below_core) * (1 - below_side)
    sign = jnp.where(x * y < 0, -1.0, 1.0).astype(x.dtype)
    return Matter(core + side + top, sign * s.top_field * top, s.core_field * core + s.side_field * side)
