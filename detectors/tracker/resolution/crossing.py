"""Where a helix crosses the surfaces of a layout, under which angles, and through how much material."""

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.design.variables import Number
from designopt.detectors.tracker.layout.surfaces import Layout
from designopt.units import m

BEND = 0.299792458
"""GeV of transverse momentum per tesla and metre of radius."""

GRAZING = 0.999
"""Largest sine of half the turning angle that counts as a crossing: beyond it the track runs along the surface."""

STRAIGHT = 1e-6
"""Curvature of a parabola's geometry over that of its track: the limit of small angles needs no formulas of its own."""


class Tracks(eqx.Module):
    """Tracks from the beam line: transverse momentum (GeV), cot(theta) and z of the vertex (mm)."""

    pt: Float[Array, "*shape"]
    cot: Float[Array, "*shape"]
    vertex: Float[Array, "*shape"]

    @property
    def sine(self) -> Float[Array, "*shape"]:
        """Sine of the polar angle.

        Returns 0 to 1, without unit.
        """
        return 1.0 / jnp.sqrt(1.0 + self.cot**2)

    @property
    def momentum(self) -> Float[Array, "*shape"]:
        """Momentum in GeV."""
        return self.pt / self.sine


class Crossing(eqx.Module):
    r"""One track at every surface.

    `path` is the transverse arc length s in mm, `turn` half the angle the track has turned, $\psi = s/2R$ (the angle
    in the transverse plane between the track and the radial direction), `there` the part of such tracks that hit the
    surface, `material` their x/X0 along the track. `slope` is cot(theta), on a disk as its place says, so that disks a
    track is far from stay tame.
    """

    path: Float[Array, " surface"]
    turn: Float[Array, " surface"]
    there: Float[Array, " surface"]
    slope: Float[Array, " surface"]
    material: Float[Array, " surface"]


def half_curvature(pt: Number, field: Number) -> Float[Array, ""]:
    """1/(2R) of a unit charge in 1/mm.

    Args:
        pt: transverse momentum, GeV.
        field: T.
    """
    return jnp.asarray(0.5 * BEND * field / pt / m)


def crossing(layout: Layout, track: Tracks, field: Number, edge: float = 0.0, parabola: bool = False) -> Crossing:
    r"""Cross one track (shape ()) with a layout, on its first half turn outwards.

    Barrel: $\sin\psi = r/2R$, $s = 2R\psi$, $z = z_v + s\cot\theta$, thickness over $\sin\theta\cos\psi$.
    Disk: $s = (z_d - z_v)\tan\theta$, $r = 2R\sin(s/2R)$, thickness over $|\cos\theta|$. Exact for a helix that starts
    on the beam line. With `parabola` s = r and $\psi = 0$, but what the helix does not reach stays out of reach.
    Edges are sharp; or, where a derivative is needed, a surface is hit in part within `edge` (mm) of its end.
    Tracks of negative cot(theta) see the mirror image.
    """
    true = half_curvature(track.pt, field)
    bend = STRAIGHT * true if parabola else true
    side = jnp.where(track.cot < 0, -1.0, 1.0)
    cot, vertex = side * track.cot, side * track.vertex

    turn = jnp.arcsin(jnp.minimum(bend * layout.radius, GRAZING))
    path = turn / bend
    reached = true * layout.radius < GRAZING
    there = reached * _inside(layout.half_length - jnp.abs(vertex + path * cot), edge)
    barrel = path, turn, there, jnp.full_like(path, cot), 1.0 / (track.sine * jnp.cos(turn))

    # An arc of twice the outer radius ends outside the disk, however much it bends: no need to follow it further.
    ahead = jnp.maximum(layout.z - vertex, 1e-3)
    path = jnp.minimum(ahead / jnp.maximum(cot, 1e-9), 2 * layout.outer)
    quarter = jnp.arcsin(GRAZING)
    turn = jnp.minimum(bend * path, quarter)
    height = jnp.sin(turn) / bend
    on = _inside(height - layout.inner, edge) * _inside(layout.outer - height, edge)
    there = (true * path < quarter) * (layout.z > vertex) * on
    path = turn / bend
    disk = path, turn, there, ahead / path, jnp.sqrt(1.0 + (path / ahead) ** 2)

    path, turn, there, slope, slant = (jnp.concatenate(pair) for pair in zip(barrel, disk, strict=True))
    return Crossing(path=path, turn=turn, there=there, slope=slope, material=there * layout.material * slant)


def ends(layout: Layout, pt: Number, vertex: Number, field: Number) -> Float[Array, " end"]:
    r"""cos(theta) >= 0 at which a track comes to the end of a surface: barrel ends, outer and inner rims of disks.

    $\cot\theta = (z - z_v)/s(r)$ with the arc $s = 2R\arcsin(r/2R)$. Where a track hits nothing new or a surface is
    absent the value is 0.

    Args:
        layout: surfaces, mm.
        pt: transverse momentum, GeV.
        vertex: z_v of the vertex, mm.
        field: T.
    """
    bend = half_curvature(pt, field)
    radius = jnp.concatenate([layout.radius, layout.outer, layout.inner])
    ahead = jnp.concatenate([layout.half_length, layout.z, layout.z]) - vertex
    barrel, disk = jnp.split(layout.measures + layout.material > 0, [layout.barrels])
    met = jnp.concatenate([barrel, disk, disk]) & (ahead > 0) & (bend * radius < GRAZING)
    path = jnp.arcsin(jnp.minimum(bend * radius, GRAZING)) / bend
    return jnp.where(met, 1.0 / jnp.sqrt(1.0 + (path / jnp.where(met, ahead, 1.0)) ** 2), 0.0)


def _inside(margin: Float[Array, "*shape"], width: float) -> Float[Array, "*shape"]:
    """1 within an edge that is `margin` away, 0 beyond; with a width a smooth step that far to both sides."""
    if not width:
        return (margin >= 0).astype(margin.dtype)
    part = jnp.clip(0.5 + 0.5 * margin / width, 0.0, 1.0)
    return part**2 * (3.0 - 2.0 * part)
