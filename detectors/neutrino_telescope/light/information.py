"""Fisher information of photon counts and arrival times, resolutions from it, and the probability of a trigger."""

from collections.abc import Callable
from dataclasses import dataclass

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.detectors.neutrino_telescope.light.emission import Light, cascade_light, track_light
from designopt.detectors.neutrino_telescope.light.media import Medium

PARAMETERS = ("x", "y", "z", "theta", "phi sin(theta)", "t", "log10 E")
PRIOR = (500.0, 500.0, 500.0, 1.0, 1.0, 5000.0, 1.0)
"""Weak knowledge before any light (assumed): m, rad, ns, decades. No error is ever larger."""
TRACK_FLOOR = 0.22
"""Error of log10 E of a track from the fluctuations of its losses: IceCube, arXiv 1311.4767 (recalled)."""
TINY = 1e-12
"""Relative to its diagonal, added to the matrix before it is inverted: keeps 7 parameters seen by one module finite."""


class Events(eqx.Module):
    """Events of one kind: vertex in m with z up from the surface, direction of travel in rad, log10 of GeV."""

    vertex: Float[Array, "event 3"]
    theta: Float[Array, " event"]
    phi: Float[Array, " event"]
    log_energy: Float[Array, " event"]


class Event(eqx.Module):
    """One event, as in `Events`."""

    vertex: Float[Array, " 3"]
    theta: Float[Array, ""]
    phi: Float[Array, ""]
    log_energy: Float[Array, ""]


@dataclass(frozen=True)
class Kind:
    """A kind of event: its light, and the error of log10 E, in decades, below which no array gets."""

    name: str
    light: Callable[..., Light]
    floor: float


CASCADE, TRACK = Kind("cascade", cascade_light, 0.0), Kind("track", track_light, TRACK_FLOOR)
KINDS = {kind.name: kind for kind in (CASCADE, TRACK)}


class Measured(eqx.Module):
    """Of every event: errors of angle (rad), log10 energy, vertex (m), probability of a trigger, photons in all."""

    angle: Float[Array, " event"]
    log_energy: Float[Array, " event"]
    position: Float[Array, " event"]
    trigger: Float[Array, " event"]
    photons: Float[Array, " event"]


def direction_of(theta: Float[Array, ""], phi: Float[Array, ""]) -> Float[Array, "3 3"]:
    """Unit vectors of growing theta, of growing phi, and along the direction, rows; defined at the poles, too.

    Args:
        theta: rad from the vertical upwards.
        phi: rad from x to y.
    """
    st, ct, sp, cp = jnp.sin(theta), jnp.cos(theta), jnp.sin(phi), jnp.cos(phi)
    zero = jnp.zeros_like(st)
    return jnp.stack(
        [jnp.stack([ct * cp, ct * sp, -st]), jnp.stack([-sp, cp, zero]), jnp.stack([st * cp, st * sp, ct])]
    )


def light_of(
    modules: Float[Array, "module 3"], kind: Kind, event: Event, shift: Float[Array, " 7"], medium: Medium
) -> Light:
    """Light of one event whose parameters are shifted by `shift`: m, rad, ns, decades, in the order of `PARAMETERS`.

    Args:
        modules: places in m.
        kind: cascade or track.
        event: the event.
        shift: of the vertex, of the direction along growing theta and phi, of the time and of log10 E.
        medium: lengths in m.
    """
    one, other, straight = direction_of(event.theta, event.phi)
    root = jnp.sqrt(1.0 + shift[3] ** 2 + shift[4] ** 2)
    direction = (straight + shift[3] * one + shift[4] * other) / root
    turned = ((each - (each @ direction) * direction) / root for each in (one, other))
    frame = jnp.stack([*turned, direction])
    return kind.light(modules, event.vertex + shift[:3], frame, shift[5], event.log_energy + shift[6], medium)


