"""Equal layers: the best tracker of one kind of layer, spaced by one law, found by trying a handful of numbers."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from designopt.detectors.tracker.layout.assembly import CLEARANCE
from designopt.detectors.tracker.layout.site import Site
from designopt.detectors.tracker.layout.technology import SMALLEST_PITCH
from designopt.detectors.tracker.reference import Slot
from designopt.detectors.tracker.review.conditions import FLANGE, TUBE_RADIUS
from designopt.units import mm, um

DEEPEST = 60 * mm
"""Room that the last disk leaves before the end of the tracker's volume."""
APART = 4 * mm
"""What disks keep from the room of the support tube."""
VERTEX_RADIUS, VERTEX_END = 150 * mm, 300 * mm
"""Inside, cells are squares: tracks of charm need z0 as well as d0."""
OPENING = 0.15
"""Inner radius of a disk over its z: tracks of |cos(theta)| below 0.989, as CLD."""


@dataclass(frozen=True)
class Uniform:
    """The numbers of a layout of equal layers.

    Attributes:
        barrels, disks: layers, and planes of disks a side. first: radius of the first layer (mm). law: power of the
            spacing, $r_k = r_1 + (R - r_1)(k/(n-1))^{law}$; disks likewise in z. pitch: of cells (mm), at most.
        cone: cot(theta) where barrel and disks meet: layers reach to cone times radius, disks beyond.
        shortest: half-length of a barrel layer (mm), at least. length: the same over the tracker's, at most.
        stretch: length of a cell over its pitch where layers stand outside of the vertex detector; 1: squares.
    """

    barrels: int
    disks: int
    first: float
    law: float
    pitch: float
    cone: float
    shortest: float
    length: float
    stretch: float = 1.0


def uniform_slots(numbers: Uniform, radius: float, site: Site) -> tuple[list[Slot], list[Slot]]:
    """Barrel layers out to `radius` (mm), and disks of one side, of equal sensors."""
    last, size = site.half_length - DEEPEST, numbers.pitch

    def spaced(first: float, end: float, count: int) -> np.ndarray:
        return first + (end - first) * np.linspace(0.0, 1.0, count) ** numbers.law

    longest = numbers.length * last
    radii = spaced(numbers.first, radius, numbers.barrels)
    halves = np.clip(numbers.cone * radii, numbers.shortest, longest)
    barrel = [
        Slot(float(r), float(h), pitch=size, length=size * (numbers.stretch if r > VERTEX_RADIUS else 1.0))
        for r, h in zip(radii, halves, strict=True)
    ]
    places = spaced(halves[0] + 2 * CLEARANCE, last, numbers.disks)
    disks, inside, outside = [], TUBE_RADIUS - FLANGE - APART, TUBE_RADIUS + FLANGE + APART
    for z in places:
        beside = float(radius) if z > longest else min(float(z / numbers.cone), float(radius))
        hole = max(OPENING * float(z), site.pipe + 5 * mm)
        end = max(beside, hole + 10 * mm)
        through = hole < inside and end > outside  # two disks in one plane, on either side of the support tube
        parts = [(hole, inside), (outside, end)] if through else [(hole, end if hole > inside else min(end, inside))]
        along = size * (numbers.stretch if z > VERTEX_END else 1.0)
        disks += [Slot(float(z), e, pitch=size, length=along, opening=o) for o, e in parts]
    return barrel, disks


def paid(
    numbers: Uniform,
    site: Site,
    budget: float,
    cost: Callable[[tuple[list[Slot], list[Slot]]], float],
    barrels: int,
    disks: int,
) -> tuple[list[Slot], list[Slot]] | None:
    """The layout whose radius spends the budget (to 0.5 mm, never over it); None where no radius of the site does.

    What is left at the site's own radius buys smaller pixels (to 0.1 um). None, too, for one that has more layers than
    the slots `barrels` or `disks`.
    """

    def price(numbers: Uniform, radius: float) -> float:
        whole = uniform_slots(numbers, radius, site)
        return cost(whole) if len(whole[0]) <= barrels and len(whole[1]) <= disks else float("inf")

    low, high = 0.4 * site.radius, site.radius - 14 * mm
    if price(numbers, low) > budget:
        return None
    if price(numbers, high) <= budget:
        fine, coarse = SMALLEST_PITCH, numbers.pitch
        while coarse - fine > 0.1 * um:
            middle = 0.5 * (fine + coarse)
            fine, coarse = (fine, middle) if price(replace(numbers, pitch=middle), high) <= budget else (middle, coarse)
        return uniform_slots(replace(numbers, pitch=coarse), high, site)
    while high - low > 0.5 * mm:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if price(numbers, middle) <= budget else (low, middle)
    return uniform_slots(numbers, low, site)


GRID = {
    "barrels": (9, 10, 11),
    "disks": (6, 7, 8),
    "first": (17.6 * mm,),
    "law": (2.0, 2.5, 3.0),
    "pitch": (15 * um, 20 * um, 25 * um),
    "cone": (0.6, 0.8, 1.0, 1.5),
    "shortest": (100 * mm, 125 * mm, 140 * mm),
    "length": (0.6, 0.8, 1.0),
    "stretch": (1.0, 4.0, 7.0),
}
"""What was tried: every combination."""
BEST: dict[str, tuple[Uniform, str]] = {
    "CLD": (Uniform(9, 8, 17.6 * mm, 2.5, 15 * um, 1.0, 139 * mm, 1.0, 7.6), "best uniform"),
}
"""By site: the best numbers at the price of its own tracker, and the reference that gains are quoted against."""


def uniform_at(
    site: Site,
    budget: float,
    cost: Callable[[tuple[list[Slot], list[Slot]]], float],
    barrels: int,
    disks: int,
) -> tuple[list[Slot], list[Slot]] | None:
    """The stored best numbers of a site, with the radius that spends this budget; None where there is no such layout.

    At another budget than that of the search (`studies/tracker_uniform.py`) the numbers are not searched again.
    """
    if site.name not in BEST:
        return None
    return paid(BEST[site.name][0], site, budget, cost, barrels, disks)
