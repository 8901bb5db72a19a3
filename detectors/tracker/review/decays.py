"""Decays in flight: which part of the K0S and Lambda leaves enough hits behind to be found."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.design.variables import Number
from designopt.detectors.tracker.layout.surfaces import Layout
from designopt.detectors.tracker.resolution.crossing import Tracks, crossing
from designopt.units import GeV, mm

LEFT = 4
"""Hits that both daughters leave behind the decay: two for a direction in space, two for curvature and a check."""


class Flying(NamedTuple):
    """A neutral particle: mass (GeV) and mean life times c (mm)."""

    mass: float
    life: float


PARTICLES = {"K0S": Flying(0.497611 * GeV, 26.844 * mm), "Lambda": Flying(1.115683 * GeV, 78.9 * mm)}
"""PDG 2024."""
MOMENTA = (2.0, 5.0, 10.0)
STRAIGHT = 1e6  # GeV: neutral particles do not bend


def acceptances(layout: Layout, cosines: Float[Array, " angle"], field: Number, edge: float) -> Float[Array, " kind"]:
    r"""Part of the K0S at 2, 5, 10 GeV, then of the Lambda, that decays with at least `LEFT` hits to come.

    Decay lengths are exponential with the mean $\beta\gamma c\tau = (p/m)\,c\tau$ from the vertex outwards, directions
    flat in `cosines`; the daughters go on along the flight, each through every sensor behind the decay. With sensors
    at the distances $d_1 < d_2 < \dots$ and $c_k$ hits from the k-th on,
    $A = \sum_k (e^{-d_{k-1}/\lambda} - e^{-d_k/\lambda})\,\min(\max(c_k - 3, 0), 1)$.
    Opening angles, curling daughters and the size of the fit's window are left out: an upper bound, the same for all
    layouts. `edge` (mm) blurs the ends of layers (`crossing.crossing`).

    Args:
        layout: surfaces, mm.
        cosines: of the polar angles.
        field: T.
        edge: mm.
    """
    tracks = Tracks(
        pt=jnp.full_like(cosines, STRAIGHT), cot=cosines / jnp.sqrt(1 - cosines**2), vertex=jnp.zeros_like(cosines)
    )
    life = jnp.asarray([p / kind.mass * kind.life for kind in PARTICLES.values() for p in MOMENTA])

    def one(track: Tracks) -> Float[Array, " kind"]:
        met = crossing(layout, track, field, edge)
        order = jnp.argsort(jax.lax.stop_gradient(met.path))
        distance = met.path[order] / track.sine
        hits = (met.there * layout.measures)[order]
        left = jnp.cumsum(hits[::-1])[::-1]
        surviving = jnp.exp(-distance / life[:, None])
        before = jnp.concatenate([jnp.ones((life.size, 1)), surviving[:, :-1]], axis=1)
        return (before - surviving) @ jnp.clip(left - (LEFT - 1), 0.0, 1.0)

    return jnp.mean(jax.vmap(one)(tracks), axis=0)


def kinds() -> list[str]:
    """What the acceptances are of, in their order: "K0S 2 GeV" and so on."""
    return [f"{name} {p:g} GeV" for name in PARTICLES for p in MOMENTA]
