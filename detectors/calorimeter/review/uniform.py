"""The best equal stack that the money buys: an exhaustive search over a handful of numbers, refined until it stands."""

import hashlib
import json
from collections.abc import Callable, Iterable
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.design.space import Design, DesignSpace
from designopt.detectors.calorimeter.review.detector import ReviewedCalorimeter
from designopt.detectors.calorimeter.review.kinds import PITCH, PLATE, SENSORS
from designopt.detectors.calorimeter.review.stacks import Kind, design_of
from designopt.detectors.materials import material
from designopt.problem.detector import Response, with_traced_numbers
from designopt.units import mm

Objective = Callable[[Response], Float[Array, ""]]
Equal = tuple[int, Kind]
"""So many layers of one kind."""

FILE = Path(__file__).with_name("best_uniform.json")
# The grid: layers, X0 of all plates, sensor thickness in mm; the pitch takes what is left of the money.
LAYERS = (8, 12, 16, 20, 24, 28, 32, 36, 40)
DEPTHS = (15.0, 17.0, 19.0, 21.0, 23.0, 25.0, 27.0)
SIZES = {"Si": (0.2, 0.325, 0.45, 0.6, 0.75), "scintillator": (1.0, 2.0, 3.0, 4.0, 5.0)}
# The refinement: all combinations of these steps around the best, again until none gains 1e-3.
NEAR_LAYERS, NEAR_PLATES, NEAR_SIZES = (-2, -1, 0, 1, 2), (-0.4, -0.2, -0.1, 0.0, 0.1, 0.2, 0.4), (-2, -1, 0, 1, 2)
GAIN, ROUNDS = 1e-3, 8
GRID = 0.5 * mm  # of the pitch, as built
BATCH = 64  # of prices


@eqx.filter_jit
def score_and_limit(detector: ReviewedCalorimeter, objective: Objective, design: Design) -> tuple[Array, Array]:
    """Score and worst side limit of one design: a batch of them takes four times as long for each.

    Args:
        detector: the calorimeter, which simulates showers of its energies in GeV.
        objective: of its response.
        design: sizes in mm.
    """
    limits = detector.constraints(design)
    return objective(detector.response(design)), jnp.max(jnp.stack(list(limits.values())))


@eqx.filter_jit
def prices_of(detector: ReviewedCalorimeter, designs: Design) -> Array:
    """Cost of each design in kCHF.

    Args:
        detector: the calorimeter.
        designs: sizes in mm, the first axis that of the designs.
    """
    return jax.vmap(lambda design: jnp.sum(jnp.stack(list(detector.cost(design).values()))))(designs)


class Search:
    """Scores equal stacks of one problem."""

    def __init__(self, detector: ReviewedCalorimeter, space: DesignSpace, objective: Objective, budget: float):
        self.detector, self.space, self.objective, self.budget = detector, space, objective, budget
        self._traced = with_traced_numbers(detector)  # one program for all searches of a process

    def _design(self, one: Equal) -> Design:
        return design_of([one], self.space, self.detector.absorbers, self.detector.actives)

    def _batches(self, stacks: list[Equal]) -> list[Design]:
        rows = [self._design(one) for one in stacks]
        rows += [rows[-1]] * (-len(rows) % BATCH)
        batches = [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]
        return [{name: jnp.stack([row[name] for row in batch]) for name in batch[0]} for batch in batches]

    def affordable(self, stacks: list[Equal]) -> list[Equal]:
        """The stacks with the finest pitch that the money and the channels allow; those that are too dear are left out.

        The cost is a + b/p^2 in the pitch p.
        """
        limits, area = self.detector.limits, self.detector.prices.area
        cost = [
            np.concatenate([np.asarray(prices_of(self._traced, b)) for b in self._batches(_pitched(stacks, p))])
            for p in PITCH
        ]
        found = []
        for (number, kind), fine, coarse in zip(stacks, cost[0], cost[1], strict=False):
            slope = (fine - coarse) / (PITCH[0] ** -2 - PITCH[1] ** -2)
            fixed = coarse - slope / PITCH[1] ** 2
            if coarse > self.budget or number * (kind.plate + kind.sensor + self.detector.board) > limits.depth:
                continue
            finest = max(np.sqrt(slope / (self.budget - fixed)), np.sqrt(number * area / limits.channels), PITCH[0])
            pitch = float(np.ceil(finest / GRID - 1e-9) * GRID)
            if pitch <= PITCH[1]:
                found.append((number, kind._replace(pitch=pitch)))
        return found

    def best(self, stacks: list[Equal]) -> tuple[float, Equal] | None:
        """The best of the stacks that keep the limits, at the pitch that the money allows, and its score."""
        stacks = self.affordable(stacks) if stacks else []
        if not stacks:
            return None
        found = [score_and_limit(self._traced, self.objective, self._design(one)) for one in stacks]
        allowed = np.array([float(score) if float(limit) <= 0 else np.inf for score, limit in found])
        first = int(np.argmin(allowed))
        return (float(allowed[first]), stacks[first]) if np.isfinite(allowed[first]) else None

    def run(self) -> tuple[float, Equal] | None:
        """The best of the grid, refined; None where no equal stack keeps the limits."""
        found = self.best(list(grid(self.detector, self.space["present"].count or 1)))
        for _ in range(ROUNDS if found else 0):
            assert found is not None
            nearer = self.best(list(around(found[1], self.space["present"].count or 1)))
            if nearer is None or nearer[0] > found[0] - GAIN:
                break
            found = nearer
        return found


