"""The trackers to beat, whole: CLD and CMS with their disks, ALICE ITS2, and the best equal layers at the budget."""

from designopt.design.space import Design, DesignSpace
from designopt.detectors.tracker.layout.assembly import PIPE_GAP
from designopt.detectors.tracker.layout.site import Site
from designopt.detectors.tracker.layout.technology import HYBRID, STRIPS
from designopt.detectors.tracker.reference import Slot, cld, cms, design_of, its2
from designopt.units import mm, um

Whole = tuple[list[Slot], list[Slot]]
"""Barrel layers, and disks of one side."""


def cld_whole() -> Whole:
    """CLD with its 3 vertex, 7 inner and 4 outer disks a side. Source: its tkLayout description (cld.cfg).

    A double layer of the vertex detector is one layer here; the disks stand where tkLayout has them (k4geo's outer
    disks: 1310, 1617, 1883, 2190 mm).
    """
    vertex = [(160, 24, 101), (230, 34.5, 101), (300, 45, 101)]
    inner = [(524, 79.5, 457), (802, 123.5, 652), (1079, 165, 663), (1357, 207.5, 660.5), (1635, 249.5, 657),
             (1912, 293, 640), (2190, 330, 647)]  # fmt: skip
    outer = [(z, 718, 2080) for z in (1310, 1603, 1897)]
    disks = [Slot(z, out, pitch=20 * um, length=20 * um, opening=hole) for z, hole, out in vertex]
    # The last inner and outer disks share a plane: they stand 10 mm apart here, as two slots have to.
    return cld(), disks + [Slot(z, out, opening=hole) for z, hole, out in [*inner, *outer, (2200, 718, 2080)]]


def cms_whole() -> Whole:
    """CMS phase 0 with 2 pixel disks, 3 of the inner strips and 9 wheels a side: places and radii recalled.

    Pitches are those of the barrel at the same distance.
    """
    pixels = [Slot(z, 150, HYBRID, 44 * um, 111 * um, 285 * um, 60) for z in (345, 465)]
    strips = [Slot(z, 500, STRIPS, 100 * um, 120 * mm, 320 * um, 200) for z in (800, 900, 1000)]
    wheels = [(1322, 220), (1462, 220), (1602, 220), (1742, 320), (1882, 320), (2022, 320), (2187, 390), (2405, 390),
              (2667, 500)]  # fmt: skip
    return cms(), pixels + strips + [Slot(z, 1090, STRIPS, 180 * um, 120 * mm, 400 * um, hole) for z, hole in wheels]


def its2_alone() -> Whole:
    """ALICE ITS2, a barrel without disks, for a field of 0.5 T and a time projection chamber around it."""
    return its2(), []


WHOLE = {"CLD": cld_whole, "CMS phase 0": cms_whole, "ALICE ITS2": its2_alone}
EXPERTS = {"CLD": "CLD", "CMS": "CMS phase 0"}
"""By site: its own tracker, whose price is the budget and whose figures are the yardstick."""


def fits(whole: Whole, site: Site, barrels: int, disks: int) -> bool:
    """Whether the site has room, and the problem has slots."""
    radii = [slot.place for slot in whole[0]]
    room = min(radii) >= site.pipe + PIPE_GAP and max(radii) <= site.radius
    return room and len(whole[0]) <= barrels and len(whole[1]) <= disks


def whole_design(whole: Whole, space: DesignSpace, barrels: int) -> Design:
    """A whole tracker in the slots of a problem."""
    return design_of(whole[0], space, barrels, whole[1])
