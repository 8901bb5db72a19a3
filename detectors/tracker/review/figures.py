"""The figures that requirements compare: errors over hit patterns, losses of a layer, decays, hits, wrong hits."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.design.variables import Number
from designopt.detectors.tracker.detector import NEARLY
from designopt.detectors.tracker.layout.surfaces import Layout
from designopt.detectors.tracker.resolution.crossing import Tracks, crossing
from designopt.detectors.tracker.resolution.track_parameters import Resolution, resolution_and_losses
from designopt.detectors.tracker.review.decays import acceptances
from designopt.detectors.tracker.review.finding import counted_hits, wrong_hits
from designopt.detectors.tracker.review.patterns import over_patterns

DIRECTIONS = 12
"""Of the limits on errors, losses and decays in a search: equal steps of cos(theta), ends included."""
FINE = 133
"""The same for what is built, every twelfth one of the twelve: between two of twelve a search hid errors 1.8 times the
site's own, and between two of 45 losses that were 1.2 and errors that were 1.8 times what is allowed."""
COUNTING = 24
FINDING = 6
SLOW = 1.0
"""pT (GeV) of the tracks whose hits are counted and looked for, and from which on losses are limited."""


class Figures(eqx.Module):
    r"""What limits compare: mean errors of pT, d0, z0 over hit patterns, losses, and acceptances of decays.

    `losses` is $\ln(\sigma_{without}/\sigma)$ by surface; `acceptance` as `decays.kinds` has it.
    """

    errors: Float[Array, "3 momentum angle"]
    losses: Float[Array, "3 momentum angle surface"]
    acceptance: Float[Array, " kind"]


class SiteFigures(eqx.Module):
    """Mean errors of pT, d0, z0 and acceptances of decays, as `Figures` has them."""

    errors: Float[Array, "3 momentum angle"]
    acceptance: Float[Array, " kind"]


def errors_over_patterns(
    found: Resolution, losses: Float[Array, "3 *shape surface"], inefficiency: Number
) -> Float[Array, "3 *shape"]:
    """Errors of pT, d0, z0 as means over hit patterns.

    Args:
        found: errors of pT (relative), d0 and z0 (mm) with all hits.
        losses: logarithm of the error without each hit over that with it.
        inefficiency: probability that a surface gives no hit, 0 to 1.
    """
    return over_patterns(jnp.stack([found.pt, found.d0, found.z0]), losses, inefficiency)


def figures_of(
    layout: Layout,
    momenta: tuple[float, ...],
    cosine: float,
    field: Number,
    inefficiency: float,
    count: int = FINE,
) -> Figures:
    """The figures of a layout at pT `momenta` (GeV), `count` directions up to |cos(theta)| = `cosine`; `field` in T.

    Ends of layers are blurred by `NEARLY`, so that limits have slopes.
    """
    directions, shape = jnp.linspace(0.0, cosine, count), (len(momenta), count)
    slope = jnp.broadcast_to(directions / jnp.sqrt(1 - directions**2), shape)
    tracks = Tracks(jnp.broadcast_to(jnp.asarray(momenta)[:, None], shape), slope, jnp.zeros(shape))
    found, losses = resolution_and_losses(layout, tracks, field, NEARLY)
    return Figures(
        errors=errors_over_patterns(found, losses, inefficiency),
        losses=losses,
        acceptance=acceptances(layout, directions, field, NEARLY),
    )


def losses_of(
    figures: Figures, momenta: tuple[float, ...], slow: bool = False
) -> Float[Array, "2 momentum angle surface"]:
    """Losses of pT and d0 from `SLOW` on, or below it: of tracks that curl up before the outer layers, so that each hit
    counts more. Those of z0 are not limited: at the rim it rests on the first disk, and CLD itself loses a factor of
    3.6 with it. `evaluate` shows them.

    Args:
        figures: errors and losses of the layout.
        momenta: p_T, GeV.
        slow: which of them.
    """
    return figures.losses[:2, np.flatnonzero((np.asarray(momenta) < SLOW) == slow)]


def z0_above(own: Figures, other: "SiteFigures", momenta: tuple[float, ...]) -> Float[Array, ""]:
    """Mean logarithm of sigma(z0) over the site's own, from `SLOW` on, over momenta and directions.

    Args:
        own, other: errors of the layout and of the site's own tracker.
        momenta: p_T, GeV.
    """
    rows = np.flatnonzero(np.asarray(momenta) >= SLOW)
    return jnp.mean(jnp.log(own.errors[2, rows] / other.errors[2, rows]))


def least_opening(layout: Layout) -> float:
    """The least opening of a measuring disk over its z, without unit; 1 where there is none.

    Args:
        layout: surfaces, mm.
    """
    there = np.asarray(layout.measures[layout.barrels :]) > 0
    return float(np.min(np.asarray(layout.inner / layout.z)[there], initial=1.0))


def slow_tracks(count: int, cosine: float) -> Tracks:
    """Tracks of `SLOW` in `count` directions up to |cos(theta)| = `cosine`."""
    directions = jnp.linspace(0.0, cosine, count)
    return Tracks(jnp.full_like(directions, SLOW), directions / jnp.sqrt(1 - directions**2), jnp.zeros_like(directions))


def hits_of(layout: Layout, cosine: float, field: Number, spread: float | None) -> Float[Array, " angle"]:
    """Hits that count, in `COUNTING` directions; `spread` as in `finding.counted_hits`.

    Args:
        layout: surfaces, mm.
        cosine: the largest |cos(theta)|.
        field: T.
        spread: D, mm; None counts all.
    """

    def one(track: Tracks) -> Float[Array, ""]:
        met = crossing(layout, track, field, NEARLY)
        return counted_hits(met.path / track.sine, met.there * layout.measures, spread)

    return jax.vmap(one)(slow_tracks(COUNTING, cosine))


def doubts_of(layout: Layout, cosine: float, field: Number, crowd: float, efficiency: float) -> Float[Array, " angle"]:
    r"""$-\ln P$ that no layer offers a wrong hit, in `FINDING` directions; see `finding.wrong_hits`.

    Args:
        layout: surfaces, mm.
        cosine: the largest |cos(theta)|.
        field: T.
        crowd: particles a steradian.
        efficiency: of a sensor, 0 to 1.
    """
    return wrong_hits(layout, slow_tracks(FINDING, cosine), field, crowd, efficiency, NEARLY)
