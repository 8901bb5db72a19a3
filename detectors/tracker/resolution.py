"""The five track parameters: how well a layout measures them at any momentum and angle."""

from typing import Literal

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.design.variables import Number
from designopt.units import m, um
from detectors.tracker.covariance import fitted_errors, surprises, weight
from detectors.tracker.crossing import SHARP, STRAIGHT, Crossing, Edge, Tracks, crossing, half_curvature
from detectors.tracker.layout import Layout
from detectors.tracker.scattering import FIXED, kick, velocity

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
    edge: Edge = SHARP,
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
    fit = eqx.Partial(
        _one, layout, field=field, mass=mass, logarithm=logarithm, edge=edge, prior=prior, parabola=parabola
    )
    flat = jax.tree.map(jnp.ravel, tracks)
    found = jax.vmap(fit)(flat)
    return jax.tree.map(lambda values: values.reshape(tracks.pt.shape), found)


def windows(layout: Layout, tracks: Tracks, field: Number, edge: Edge = SHARP) -> Float[Array, "track surface"]:
    r"""Area $\sigma_\phi\sigma_z$ in mm2 in which a fit of all other hits expects each hit, its own error included.

    Of the part of the surface the track crosses; where it crosses nothing the value has no meaning. beta = 1, `FIXED`
    logarithm, `PRIOR_LENGTH` and `PRIOR_ANGLE` as knowledge from elsewhere.
    """

    def one(track: Tracks) -> Float[Array, " surface"]:
        problem = _problem(layout, track, field, 0.0, FIXED, edge, False)
        across, along = (
            surprises(*problem.transverse, problem.known),
            surprises(*problem.longitudinal, problem.known[:2]),
        )
        # Along a disk the error of r is that of z over cot(theta).
        slope = jnp.where(jnp.arange(problem.across.size) < layout.barrels, 1.0, problem.met.slope)
        return across * problem.across * along * problem.along / slope

    return jax.vmap(one)(tracks)


class _Problem(eqx.Module):
    """The two linear fits of one track: arguments of `covariance.root_covariance`, in metres and `UNIT`."""

    met: Crossing
    across: Float[Array, " surface"]
    along: Float[Array, " surface"]
    transverse: tuple[Array, Array, Array, Array]
    longitudinal: tuple[Array, Array, Array, Array]
    curling: Float[Array, "surface surface"]
    known: Float[Array, " 3"]
    curvature: Float[Array, ""]


def _problem(
    layout: Layout,
    track: Tracks,
    field: Number,
    mass: Number,
    logarithm: Number | Literal["total"] | None,
    edge: Edge,
    parabola: bool,
) -> _Problem:
    met = crossing(layout, track, field, edge, parabola)
    curvature = 2 * half_curvature(track.pt, field) * m
    bend = 0.5 * curvature * (STRAIGHT if parabola else 1.0)
    inside = jnp.maximum(jnp.sum(met.material), 1e-9) if isinstance(logarithm, str) else logarithm
    angle2 = kick(met.material, track.momentum, velocity(track.momentum, mass), inside)
    # The track's angle in the transverse plane turns by the polar kick over sin(theta).
    transverse = angle2 / track.sine**2 * (m / UNIT) ** 2
    s = met.path / m
    ahead = jnp.maximum(s[:, None] - s[None, :], 0.0)
    across, along = _hit_errors(layout, met)
    rphi, rz = met.there * layout.measures_rphi, met.there * layout.measures_along
    # (1 - cos 2 psi) / 4 C^2 as a square of sines: no cancellation on a stiff track.
    bulge = 0.5 * (jnp.sin(met.turn) / bend) ** 2
    plane = jnp.stack([jnp.cos(2 * met.turn), jnp.sin(2 * met.turn) / (2 * bend), bulge], axis=1)
    line = jnp.stack([jnp.ones_like(s), s], axis=1)
    # A polar kick leaves p and changes pT: the curvature from there on turns by cos(theta) times the kick's own lever.
    curling = track.cot * track.sine * (1.0 - jnp.cos(2 * bend * ahead)) / (2 * bend)
    return _Problem(
        met=met,
        across=across,
        along=along,
        transverse=(plane, weight(rphi, across / UNIT), jnp.sin(2 * bend * ahead) / (2 * bend), transverse),
        longitudinal=(line, weight(rz, along / UNIT), ahead, transverse / track.sine**2),
        curling=curling,
        known=jnp.asarray([PRIOR_LENGTH / UNIT, PRIOR_ANGLE * m / UNIT, PRIOR_ANGLE * curvature * m / UNIT]),
        curvature=curvature,
    )


def _joined(problem: _Problem, track: Tracks) -> tuple[Array, Array, Array, Array]:
    """Both planes as one fit of five parameters: the polar kicks act in both."""
    plane, across, turned, kicks = problem.transverse
    line, along, ahead, _ = problem.longitudinal
    design = jnp.block([[plane, jnp.zeros_like(line)], [jnp.zeros_like(plane), line]])
    levers = jnp.block([[turned, problem.curling], [jnp.zeros_like(turned), ahead / track.sine]])
    return design, jnp.concatenate([across, along]), levers, jnp.tile(kicks, 2)


def _one(
    layout: Layout,
    track: Tracks,
    field: Number,
    mass: Number,
    logarithm: Number | Literal["total"] | None,
    edge: Edge,
    prior: bool,
    parabola: bool,
) -> Resolution:
    problem = _problem(layout, track, field, mass, logarithm, edge, parabola)
    known, met = problem.known, problem.met
    known = known if prior else jnp.full_like(known, jnp.inf)
    if parabola:
        d0, phi, rho = fitted_errors(*problem.transverse, known)
        z0, cot = fitted_errors(*problem.longitudinal, known[:2])
    else:
        d0, phi, rho, z0, cot = fitted_errors(*_joined(problem, track), jnp.concatenate([known, known[:2]]))
    return Resolution(
        pt=rho * (UNIT / m) / problem.curvature,
        d0=d0 * UNIT,
        z0=z0 * UNIT,
        phi=phi * (UNIT / m),
        cot=cot * (UNIT / m),
        hits=jnp.sum(met.there * layout.measures),
        hits_rphi=jnp.sum(met.there * layout.measures_rphi),
        hits_along=jnp.sum(met.there * layout.measures_along),
        material=jnp.sum(met.material),
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
