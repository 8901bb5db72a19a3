"""The five track parameters: how well a layout measures them at any momentum and angle."""

from functools import partial
from typing import Literal

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.design.variables import Number
from designopt.detectors.tracker.layout.surfaces import Layout
from designopt.detectors.tracker.resolution.covariance import surprises, weight
from designopt.detectors.tracker.resolution.crossing import STRAIGHT, Crossing, Tracks, crossing, half_curvature
from designopt.detectors.tracker.resolution.information import Turns, Ways, filtered_errors, in_order
from designopt.detectors.tracker.resolution.losses import errors_and_losses
from designopt.detectors.tracker.resolution.scattering import FIXED, kick, velocity
from designopt.units import m, um

UNIT = 10 * um
"""Hits are counted in 10 um and paths in metres, which keeps every number of the fit near one."""

PRIOR_LENGTH = 50.0  # mm
PRIOR_ANGLE = 1.0  # rad, and the relative error of the curvature
"""What is known of a track that hits nothing: it comes from the beam pipe, roughly from where it points."""


class Resolution(eqx.Module):
    """Standard deviations of the track parameters, and what the track met. Lengths in mm, angles in rad."""

    pt: Float[Array, "*shape"]
    d0: Float[Array, "*shape"]
    z0: Float[Array, "*shape"]
    phi: Float[Array, "*shape"]
    cot: Float[Array, "*shape"]
    hits: Float[Array, "*shape"]
    hits_rphi: Float[Array, "*shape"]
    hits_along: Float[Array, "*shape"]
    material: Float[Array, "*shape"]


def resolution(
    layout: Layout,
    tracks: Tracks,
    field: Number,
    mass: Number = 0.0,
    logarithm: Number | Literal["total"] | None = FIXED,
    prior: bool = False,
    parabola: bool = False,
) -> Resolution:
    r"""Resolutions of `tracks` (any shape): linear fit with the full covariance of correlated scattering.

    Transverse plane, parameters $(d_0, \phi_0, \rho)$; the displacement across the track at the arc length s, with the
    half turn $\psi = s/2R$, is $d_0\cos 2\psi + \phi_0 R\sin 2\psi + \rho R^2(1-\cos 2\psi)$, a kick at $s_k$ moves
    it by $R\sin((s-s_k)/R)$: the exact linearised helix. `parabola` takes the limit of small angles, as published
    resolution tools do: up to 6 % pessimistic in pT where $r/2R$ exceeds 0.5. Longitudinal, $(z_0,\cot\theta)$:
    $z_0 + s\cot\theta$, kicks larger by $1/\sin\theta$. Hits: across the track a barrel measures with
    $\sigma_{r\phi}\cos\psi$, a disk with $\sigma_{r\phi}\cos\psi \oplus \sigma_r\sin\psi$; along it a disk with
    $\cot\theta\,(\sigma_r\cos\psi \oplus \sigma_{r\phi}\sin\psi)$.
    On a helix a polar kick also changes the curvature from there on, a displacement of
    $\cos\theta\,R(1-\cos((s-s_k)/R))$ for a kick of $\sin\theta$, and both planes are one fit; parabolas are two.
    $\sigma(p_T)/p_T = \sigma_\rho/\rho$. Neglected: energy loss, what else couples the planes, field gradients.
    `mass` 0 means beta = 1. `logarithm`: see `scattering.kick`; "total" is all that the track
    meets. `prior` adds the weak knowledge of `PRIOR_LENGTH` and `PRIOR_ANGLE`, so that a
    track with too few hits has a finite error; without it such a track gives values that are not finite.
    """
    flight, ways, _ = _flights(layout, tracks, field, mass, logarithm, parabola)
    known = flight.known.T if prior else jnp.full_like(flight.known.T, jnp.inf)
    found = _resolution(layout, flight, filtered_errors(ways, flight.turns, known))
    return jax.tree.map(lambda values: values.reshape(tracks.pt.shape), found)


