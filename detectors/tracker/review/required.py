"""The requirements on a tracker: their defaults, what they mean, who says so."""

from dataclasses import dataclass
from typing import Any

from designopt.detectors.tracker.review.conditions import Conditions
from designopt.detectors.tracker.review.finding import CROWD, SPREAD
from designopt.problem.requirements import Requirement
from designopt.units import mm, um


@dataclass(frozen=True)
class Required:
    """How much is asked; None asks nothing.

    Attributes:
        loss: factor by which errors of pT and d0 may grow when one layer is lost, from 1 GeV on. slow: the same below.
        hits: of every track of 1 GeV and more, at least `spread` (mm) apart along it (None: anywhere).
        crowd: particles per steradian in the core of a jet in which tracks are found from inside out.
        v0: part of the site's own acceptance for decays. worst: factor by which no error may exceed the site's own, at
            any momentum and direction. impact: the same for the mean logarithm of d0 at 1 to 5 GeV; z0: for that of z0
            from 1 GeV on. cone: least opening of a disk over its z: inside stands the machine.
    """

    loss: float | None = 2.5
    hits: int | None = 6
    spread: float | None = SPREAD
    crowd: float | None = CROWD
    v0: float | None = 0.9
    worst: float | None = 1.5
    impact: float | None = 1.01
    slow: float | None = 4.0
    z0: float | None = 1.01
    cone: float | None = 0.1


def _asked(own: str, wanted: Required) -> list[tuple[Any, Requirement]]:
    """Every side limit: its value, and its line where that is not None."""
    return [
        (wanted.loss, Requirement("loss", "Without the hit of any one layer sigma(pT) and "
            "sigma(d0) of tracks from 1 GeV grow by at most",
            f"{wanted.loss} times", "assumed, 2-3: CLD itself at most 2.0", "loss", range=(2.0, 3.0))),
        (wanted.slow, Requirement("slow", "The same for tracks below 1 GeV, which curl up before the outer layers",
            f"{wanted.slow} times", "assumed, 3.5-6: CLD itself 3.4", "slow", range=(3.5, 6.0))),
        (wanted.hits, Requirement("hits", "Hits of every track of 1 GeV and more that count",
            f"at least {wanted.hits}", "assumed, 5-8: five parameters and a check", "hits", range=(5, 8))),
        (wanted.crowd, Requirement("crowd", "In the core of a jet no layer offers a wrong hit to a track that is "
            "followed from inside out, with 95 % probability", f"{wanted.crowd} particles per sr",
            "assumed, 50-500: five particles of a jet within 0.1 rad of its axis", "finding", range=(50.0, 500.0))),
        (wanted.v0, Requirement("v0", "K0S and Lambda of 2, 5, 10 GeV that leave four hits behind their decay",
            f"at least {wanted.v0} of the acceptance of {own}", "assumed, 0.8-1; lifetimes PDG 2024", "v0",
            range=(0.8, 1.0))),
        (wanted.worst, Requirement("worst", "At no momentum and direction is an error of pT, d0, z0 larger",
            f"than {wanted.worst} times that of {own}", "assumed, 1.2-2", "worst", range=(1.2, 2.0))),
        (wanted.impact, Requirement("impact", "Mean logarithm of sigma(d0) at 1, 2, 5 GeV, for the tag of charm",
            f"at most ln {wanted.impact} above {own}", "assumed: no loss but 1 % for sizes as built", "impact")),
        (wanted.z0, Requirement("z0", "Mean logarithm of sigma(z0) of tracks from 1 GeV, for the vertex along the beam",
            f"at most ln {wanted.z0} above {own}", "assumed: no loss but 1 % for sizes as built", "z0")),
        (wanted.cone, Requirement("cone", "Disks leave a cone along the beam to the machine",
            f"openings of at least {wanted.cone} z", "FCC-ee keeps its magnets within 100 mrad (conceptual design "
            "report, recalled); CLD's disks begin at 150 mrad", "cone", range=(0.1, 0.15))),
    ]  # fmt: skip


def _met(conditions: Conditions, wanted: Required) -> list[tuple[Any, Requirement]]:
    """Every condition of the response, and the spread of hits."""
    a, e, tube, more = conditions.alignment, conditions.efficiency, conditions.tube, conditions.services
    return [
        (wanted.spread if wanted.hits is not None else None, Requirement("spread", "Hits nearer to each other count "
            "in part", f"{(wanted.spread or 0) / mm:g} mm along the track",
            "assumed, 10-20 mm: below the 19.5 mm between CLD's vertex layers", "hits", range=(10.0, 20.0))),
        (a, Requirement("alignment", "Layers stand where they are known to stand, to a r/(r + r0)",
            f"{(a or 0) / um:g} um, r0 = {conditions.softening / mm:g} mm; no weak modes",
            "assumed, 2-10 um: CMS and ATLAS after alignment with tracks (recalled)", range=(2.0, 10.0))),
        (a and conditions.frame, Requirement("frame", "Layers that stand near to each other move together",
            f"as exp(-d^2/2L^2), L = {(conditions.frame or 0) / mm:g} mm",
            "assumed, 10-60 mm: neighbours share a mechanical frame", range=(10.0, 60.0))),
        (e, Requirement("efficiency", "A layer that is crossed has a hit; errors are means over hit patterns",
            f"{e}", "ALICE fast simulation, DelphesO2 DetectorK: 0.98")),
        (tube, Requirement("tube", "Support tube between inner and outer tracker",
            f"{100 * (tube or 0):g} % of X0 at 686 mm; no disk goes through it",
            "Delphes card of CLD: 1.25 % at 0.686 m", "tube")),
        (more, Requirement("services", "Cables and cooling of a layer, on top of its modules",
            f"{100 * (more or 0):g} % of X0", "assumed, 0.01-0.5 %: with it CLD's six outer layers have 1.45 % in the "
            "mean (published 1.401) and its vertex layers 0.66 (0.625)", range=(1e-4, 0.005))),
    ]  # fmt: skip


def requirements(conditions: Conditions, wanted: Required, own: str, limits: tuple[str, ...]) -> list[Requirement]:
    """The lines of what is on; side limits that the problem does not have are left out."""
    rows = [*_asked(own, wanted), *_met(conditions, wanted)]
    return [line for value, line in rows if value is not None and (line.limit is None or line.limit in limits)]
