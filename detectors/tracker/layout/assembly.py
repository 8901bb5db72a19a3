"""From the variables of a design to the tracker that stands there: places kept apart, layers cut, sensors mixed."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.design.space import Design
from designopt.detectors.tracker.cost import barrel_area, disk_area
from designopt.detectors.tracker.layout.site import Site
from designopt.detectors.tracker.layout.surfaces import Layout
from designopt.detectors.tracker.layout.technology import (
    TECHNOLOGIES,
    channel_density,
    efficiency,
    hit_errors,
    material,
    power_density,
)
from designopt.units import mm

GAP = 5 * mm  # between neighbouring layers: modules, cooling, hands
CLEARANCE = 10 * mm  # a barrel layer ends so far in front of a disk that stands in its way
PIPE_GAP = 2 * mm


class Assembly(eqx.Module):
    """One tracker, slot by slot, barrel first; everything that is counted is already multiplied by the gate.

    `layout` has the beam pipe as its first surface. `share` is the part of a slot in each technology, `area` that of
    the sensors of a whole layer (mm2), `channels` by technology, `power` in W, `cell` the area of one cell (mm2).
    """

    layout: Layout
    share: Float[Array, "slot technology"]
    area: Float[Array, " slot"]
    channels: Float[Array, "slot technology"]
    power: Float[Array, " slot"]
    cell: Float[Array, " slot"]
    efficiency: Float[Array, " slot"]

    @property
    def installed(self) -> Float[Array, " slot"]:
        """The gate of each slot.

        Returns 0 to 1, without unit.
        """
        return jnp.sum(self.share, axis=-1)


def spaced(places: Float[Array, " slot"], gates: Float[Array, " slot"], gap: float = GAP) -> Float[Array, " slot"]:
    """Places pushed outward until neighbours keep the gap; a layer that is there by the part g pushes by g.

    An absent one is invisible: from its own place less a whole gap it never reaches the next one's. So two sensors
    in one place, the cheapest way to a better error, cannot be had.

    Args:
        places: mm.
        gates: g, 0 to 1.
        gap: mm.
    """
    order = jnp.argsort(places)
    place, gate = places[order], gates[order]
    room = gap * (jnp.cumsum(gate) - gate)
    front = jax.lax.cummax(place - room - gap * (1.0 - gate))
    before = jnp.concatenate([jnp.full(1, -jnp.inf), front[:-1]])
    return jnp.zeros_like(places).at[order].set(jnp.maximum(place, before + room))


def shortened(
    half_length: Float[Array, " barrel"],
    radius: Float[Array, " barrel"],
    z: Float[Array, " disk"],
    inner: Float[Array, " disk"],
    outer: Float[Array, " disk"],
    gates: Float[Array, " disk"],
) -> Float[Array, " barrel"]:
    """Half-lengths of barrel layers that end where a disk stands in their way; disks win.

    A disk is in the way of radii within `CLEARANCE` of it, and then less and less over as much again.

    Args:
        half_length: mm.
        radius: mm.
        z: of the disks, mm.
        inner: radius of the disks, mm.
        outer: radius of the disks, mm.
        gates: of the disks, 0 to 1.
    """
    beside = jnp.maximum(inner[None, :] - radius[:, None], radius[:, None] - outer[None, :])
    way = jnp.clip(2.0 - beside / CLEARANCE, 0.0, 1.0) * gates[None, :]
    surplus = jnp.maximum(half_length[:, None] - (z[None, :] - CLEARANCE), 0.0)
    return half_length - jnp.max(way * surplus, axis=1, initial=0.0)


def assemble(design: Design, site: Site, barrels: int) -> Assembly:
    """The tracker of a design: the first `barrels` slots are barrel layers, the others pairs of disks.

    Design variables, one a slot: `place` (radius, or z of a disk), `extent` (half-length, or outer radius of a
    disk), `opening` (inner radius of a disk; without meaning in the barrel), `pitch` (r-phi), `pixel_length` and
    `strip_length` (along z or r), `thickness` of a sensor, all in mm; `installed` (0..1) and the weights of
    `technology`. A mixture has the sum of its parts: information of hits, material, area, channels, power.
    Money pays for a barrel layer's full length even where a disk cuts it short.
    """
    gate = design["installed"]
    share = design["technology"] * gate[:, None]
    inside, beyond = slice(None, barrels), slice(barrels, None)
    radius = spaced(design["place"][inside], gate[inside])
    z = spaced(design["place"][beyond], gate[beyond])
    ordered, outer = design["extent"][inside], jnp.minimum(design["extent"][beyond], site.radius)
    inner = jnp.minimum(design["opening"][beyond], outer)
    half_length = shortened(ordered, radius, z, inner, outer, gate[beyond])
    area = jnp.concatenate([barrel_area(radius, ordered), disk_area(inner, outer)])
    reach = jnp.concatenate([half_length, 0.5 * (outer - inner)])

    parts = []
    for kind in TECHNOLOGIES:
        length = design["strip_length"] if kind.stereo else design["pixel_length"]
        sizes = design["pitch"], length
        seen = efficiency(kind, design["thickness"])
        across, along = hit_errors(kind, *sizes)
        parts.append(
            {
                "efficiency": seen,
                "across": seen / across**2,
                "along": seen / along**2,
                "material": material(kind, *sizes, design["thickness"], reach),
                "channels": area * channel_density(kind, *sizes),
                "power": area * power_density(kind, *sizes),
                "cell": design["pitch"] * length,
            }
        )
    columns = {name: jnp.stack([part[name] for part in parts], axis=-1) for name in parts[0]}
    mean = {name: jnp.sum(design["technology"] * values, axis=-1) for name, values in columns.items()}

    def with_pipe(values: Array, pipe: float) -> Array:
        return jnp.concatenate([jnp.full(1, pipe), values])

    there = with_pipe(gate * mean["efficiency"], 0.0)
    layout = Layout(
        radius=with_pipe(radius, site.pipe),
        half_length=with_pipe(half_length, jnp.inf),
        z=z,
        inner=inner,
        outer=outer,
        material=with_pipe(gate * mean["material"], site.pipe_material),
        measures_rphi=there,
        measures_along=there,
        sigma_rphi=with_pipe(jnp.sqrt(mean["efficiency"] / mean["across"]), 1.0),
        sigma_along=with_pipe(jnp.sqrt(mean["efficiency"] / mean["along"]), 1.0),
    )
    return Assembly(
        layout=layout,
        share=share,
        area=area,
        channels=share * columns["channels"],
        power=jnp.sum(share * columns["power"], axis=-1),
        cell=mean["cell"],
        efficiency=mean["efficiency"],
    )
