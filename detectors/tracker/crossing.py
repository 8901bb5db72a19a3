"""Where a helix crosses the surfaces of a layout, under which angles, and through how much material."""

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.design.variables import Number
from designopt.units import m
from detectors.tracker.layout import Layout

BEND = 0.299792458
"""GeV of transverse momentum per tesla and metre of radius."""

GRAZING = 0.999
"""Largest sine of half the turning angle that counts as a crossing: beyond it the track runs along the surface."""


Edge = tuple[float, float]
"""How far a track stands for others on both sides of it: in mm, and in cos(theta)."""

SHARP: Edge = (0.0, 0.0)

STRAIGHT = 1e-6
"""Curvature of a parabola's geometry over that of its track: the limit of small angles needs no formulas of its own."""


class Tracks(eqx.Module):
    """Tracks from the beam line: transverse momentum (GeV), cot(theta) and z of the vertex (mm)."""

    pt: Float[Array, "*shape"]
    cot: Float[Array, "*shape"]
    vertex: Float[Array, "*shape"]

    @property
    def sine(self) -> Float[Array, "*shape"]:
        """Sine of the polar angle."""
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
    """1/(2R) of a unit charge in 1/mm."""
    return jnp.asarray(0.5 * BEND * field / pt / m)


def crossing(layout: Layout, track: Tracks, field: Number, edge: Edge = SHARP, parabola: bool = False) -> Crossing:
    r"""Cross one track (shape ()) with a layout, on its first half turn outwards.

    Barrel: $\sin\psi = r/2R$, $s = 2R\psi$, $z = z_v + s\cot\theta$, thickness over $\sin\theta\cos\psi$.
    Disk: $s = (z_d - z_v)\tan\theta$, $r = 2R\sin(s/2R)$, thickness over $|\cos\theta|$. Exact for a helix that starts
    on the beam line. With `parabola` s = r and $\psi = 0$, but what the helix does not reach stays out of reach.
    Edges are sharp; or, where a derivative is needed, a surface is hit by the part of the neighbours, within `edge`.
    Tracks of negative cot(theta) see the mirror image.
    """
    true = half_curvature(track.pt, field)
    bend = STRAIGHT * true if parabola else true
    side = jnp.where(track.cot < 0, -1.0, 1.0)
    cot, vertex = side * track.cot, side * track.vertex

    turn = jnp.arcsin(jnp.minimum(bend * layout.radius, GRAZING))
    path = turn / bend
    reached = true * layout.radius < GRAZING
    width = edge[0] + edge[1] * path / track.sine**3
    there = reached * _inside(layout.half_length - jnp.abs(vertex + path * cot), width)
    barrel = path, turn, there, jnp.full_like(path, cot), 1.0 / (track.sine * jnp.cos(turn))

    # An arc of twice the outer radius ends outside the disk, however much it bends: no need to follow it further.
    ahead = jnp.maximum(layout.z - vertex, 1e-3)
    path = jnp.minimum(ahead / jnp.maximum(cot, 1e-9), 2 * layout.outer)
    quarter = jnp.arcsin(GRAZING)
    turn = jnp.minimum(bend * path, quarter)
    height = jnp.sin(turn) / bend
    width = edge[0] + edge[1] * path / (track.sine**2 * jnp.maximum(cot * track.sine, 0.05))
    on = _inside(height - layout.inner, width) * _inside(layout.outer - height, width)
    there = (true * path < quarter) * (layout.z > vertex) * on
    path = turn / bend
    disk = path, turn, there, ahead / path, jnp.sqrt(1.0 + (path / ahead) ** 2)

    path, turn, there, slope, slant = (jnp.concatenate(pair) for pair in zip(barrel, disk, strict=True))
    return Crossing(path=path, turn=turn, there=there, slope=slope, material=there * layout.material * slant)


def _inside(margin: Float[Array, "*shape"], width: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
    """The part of a band of half-width `width` that lies within an edge `margin` away, as a smooth step."""
    part = jnp.clip(0.5 + 0.5 * margin / jnp.where(width > 0, width, 1.0), 0.0, 1.0)
    return jnp.where(width > 0, part**2 * (3.0 - 2.0 * part), (margin >= 0).astype(margin.dtype))
