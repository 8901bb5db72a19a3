"""Reference designs: trackers that people built or proposed, and two from the textbook, in the problem's slots."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import jax.numpy as jnp
import numpy as np

from designopt.design.space import Design, DesignSpace
from designopt.design.variables import Real
from designopt.detectors.tracker.cost import CostModel
from designopt.detectors.tracker.layout.assembly import PIPE_GAP
from designopt.detectors.tracker.layout.site import Site
from designopt.detectors.tracker.layout.technology import (
    HYBRID,
    MONOLITHIC,
    NAMES,
    STRIPS,
    Technology,
    channel_density,
    power_density,
)
from designopt.units import mm, um


@dataclass(frozen=True)
class Slot:
    """One barrel layer (or a pair of disks, with an opening): sizes in mm."""

    place: float
    extent: float
    kind: Technology = MONOLITHIC
    pitch: float = 28 * um
    length: float = 28 * um
    thickness: float = 50 * um
    opening: float = 0.0


def cld() -> list[Slot]:
    """Barrel of the CLD tracker: three vertex layers of 3 um, six of 5 um. Source: its tkLayout description.

    A double layer of the vertex detector is one layer here. Pitches are those that give the stated errors.
    """
    vertex = [Slot(r, 125, pitch=20 * um, length=20 * um) for r in (18, 37.5, 57.5)]
    inner = [Slot(r, half) for r, half in ((127, 482), (400, 482), (670, 692))]
    return [*vertex, *inner, *(Slot(r, 1260) for r in (1000, 1568, 2136))]


def its2() -> list[Slot]:
    """ALICE ITS2: 7 layers of monolithic pixels, 27 x 29 um; radii and half-lengths of its barrels. arXiv 1211.4494."""
    rows = [(23, 135), (31, 135), (39, 135), (194, 421), (247, 421), (353, 737), (405, 737)]
    return [Slot(r, half) for r, half in rows]


def cms() -> list[Slot]:
    """CMS phase 0 barrel: 3 pixel and 10 strip layers; cmssw material description, errors recalled.

    Pitches give the stated errors: the charge is shared over the pixels, so they are smaller here than the real 100 x
    150 um. Every strip layer is a pair; a single one of error s is a pair of cells sqrt(2) wider.
    """
    pixels = [Slot(r, 284, HYBRID, 44 * um, 111 * um, 285 * um) for r in (44, 73, 102)]
    rows = [(258, 650, 80), (341, 650, 80), (420, 660, 171), (499, 660, 171)]
    rows += [
        (609, 1087, 183),
        (693, 1087, 183),
        (781, 1087, 259),
        (869, 1087, 259),
        (966, 1087, 172),
        (1080, 1087, 172),
    ]
    return pixels + [Slot(r, half, STRIPS, pitch * um, 120 * mm, 320 * um) for r, half, pitch in rows]


def equidistant(site: Site, count: int) -> list[Slot]:
    """Equal layers at equal distances from the beam pipe to the last radius."""
    radii = np.linspace(np.ceil(site.pipe + PIPE_GAP), site.radius - 14 * mm, count)
    return [Slot(float(r), float(r)) for r in radii]


def quarters(site: Site, count: int) -> list[Slot]:
    """A quarter of the layers inside, half of them in the middle, a quarter outside.

    Exactly this is best for the momentum if hits scatter nothing (c-optimal design): 16 / sqrt(N).
    """
    first, last, few = np.ceil(site.pipe + PIPE_GAP), site.radius - 14 * mm, count // 4
    inside, outside = first + 20 * mm * np.arange(few), last - 20 * mm * np.arange(few)[::-1]
    middle = 0.5 * (first + last) + 20 * mm * (np.arange(count - 2 * few) - (count - 2 * few - 1) / 2)
    return [Slot(float(r), float(r)) for r in (*inside, *middle, *outside)]


def priced(slots: Sequence[Slot], budget: float, prices: CostModel, slope: float, spread: float) -> list[Slot]:
    """The same layers, all reaching as far as `slope` times their radius and two spreads of the vertex, but not
    beyond one common length.

    The length spends the budget (to the nearest mm); the layers share price and pitch.
    """
    index = NAMES.index(slots[0].kind.name)
    cell = jnp.asarray(slots[0].pitch), jnp.asarray(slots[0].length)
    rate = prices.area[index] + channel_density(slots[0].kind, *cell) * prices.channel[index]
    price = float(rate + power_density(slots[0].kind, *cell) * prices.power)
    radii = np.array([slot.place for slot in slots])
    longest = np.arange(50.0, 3000.0)
    halves = np.minimum(np.maximum(slope * radii + 2 * spread, 60 * mm)[None, :], longest[:, None])
    costs = price * 4 * np.pi * (halves @ radii) + len(slots) * prices.layer
    row = int(np.argmin(np.abs(costs - budget)))
    return [replace(slot, extent=float(half)) for slot, half in zip(slots, halves[row], strict=True)]


def references(
    space: DesignSpace, site: Site, barrels: int, budget: float, prices: CostModel, slope: float
) -> dict[str, Design]:
    """The references that the site and the slots have room for."""
    count = min(barrels, 12)
    named = {
        "CLD": cld(),
        "CMS phase 0": cms(),
        "ALICE ITS2": its2(),
        "equidistant": priced(equidistant(site, count), budget, prices, slope, site.spread),
        "quarter-half-quarter": priced(quarters(site, count), budget, prices, slope, site.spread),
    }
    return {name: design_of(slots, space, barrels) for name, slots in named.items() if _fits(slots, site, barrels)}


def _fits(slots: Sequence[Slot], site: Site, barrels: int) -> bool:
    radii = [slot.place for slot in slots]
    return len(slots) <= barrels and min(radii) >= site.pipe + PIPE_GAP and max(radii) <= site.radius


def design_of(slots: Sequence[Slot], space: DesignSpace, barrels: int, disks: Sequence[Slot] = ()) -> Design:
    """Barrel layers and pairs of disks as a design; absent slots keep sizes in the middle of their neighbours'."""
    count = (space["installed"].count or 1) - barrels
    spare = Slot(0.5 * (slots[0].place + slots[-1].place), slots[-1].extent)
    far = Slot(max(slot.extent for slot in slots) + 50 * mm, slots[-1].place, opening=0.2 * slots[-1].place)
    filled = [*slots, *[spare] * (barrels - len(slots)), *disks, *[far] * (count - len(disks))]
    there = [1.0] * len(slots) + [0.0] * (barrels - len(slots)) + [1.0] * len(disks) + [0.0] * (count - len(disks))

    def sizes(name: str, values: Sequence[float]) -> np.ndarray:
        variable = space[name]
        assert isinstance(variable, Real)
        return np.clip(np.asarray(values, dtype=float), variable.lower, variable.upper)

    kinds = [NAMES.index(slot.kind.name) for slot in filled]
    design = {
        "place": sizes("place", [slot.place for slot in filled]),
        "extent": sizes("extent", [slot.extent for slot in filled]),
        "opening": sizes("opening", [slot.opening for slot in filled]),
        "pitch": sizes("pitch", [slot.pitch for slot in filled]),
        "pixel_length": sizes("pixel_length", [slot.length if not slot.kind.stereo else 28 * um for slot in filled]),
        "strip_length": sizes("strip_length", [slot.length if slot.kind.stereo else 50 * mm for slot in filled]),
        "thickness": sizes("thickness", [slot.thickness for slot in filled]),
        "installed": np.asarray(there),
        "technology": np.eye(len(NAMES))[kinds],
    }
    return {name: jnp.asarray(value) for name, value in design.items()}