def fisher_information(
    modules: Float[Array, "module 3"], share: Float[Array, " module"], kind: Kind, event: Event, medium: Medium
) -> tuple[Float[Array, "7 7"], Light]:
    r"""Fisher information of one event's light in the seven `PARAMETERS`.

    $F = \sum_i w_i\lambda_i[\nabla\ln\lambda\nabla\ln\lambda^T + \nabla t\nabla t^T/\sigma^2
    + 2\nabla\ln\sigma\nabla\ln\sigma^T]$

    Poisson counts, and of every photon a time that is Gaussian around $t_i$ with $\sigma_i$: exact for that model. No
    dark noise, no saturation. The fifth parameter is $\sin\theta\,\phi$, so that $\mathrm{var}_\theta + \sin^2\theta\,
    \mathrm{var}_\phi$ is the sum of two diagonal elements of the inverse, and nothing is singular at the poles.

    Args:
        modules: places in m.
        share: w, how much of each module is there, 0 to 1.
        kind: cascade or track.
        event: the event.
        medium: lengths in m.

    Returns the information in 1/m2, 1/rad2, 1/ns2 and 1/decade2, without the prior, and the light.
    """

    light = light_of(modules, kind, event, jnp.zeros(7), medium)
    photons = share * jnp.exp(light.log_photons)
    weights = jnp.stack([photons, photons / light.spread**2, 2.0 * photons])
    return jnp.einsum("kma,km,kmb->ab", light.slopes, weights, light.slopes), light


def covariance(information: Float[Array, "7 7"]) -> Float[Array, "7 7"]:
    """Inverse of the information with the prior added: m2, rad2, ns2, decades2.

    Args:
        information: without the prior.
    """
    whole = information + jnp.diag(jnp.asarray(PRIOR) ** -2)
    scale = jnp.sqrt(jnp.diag(whole))
    factor = jnp.linalg.cholesky(whole / jnp.outer(scale, scale) + TINY * jnp.eye(7))
    root = jax.scipy.linalg.solve_triangular(factor, jnp.diag(1.0 / scale), lower=True)
    return root.T @ root


def trigger_probability(hit: Float[Array, "..."], needed: int) -> Float[Array, "..."]:
    r"""$P(\mathrm{Poisson}(S) \ge k) = 1 - e^{-S}\sum_{j<k} S^j/j!$ for k `needed` modules; smooth.

    S = `hit` is the expected number of modules with at least one photon, $\sum_i w_i(1-e^{-\lambda_i})$. The number of
    hit modules is spread less than Poisson's, since some are hit for certain: the step is softer than the true one.

    Args:
        hit: S, a number.
        needed: k.
    """
    series = jnp.ones_like(hit)
    for j in range(needed - 1, 0, -1):
        series = 1.0 + series * hit / j
    return 1.0 - jnp.exp(-hit) * series


def measure(
    modules: Float[Array, "module 3"],
    share: Float[Array, " module"],
    kind: Kind,
    events: Events,
    medium: Medium,
    needed: int,
) -> Measured:
    """What an array of modules measures of every event; large arrays take events in turn, for the sake of memory.

    Args:
        modules: places in m.
        share: how much of each module is there, 0 to 1.
        kind: cascade or track.
        events: the events.
        medium: lengths in m.
        needed: modules of a trigger.
    """

    def one(event: Events) -> tuple[Array, ...]:
        at = Event(event.vertex, event.theta, event.phi, event.log_energy)
        information, light = fisher_information(modules, share, kind, at, medium)
        variance = jnp.diag(covariance(information))
        photons = jnp.exp(light.log_photons)
        return (
            jnp.sqrt(variance[3] + variance[4]),
            jnp.sqrt(variance[6] + kind.floor**2),
            jnp.sqrt(jnp.sum(variance[:3])),
            trigger_probability(jnp.sum(share * -jnp.expm1(-photons)), needed),
            jnp.sum(share * photons),
        )

    count = events.theta.shape[0]
    if count * modules.shape[0] <= CHUNK:
        return Measured(*jax.vmap(one)(events))
    return Measured(*jax.lax.map(jax.checkpoint(one), events, batch_size=max(1, CHUNK // modules.shape[0])))


CHUNK = 100_000
"""Modules times events that are in memory at a time."""
