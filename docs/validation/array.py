"""The array's fluxes against the published ones, and Fisher's errors against fits of toy showers in five layouts."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

import designopt as do
from designopt.detectors.array.detector import GroundArray
from designopt.detectors.array.layout import placed
from designopt.detectors.array.showers.flux import flux, profile
from designopt.detectors.array.showers.information import tally
from designopt.detectors.array.showers.quality import errors, quality
from designopt.detectors.array.showers.shower import Showers
from designopt.detectors.array.simulation.toy import fitted, read_out
from designopt.detectors.array.verify import QUANTITIES
from designopt.report.figures.palette import COLOURS, INK
from validation.drawing import PREDICTED, Claim, Validation, key, named, panels, plain, worst

DISTANCES = (10.0, 100.0, 500.0)
PUBLISHED = {
    (0, 0): (12.9971, 1.30696, 0.0666660),
    (0, 1): (299703, 3569.24, 28.8215),
    (1, 0): (188.240, 18.0451, 0.850020),
    (1, 1): (178133, 2742.44, 29.3928),
}
"""By kind of shower (photon, proton) and particle (muons, electrons): before cos(theta) and background, at 2 PeV and
30 degrees, 10 / 100 / 500 m from the axis; computed from the published table elsewhere."""
NAMES = {(0, 0): "photon, muons", (0, 1): "photon, electrons", (1, 0): "proton, muons", (1, 1): "proton, electrons"}
SHOWERS, FITS, UNITS = 200, 150, 48
"""Showers of the problem's kind, those of them that are fitted, and units of the largest layout, so that all layouts
share one program: smaller ones get units that are too far away to see anything."""
AWAY = 1e6
"""m."""
LOST = 5.0
FITTED = "uniform hexagons", "uniform triangles", "uniform squares", "rings", "core and ring"


def fluxes(kind: int, distances: np.ndarray) -> np.ndarray:
    """Muons and electrons in a unit that faces a shower of 2 PeV and 30 degrees.

    Args:
        kind: 0 is a photon, 1 a proton.
        distances: from the axis, m.
    """
    return np.asarray(flux(profile(jnp.asarray(kind), jnp.log(2.0), jnp.deg2rad(30.0)), jnp.asarray(distances)))


class Spread(NamedTuple):
    """Root mean square of (fit - truth) over Fisher's error, and its own error: angle, energy, core."""

    found: np.ndarray
    error: np.ndarray
    lost: int
    """Fits in another maximum, more than `LOST` errors away in one of the three, which are not counted."""


@jax.jit
def _predicted(showers: Showers, x: Array, y: Array) -> tuple[Array, Array]:
    found = tally(showers, x, y, jnp.ones(len(x)), separate=False)
    return errors(found), quality(found).trigger


def spread_of_fits(detector: GroundArray, design: do.Design) -> Spread:
    """Fits of toy showers in a built layout."""
    x, y, present = (np.asarray(values, float) for values in placed(design))
    x, y = (np.append(places[present > 0.5], np.full(UNITS - int((present > 0.5).sum()), AWAY)) for places in (x, y))
    showers = detector.showers(jax.random.key(1), SHOWERS)
    predicted, trigger = _predicted(showers, jnp.asarray(x), jnp.asarray(y))
    kept = np.flatnonzero(np.asarray(trigger) > 0.5)[:FITS]
    triggered = jax.tree.map(lambda values: values[kept], showers)
    scale = np.asarray(predicted)[kept]
    away, _ = fitted(triggered, x, y, read_out(triggered, x, y, 1), scale, 2)
    square = np.array([np.sum(away[:, k] ** 2, axis=1) / np.sum(scale[:, k] ** 2, axis=1) for _, k, _ in QUANTITIES])
    near = np.all(square < LOST**2, axis=0)
    found = np.sqrt(np.mean(square[:, near], axis=1))
    return Spread(found, np.std(square[:, near], axis=1) / np.sqrt(near.sum()) / (2 * found), int(FITS - near.sum()))


def validation() -> Validation:
    """Particles in a unit over its distance from the axis, and the spread of fits over Fisher's error."""
    problem, distances = do.make("array-layout-v1"), np.geomspace(5, 800, 60)
    detector = problem.detector
    assert isinstance(detector, GroundArray)
    spread = {name: spread_of_fits(detector, problem.references[name]) for name in FITTED}
    found, error = np.array([one.found for one in spread.values()]), np.array([one.error for one in spread.values()])
    off = []
    with panels(2, 5.4, (1, 1), share=False) as (figure, (particles, scatter)):
        for (which, truth), colour in zip(PUBLISHED.items(), COLOURS, strict=False):
            kind, particle = which
            particles.plot(distances, fluxes(kind, distances)[particle], color=colour)
            particles.errorbar(DISTANCES, truth, color=colour, **PREDICTED)
            named(particles, colour, NAMES[which])
            off.append(worst(fluxes(kind, np.array(DISTANCES))[particle] / np.array(truth) - 1))
        particles.set(xscale="log", yscale="log", xlabel="Distance from the axis (m)", ylabel="Particles in a unit")
        plain(particles, (5, 10, 20, 50, 100, 200, 500))
        key(figure, particles)
        for k, ((label, _, _), colour) in enumerate(zip(QUANTITIES, COLOURS[4:], strict=False)):
            rows, name = np.arange(len(spread)) + 0.2 * (k - 1), label.split()[0]
            scatter.errorbar(found[:, k], rows, xerr=error[:, k], color=colour, label=name, **PREDICTED)
        scatter.axvline(1.0, color=INK, linewidth=0.8, zorder=0)
        scatter.set_yticks(range(len(spread)), [name.removeprefix("uniform ") for name in spread])
        scatter.set(ylim=(len(spread) - 0.5, -1.2), xlabel="Spread of fits over Fisher's error")
        scatter.legend(frameon=False, fontsize=8.5, ncols=3, loc="upper center")
    lost = f"{sum(one.lost for one in spread.values())} of {FITS * len(spread)} fits"
    counts = (f"{4 * len(DISTANCES)} published fluxes", f"{len(spread)} layouts", f"{FITS} toy showers each", lost)
    return Validation(figure, counts, (
        Claim("equal to {}", 5e-6, max(off)),
        Claim("within {} % of Fisher's", 8, 100 * worst(found - 1)),
        Claim("{} standard errors", 2, worst((found - 1) / error)),
    ))  # fmt: skip
