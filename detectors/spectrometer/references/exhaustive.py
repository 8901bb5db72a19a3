"""The true optimum of a small case: every layout on a grid of places that the budget pays for, scored."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

from designopt.detectors.spectrometer.detector import Spectrometer
from designopt.detectors.spectrometer.stations import Stations, track_errors
from designopt.problem.problem import Problem

BATCH = 4096


@dataclass(frozen=True)
class Layout:
    """One scored layout: where its stations stand (mm), of which technology, its objective."""

    places: tuple[float, ...]
    kinds: tuple[str, ...]
    score: float


def every_layout(problem: Problem, places: Sequence[float], counts: Sequence[int], best: int = 10) -> list[Layout]:
    """The `best` layouts of a spectrometer problem with stations at some of the `places`, best first.

    `counts` says how many stations may stand; limits of the problem are not looked at. Only what the budget pays for
    is tried, and every place takes one station. The score is the problem's objective as built. Nothing is sampled:
    the first layout is the optimum of the grid.
    """
    detector = problem.detector
    assert isinstance(detector, Spectrometer)
    rows = detector.technologies
    found: list[Layout] = []
    for count in counts:
        affordable = [
            kinds
            for kinds in itertools.product(range(len(rows)), repeat=count)
            if sum(rows[kind].price for kind in kinds) <= problem.budget * (1 + 1e-12)
        ]
        if not affordable:
            continue
        where = np.array(list(itertools.combinations(sorted(places), count)), dtype=float)
        what = np.array(affordable)
        z = np.repeat(where, len(what), axis=0)
        kinds = np.tile(what, (len(where), 1))
        scores = _scores(problem, detector, z, kinds)
        for row in np.argsort(scores, kind="stable")[:best]:
            names = tuple(rows[kind].name for kind in kinds[row])
            found.append(Layout(tuple(z[row].tolist()), names, float(scores[row])))
    return sorted(found, key=lambda layout: layout.score)[:best]


def _scores(problem: Problem, detector: Spectrometer, z: np.ndarray, kinds: np.ndarray) -> np.ndarray:
    """Objective of every layout, in batches of one size."""
    error = np.array([row.resolution for row in detector.technologies]) / np.sqrt(detector.hits)
    material = np.array([row.material for row in detector.technologies])
    momenta = jnp.asarray(detector.momenta)

    def one(places: jax.Array, sigma: jax.Array, thickness: jax.Array) -> jax.Array:
        stations = Stations(places, sigma, thickness, jnp.ones_like(places))
        return problem.objective(
            track_errors(stations, detector.magnet, momenta, detector.vertex, detector.log_thickness)
        )

    score = jax.jit(jax.vmap(one))
    size = min(BATCH, len(z))
    found = []
    for first in range(0, len(z), size):
        rows = np.minimum(np.arange(first, first + size), len(z) - 1)
        found.append(np.asarray(score(z[rows], error[kinds[rows]], material[kinds[rows]])))
    return np.concatenate(found)[: len(z)]
