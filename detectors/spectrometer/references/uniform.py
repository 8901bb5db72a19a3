"""The best layout of equal stations for a budget, by exhaustive search over a handful of numbers."""

import hashlib
import itertools
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from numpy import ndarray

from designopt.detectors.spectrometer.catalogue import Technology, between
from designopt.detectors.spectrometer.review.aperture import relative_area
from designopt.detectors.spectrometer.review.detector import ReviewedSpectrometer
from designopt.detectors.spectrometer.stations import Stations
from designopt.problem.constraints import MET
from designopt.problem.detector import Response

STEPS, FINER = 6, 4
"""Steps of the grid from the innermost to the outermost place of a side, and how much finer the second grid is."""
MOST = 4  # stations on one side
BATCH = 512
STORED = Path(__file__).with_name("uniform.json")

Layout = tuple[tuple[float, ...], float]
"""Places in mm from the front, and the resolution of every station's hit in mm."""
Side = tuple[int, float, float]
"""Stations on one side, distance of the first and of the last from the middle of the magnet."""


def best_equal(
    detector: ReviewedSpectrometer,
    objective: Callable[[Response], Float[Array, ""]],
    goal: str,
    budget: float,
    counts: Sequence[int],
    inner: float,
    outer: float,
    catalogue: bool,
) -> Layout | None:
    """The best allowed layout of equal stations that costs the budget (at most, from a `catalogue`); None if none is.

    Numbers searched: stations before and behind the magnet (up to 4 each, `counts` in all), distances of the first and
    the last of each side, stations between them at equal distances. The grid has 7 places from `inner` to `outer` (mm),
    then a second one, four times as fine, around the best. Found once for each set of numbers: looked up in
    `uniform.json`, else kept in memory. `goal` is the name of the objective.

    Args:
        detector: the detector and its limits.
        objective: of a response, smaller is better.
        goal: its name.
        budget: kCHF.
        counts: numbers of stations.
        inner: mm.
        outer: mm.
        catalogue: whether stations come from the catalogue.
    """
    told = {"goal": goal, "budget": budget, "counts": list(counts), "inner": inner, "outer": outer,
            "catalogue": catalogue, "detector": detector.settings()}  # fmt: skip
    name = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]
    if name not in _found:
        _found[name] = searched(detector, objective, budget, counts, inner, outer, catalogue)
    return _found[name]


def _stored() -> dict[str, Layout | None]:
    rows = json.loads(STORED.read_text()) if STORED.exists() else {}
    return {name: (tuple(row["places"]), row["resolution"]) for name, row in rows.items()}


_found: dict[str, Layout | None] = _stored()


def searched(
    detector: ReviewedSpectrometer,
    objective: Callable[[Response], Float[Array, ""]],
    budget: float,
    counts: Sequence[int],
    inner: float,
    outer: float,
    catalogue: bool,
) -> Layout | None:
    """What `best_equal` looks up, searched for anew.

    Args:
        detector: the detector and its limits.
        objective: of a response, smaller is better.
        budget: kCHF.
        counts: numbers of stations.
        inner: nearest place, mm.
        outer: farthest place, mm.
        catalogue: whether stations come from the catalogue.
    """
    choose = _chooser(detector, objective, budget, max(counts), catalogue)
    step = (outer - inner) / STEPS
    grid = inner + step * np.arange(STEPS + 1)
    sides = [side for count in range(MOST + 1) for side in _sides(count, grid, grid, detector.bare.gap)]
    coarse = choose([pair for pair in itertools.product(sides, sides) if pair[0][0] + pair[1][0] in counts])
    if coarse is None:
        return None
    near = []
    for count, first, last in coarse[0]:
        fine = [np.clip(d + step / FINER * np.arange(1 - FINER, FINER), inner, outer) for d in (first, last)]
        near.append(_sides(count, np.unique(fine[0]), np.unique(fine[1]), detector.bare.gap))
    found = choose(list(itertools.product(near[0], near[1])))
    assert found is not None
    return found[1]


def _sides(count: int, first: Iterable[float], last: Iterable[float], gap: float) -> list[Side]:
    if count < 2:
        return [(count, float(d), float(d)) for d in (first if count else (0.0,))]
    return [(count, float(a), float(b)) for a in first for b in last if b - a >= gap * (count - 1) - MET]


def _places(pair: tuple[Side, Side]) -> list[float]:
    front, back = (np.linspace(first, last, count).tolist() for count, first, last in pair)
    return [*(-distance for distance in reversed(front)), *back]


def _chooser(
    detector: ReviewedSpectrometer,
    objective: Callable[[Response], Float[Array, ""]],
    budget: float,
    slots: int,
    catalogue: bool,
) -> Callable[[Sequence[tuple[Side, Side]]], tuple[tuple[Side, Side], Layout] | None]:
    """A function that finds the best allowed of many layouts, and what its stations are."""
    hits = detector.bare.hits
    rows = detector.bare.technologies

    @jax.jit
    @jax.vmap
    def look(z: Array, present: Array, resolution: Array, material: Array) -> tuple[Array, Array]:
        stations = detector.aligned(
            Stations(z, jnp.full_like(z, resolution / np.sqrt(hits)), jnp.full_like(z, material), present)
        )
        limits = list(detector.losses(stations).values())
        over = jnp.max(jnp.stack(limits)) if limits else jnp.asarray(0.0)
        return objective(detector.measured(stations)), over

    def best(pairs: Sequence[tuple[Side, Side]]) -> tuple[tuple[Side, Side], Layout] | None:
        layouts = [_places(pair) for pair in pairs]
        z = np.array([[*places, *[places[-1]] * (slots - len(places))] for places in layouts])
        present = np.array([np.arange(slots) < len(places) for places in layouts]).astype(float)
        area = np.asarray(jnp.sum(present * relative_area(jnp.asarray(z), detector.aperture), axis=1))
        resolution, material, paid = _bought(budget / area, rows, catalogue)
        z, present, resolution, material = z[paid], present[paid], resolution[paid], material[paid]
        scores, kept = [], np.flatnonzero(paid)
        for start in range(0, len(z), BATCH):
            some = np.minimum(np.arange(start, start + BATCH), len(z) - 1)
            score, over = look(z[some], present[some], resolution[some], material[some])
            scores.append(np.where(np.asarray(over) <= MET, np.asarray(score), np.inf))
        found = np.concatenate(scores)[: len(z)] if scores else np.array([])
        if not np.any(np.isfinite(found)):
            return None
        row = int(np.argmin(found))
        return pairs[kept[row]], (tuple(layouts[kept[row]]), float(resolution[row]))

    return best


def _bought(
    price: Float[ndarray, " layout"], rows: Sequence[Technology], catalogue: bool
) -> tuple[Float[ndarray, " layout"], Float[ndarray, " layout"], ndarray]:
    """Resolution and material of stations that cost so much each, and whether the money buys such."""
    prices = np.array([row.price for row in rows])
    if catalogue:
        kind = np.searchsorted(prices, price * (1 + 1e-9), side="right") - 1
        row = np.maximum(kind, 0)
        return np.array([r.resolution for r in rows])[row], np.array([r.material for r in rows])[row], kind >= 0
    logs = np.log([row.resolution for row in rows])
    resolution = np.exp(np.interp(np.log(np.maximum(price, prices[0])), np.log(prices), logs))
    inside = (price >= prices[0] * (1 - 1e-9)) & (price <= prices[-1] * (1 + 1e-9))
    return resolution, np.asarray(between(jnp.asarray(resolution), rows)[0]), inside