def resolution_and_losses(
    layout: Layout, tracks: Tracks, field: Number, edge: float = 0.0
) -> tuple[Resolution, Float[Array, "3 *shape surface"]]:
    r"""Resolutions as above, beta = 1, `FIXED` logarithm, with prior; and what the loss of each surface's hit does.

    The second is $\ln(\sigma_{without}/\sigma)$ of pT, d0 and z0, in the order of the layout's surfaces: 0 for what the
    track does not reach, or what does not measure; material stays where it is (`losses.errors_and_losses`). `edge`
    (mm) blurs the ends of surfaces (`crossing.crossing`).

    Args:
        layout: surfaces, mm.
        tracks: pt in GeV, cot(theta), z of the vertex in mm.
        field: T.
        edge: mm.
    """
    flight, ways, order = _flights(layout, tracks, field, 0.0, FIXED, False, edge)
    errors, grown = errors_and_losses(ways, flight.turns, flight.known.T)
    back = jnp.argsort(order, axis=1)
    logs = 0.5 * jnp.log1p(jnp.stack([jnp.take_along_axis(values.T, back, axis=1) for values in grown]))
    found = jax.tree.map(lambda values: values.reshape(tracks.pt.shape), _resolution(layout, flight, errors))
    return found, logs[jnp.asarray([1, 0, 2])].reshape(3, *tracks.pt.shape, -1)


def flight_of(layout: Layout, track: Tracks, field: Number, edge: float = 0.0) -> "_Flight":
    """One track (shape ()) at every surface in the order of the layout, on its exact helix with beta = 1."""
    return _flight(layout, track, field, 0.0, FIXED, False, edge)


def _flights(
    layout: Layout,
    tracks: Tracks,
    field: Number,
    mass: Number,
    logarithm: Number | Literal["total"] | None,
    parabola: bool,
    edge: float = 0.0,
) -> tuple["_Flight", Ways, Array]:
    """Every track at every surface; the same in the order of its path; and that order (track, surface)."""
    flat = jax.tree.map(jnp.ravel, tracks)
    one = partial(_flight, layout, field=field, mass=mass, logarithm=logarithm, parabola=parabola, edge=edge)
    flight = jax.vmap(one)(flat)
    order = jnp.argsort(jax.lax.stop_gradient(flight.ways.path), axis=1)
    return flight, jax.tree.map(lambda values: in_order(values, order).T, flight.ways), order


def _resolution(layout: Layout, flight: "_Flight", errors: Float[Array, "5 track"]) -> Resolution:
    (d0, phi, rho, z0, cot), met = errors, flight.met
    return Resolution(
        pt=rho * (UNIT / m) / flight.curvature,
        d0=d0 * UNIT,
        z0=z0 * UNIT,
        phi=phi * (UNIT / m),
        cot=cot * (UNIT / m),
        hits=met.there @ layout.measures,
        hits_rphi=met.there @ layout.measures_rphi,
        hits_along=met.there @ layout.measures_along,
        material=jnp.sum(met.material, axis=1),
    )


def windows(layout: Layout, tracks: Tracks, field: Number, edge: float) -> Float[Array, "track surface"]:
    r"""Area $\sigma_\phi\sigma_z$ in mm2 in which a fit of all other hits expects each hit, its own error included.

    Of the part of the surface the track crosses; where it crosses nothing the value has no meaning. beta = 1, `FIXED`
    logarithm, `PRIOR_LENGTH` and `PRIOR_ANGLE` as knowledge from elsewhere; the two planes apart.

    Args:
        layout: surfaces, mm.
        tracks: pt in GeV, cot(theta), z of the vertex in mm.
        field: T.
        edge: mm over which the ends of surfaces are blurred.
    """

    def one(track: Tracks) -> Float[Array, " surface"]:
        flight = flight_of(layout, track, field, edge)
        way, curvature = flight.ways, flight.curvature
        ahead = jnp.maximum(way.path[:, None] - way.path[None, :], 0.0)
        plane = jnp.stack([way.cosine, way.lever, way.bulge], axis=1)
        line = jnp.stack([jnp.ones_like(way.path), way.path], axis=1)
        turned = jnp.sin(curvature * ahead) / curvature
        rising = way.kick * flight.turns.rising**2
        across = surprises(plane, weight(way.across, 1.0), turned, way.kick, flight.known[:3])
        along = surprises(line, weight(way.along, 1.0), ahead, rising, flight.known[3:])
        # Along a disk the error of r is that of z over cot(theta).
        slope = jnp.where(jnp.arange(across.size) < layout.barrels, 1.0, flight.met.slope)
        return across * flight.across * along * flight.along / slope

    return jax.vmap(one)(tracks)


