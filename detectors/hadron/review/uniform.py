"""The best equal layout that the money buys: an exhaustive search over sensor and spacing, refined until it stands."""

import hashlib
import json
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.design.space import Design
from designopt.detectors.hadron.review.detector import ReviewedHadron
from designopt.problem.detector import Response, with_traced_numbers
from designopt.units import mm

Objective = Callable[[Response], Float[Array, ""]]
FILE = Path(__file__).with_name("best_equal.json")
# The grid: every sensor on offer, gaps of steel in mm, as many sensors as the money buys and the block holds, and
# a tenth and a fifth fewer; then steps of half a millimetre and single sensors around the best, until none gains 1e-3.
GAPS = tuple(range(10, 101, 4))
FEWER = (1.0, 0.9, 0.8)
NEAR_GAPS = tuple(np.arange(-6.0, 6.5, 0.5).tolist())
NEAR = (-3, -2, -1, 0, 1, 2, 3)
GAIN, ROUNDS = 1e-3, 8


class Equal(NamedTuple):
    """So many sensors of one kind, each behind so much steel (mm)."""

    number: int
    gap: float
    kind: str


@eqx.filter_jit
def _judged(detector: ReviewedHadron, objective: Objective, design: Design) -> tuple[Array, Array]:
    """Score and worst side limit."""
    limits = detector.constraints(design)
    return objective(detector.response(design)), jnp.max(jnp.stack(list(limits.values())))


@eqx.filter_jit
def _price(detector: ReviewedHadron, design: Design) -> Array:
    return jnp.sum(jnp.stack(list(detector.cost(design).values())))


def design_of(groups: Sequence[Equal], slots: int, kinds: int | None, on_offer: tuple[str, ...]) -> Design:
    """Groups of equal sensors, front to back, as a design of at most so many `kinds`; a sole group is an equal layout.

    Slots and kinds that are left over repeat the last ones.
    """
    places = [place for place, one in enumerate(groups) for _ in range(one.number)]
    filled = [*places, *[places[-1]] * (slots - len(places))]
    order = filled if kinds is None else [*range(len(groups)), *[len(groups) - 1] * (kinds - len(groups))]
    design: Design = {
        "gap": jnp.asarray([groups[place].gap * mm for place in order]),
        "present": jnp.asarray((np.arange(slots) < len(places)).astype(float)),
    }
    if len(on_offer) > 1:
        design["sensor"] = jnp.asarray(np.eye(len(on_offer))[[on_offer.index(groups[place].kind) for place in order]])
    if kinds is not None and kinds > 1:
        design["kind"] = jnp.asarray(np.eye(kinds)[filled])
    return design


class Search:
    """Scores equal layouts of one problem."""

    def __init__(self, detector: ReviewedHadron, objective: Objective, budget: float, slots: int):
        self.detector, self.objective, self.budget, self.slots = detector, objective, budget, slots
        self._traced = with_traced_numbers(detector)  # one program for all searches of a process
        self.seen: dict[Equal, float] = {}

    def affordable(self, gap: float, kind: str) -> int:
        """How many sensors with this spacing the money buys, within the slots and the block."""
        offer = self.detector.offers[self.detector.on_offer.index(kind)]
        most = min(self.slots, int(self.detector.limits.depth / (gap + offer.deep)))
        low = 0
        while low < most:
            middle = (low + most + 1) // 2
            price = float(_price(self._traced, self._design(Equal(middle, gap, kind))))
            low, most = (middle, most) if price <= self.budget else (low, middle - 1)
        return low

    def score(self, one: Equal) -> float:
        """Its score; infinite where it breaks a limit."""
        if one not in self.seen:
            score, worst = _judged(self._traced, self.objective, self._design(one))
            self.seen[one] = float(score) if float(worst) <= 0 else float("inf")
        return self.seen[one]

    def run(self) -> Equal | None:
        """The best of the grid, refined; None where no equal layout keeps the limits."""
        found = [
            Equal(max(1, round(part * most)), float(gap), kind)
            for kind in self.detector.on_offer
            for gap in GAPS
            if (most := self.affordable(gap, kind))
            for part in FEWER
        ]
        best = min(found, key=self.score, default=None)
        if best is None or not np.isfinite(self.score(best)):
            return None
        for _ in range(ROUNDS):
            nearer = min(self.around(best), key=self.score)
            gained = self.score(best) - self.score(nearer)
            best = nearer
            if gained < GAIN:
                break
        return best

    def around(self, one: Equal) -> list[Equal]:
        """The neighbours of a layout that can be paid, itself among them."""
        return [
            Equal(one.number + more, one.gap + step, one.kind)
            for step in NEAR_GAPS
            if one.gap + step >= 1
            for most in [self.affordable(one.gap + step, one.kind)]
            for more in NEAR
            if 0 < one.number + more <= most
        ]

    def _design(self, one: Equal) -> Design:
        return design_of([one], self.slots, 1, self.detector.on_offer)


def best_equal(detector: ReviewedHadron, objective: Objective, budget: float, slots: int, goal: str) -> Equal | None:
    """The best equal layout at the budget: from the file for the options it knows, else searched (half a minute)."""
    card = {"detector": detector.settings(), "budget": budget, "slots": slots, "goal": goal}
    key = hashlib.sha256(json.dumps(card, sort_keys=True).encode()).hexdigest()[:16]
    if key in _stored():
        return Equal(*_stored()[key])
    return _searched(key, lambda: Search(detector, objective, budget, slots).run())


_found: dict[str, Equal | None] = {}


def _searched(key: str, search: Callable[[], Equal | None]) -> Equal | None:
    if key not in _found:
        _found[key] = search()
    return _found[key]


@cache
def _stored() -> dict[str, Any]:
    return dict(json.loads(FILE.read_text())) if FILE.exists() else {}
