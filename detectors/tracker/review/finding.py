"""Finding tracks from inside out: how often a layer offers a wrong hit in a jet, and how many hits count."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.design.variables import Number
from designopt.detectors.tracker.layout.surfaces import Layout
from designopt.detectors.tracker.resolution.covariance import noise, weight
from designopt.detectors.tracker.resolution.crossing import Tracks
from designopt.detectors.tracker.resolution.hits import fake_probability
from designopt.detectors.tracker.resolution.track_parameters import flight_of
from designopt.units import mm

SPREAD = 15 * mm
CROWD = 160.0
"""Particles per steradian in the core of a jet: five within 0.1 rad of its axis, $5/(\\pi\\,0.1^2)$."""
Columns = Float[Array, "track surface"]
SEED = 3
"""Hits that begin a track: what they are taken from is another question, the fourth is looked for in a window."""


def inside_out_windows(layout: Layout, tracks: Tracks, field: Number, edge: float) -> tuple[Columns, Columns, Columns]:
    r"""Area $\sigma_\phi\sigma_z$ (mm2) in which each hit is looked for with those before it; their number; the hits.

    The covariance of all hits, prior knowledge of the track included, is $LL^T$ with the hits in the order of the path
    (Cholesky): $L_{kk}^2$ is the variance of hit k when those before it are known, its own error included. beta = 1,
    `FIXED` logarithm, the two planes apart. In the order of the layout.
    """

    def one(track: Tracks) -> tuple[Array, Array, Array]:
        flight = flight_of(layout, track, field, edge)
        way, turns, curvature = flight.ways, flight.turns, flight.curvature
        order = jnp.argsort(jax.lax.stop_gradient(way.path))
        back = jnp.argsort(order)
        way = jax.tree.map(lambda values: values[order], way)
        ahead = jnp.maximum(way.path[:, None] - way.path[None, :], 0.0)
        plane = jnp.stack([way.cosine, way.lever, way.bulge], axis=1)
        line = jnp.stack([jnp.ones_like(way.path), way.path], axis=1)
        across = _surprise(plane, way.across, jnp.sin(curvature * ahead) / curvature, way.kick, flight.known[:3])
        along = _surprise(line, way.along, ahead, way.kick * turns.rising**2, flight.known[3:])
        hits = flight.met.there * layout.measures
        before = (jnp.cumsum(hits[order]) - hits[order])[back]
        slope = jnp.where(jnp.arange(hits.size) < layout.barrels, 1.0, flight.met.slope)
        return across[back] * flight.across * along[back] * flight.along / slope, before, hits

    return jax.vmap(one)(tracks)


def _surprise(design: Array, information: Array, levers: Array, kicks: Array, prior: Array) -> Float[Array, " hit"]:
    weights = weight(information, 1.0)
    known = weights[:, None] * design * prior
    return jnp.diagonal(jnp.linalg.cholesky(noise(weights, levers, kicks) + known @ known.T))


def wrong_hits(
    layout: Layout, tracks: Tracks, field: Number, crowd: float, efficiency: float, edge: float
) -> Float[Array, " track"]:
    r"""$-\ln$ of the probability that no layer after the seed offers a wrong hit, by track.

    Local density of hits in the core of a jet: $\rho = n_\Omega/d^2$ with `crowd` $n_\Omega$ particles a steradian and
    the distance d from the vertex; on a layer that the track meets under an angle it is smaller, which is left out.
    The window is that of `inside_out_windows`, the probability that of `hits.fake_probability`. Layers after which
    fewer than `SEED` hits are known count in part.

    Args:
        layout: surfaces, mm.
        tracks: pt in GeV, cot(theta), z of the vertex in mm.
        field: T.
        crowd: per steradian.
        efficiency: of a sensor, 0 to 1.
        edge: mm over which the ends of surfaces are blurred.
    """
    window, before, hits = inside_out_windows(layout, tracks, field, edge)
    distance = jnp.concatenate([layout.radius, layout.z])[None, :] * jnp.ones_like(window)
    across = jnp.arange(layout.measures.size) < layout.barrels
    cosine = tracks.cot * tracks.sine
    distance = jnp.where(across, distance / tracks.sine[:, None], distance / jnp.maximum(cosine, 0.05)[:, None])
    wrong = fake_probability(crowd / distance**2, window, jnp.full(layout.measures.size, efficiency))
    counts = hits * jnp.clip(before - (SEED - 1), 0.0, 1.0)
    return -jnp.sum(counts * jnp.log1p(-jnp.minimum(wrong, 0.999)), axis=1)


def counted_hits(
    distance: Float[Array, " surface"], hits: Float[Array, " surface"], spread: float | None
) -> Float[Array, ""]:
    r"""Hits of one track that count: $\frac1D\left|\bigcup_k [d_k, d_k + D)\right|$, the length that they cover.

    Hits at the distances d (mm) along the track that are at least the spread D apart count one each; n of them within
    a length l count $1 + l/D$ at most. With hits that are there by a part it is the expected length. None counts all.

    Args:
        distance: mm along the track.
        hits: how many each surface gives.
        spread: D, mm.
    """
    if spread is None:
        return jnp.sum(hits)
    order = jnp.argsort(jax.lax.stop_gradient(distance))
    place, gate = distance[order], hits[order]
    ends = jnp.concatenate([place, jnp.full(1, place[-1] + spread)])
    reach = jnp.clip(ends[None, :] - place[:, None], 0.0, spread)
    covered = jnp.maximum(jnp.diff(reach, axis=1), 0.0)
    index = jnp.arange(place.size)
    # Nothing lies nearer in front of the piece after j than hit k: those from k + 1 to j are absent.
    absent = jnp.where(index[None, :] > index[:, None], 1.0 - gate[None, :], 1.0)
    free = jnp.cumprod(absent, axis=1)
    return jnp.sum(gate[:, None] * covered * free * (index[None, :] >= index[:, None])) / spread