class _Flight(eqx.Module):
    """One track at every surface, in the order of the layout; what the fit needs in metres and `UNIT`.

    `across` and `along` are the errors of a hit in mm, `known` the standard deviations of a rough knowledge.
    """

    met: Crossing
    across: Float[Array, " surface"]
    along: Float[Array, " surface"]
    ways: Ways
    turns: Turns
    known: Float[Array, " 5"]
    curvature: Float[Array, ""]


def _flight(
    layout: Layout,
    track: Tracks,
    field: Number,
    mass: Number,
    logarithm: Number | Literal["total"] | None,
    parabola: bool,
    edge: float = 0.0,
) -> _Flight:
    met = crossing(layout, track, field, edge, parabola)
    curvature = 2 * half_curvature(track.pt, field) * m
    bend = 0.5 * curvature * (STRAIGHT if parabola else 1.0)
    inside = jnp.maximum(jnp.sum(met.material), 1e-9) if isinstance(logarithm, str) else logarithm
    angle2 = kick(met.material, track.momentum, velocity(track.momentum, mass), inside)
    across, along = _hit_errors(layout, met)
    ways = Ways(
        path=met.path / m,
        cosine=jnp.cos(2 * met.turn),
        lever=jnp.sin(2 * met.turn) / (2 * bend),
        # (1 - cos 2 psi) / omega^2 as a square of sines: no cancellation on a stiff track.
        bulge=0.5 * (jnp.sin(met.turn) / bend) ** 2,
        across=met.there * layout.measures_rphi * (UNIT / across) ** 2,
        along=met.there * layout.measures_along * (UNIT / along) ** 2,
        # The track's angle in the transverse plane turns by the polar kick over sin(theta).
        kick=angle2 / track.sine**2 * (m / UNIT) ** 2,
    )
    # A polar kick leaves p and changes pT, and so the curvature; in the limit of small angles that is left out.
    curling = jnp.zeros(()) if parabola else track.cot * track.sine * curvature
    length, angle = PRIOR_LENGTH / UNIT, PRIOR_ANGLE * m / UNIT
    return _Flight(
        met=met,
        across=across,
        along=along,
        ways=ways,
        turns=Turns(curling=curling, rising=1.0 / track.sine),
        known=jnp.asarray([length, angle, angle * curvature, length, angle]),
        curvature=curvature,
    )


def _hit_errors(layout: Layout, met: Crossing) -> tuple[Float[Array, " surface"], Float[Array, " surface"]]:
    """Errors of a hit in mm: across the track in the transverse plane, and of its z for the longitudinal line."""
    count = layout.barrels
    cosine, sine = jnp.cos(met.turn), jnp.sin(met.turn)
    rphi, along = layout.sigma_rphi, layout.sigma_along
    tilted = jnp.sqrt((rphi * cosine) ** 2 + (along * sine) ** 2)
    radial = jnp.sqrt((along * cosine) ** 2 + (rphi * sine) ** 2) * met.slope
    across = jnp.concatenate([(rphi * cosine)[:count], tilted[count:]])
    return across, jnp.concatenate([along[:count], radial[count:]])