def grid(detector: ReviewedCalorimeter, slots: int) -> Iterable[Equal]:
    """The equal stacks of the coarse grid, one for each absorber, sensor, number, depth and size."""
    numbers = sorted({min(number, slots) for number in LAYERS})
    for absorber, active, number, depth in product(detector.absorbers, detector.actives, numbers, DEPTHS):
        plate = round(depth * material(absorber).radiation_length / number, 1)
        for size in SIZES[active] if PLATE[0] <= plate <= PLATE[1] else ():
            yield number, Kind(absorber, plate, active, size, PITCH[1])


def around(one: Equal, slots: int) -> Iterable[Equal]:
    """The neighbours of a stack, itself among them."""
    number, kind = one
    low, high, step = SENSORS[kind.active]
    for more, thicker, larger in product(NEAR_LAYERS, NEAR_PLATES, NEAR_SIZES):
        plate, sensor = round(kind.plate + thicker, 3), round(kind.sensor + larger * step, 4)
        if 1 <= number + more <= slots and PLATE[0] <= plate <= PLATE[1] and low <= sensor <= high:
            yield number + more, kind._replace(plate=plate, sensor=sensor)


def _pitched(stacks: list[Equal], pitch: float) -> list[Equal]:
    return [(number, kind._replace(pitch=pitch)) for number, kind in stacks]


def best_uniform(
    detector: ReviewedCalorimeter, space: DesignSpace, objective: Objective, budget: float, goal: dict[str, Any]
) -> Equal | None:
    """The best equal stack at the budget: from the file for the options it knows, else searched (a minute)."""
    key = key_of(detector, space, budget, goal)
    if key in (known := _stored()):
        number, *kind = known[key]["stack"]
        return number, Kind(*kind)
    return _searched(key, lambda: Search(detector, space, objective, budget).run())


_found: dict[str, Equal | None] = {}


def _searched(key: str, search: Callable[[], tuple[float, Equal] | None]) -> Equal | None:
    if key not in _found:
        result = search()
        _found[key] = None if result is None else result[1]
    return _found[key]


@cache
def _stored() -> dict[str, Any]:
    return dict(json.loads(FILE.read_text())) if FILE.exists() else {}


def key_of(detector: ReviewedCalorimeter, space: DesignSpace, budget: float, goal: dict[str, Any]) -> str:
    """What the best equal stack depends on, as sixteen hexadecimal digits."""
    card = {"detector": detector.settings(), "slots": space["present"].count, "budget": budget, "goal": goal}
    return hashlib.sha256(json.dumps(card, sort_keys=True).encode()).hexdigest()[:16]
