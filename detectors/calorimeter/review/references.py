"""The designs to beat: calorimeters that people drew, whole, and the best equal stack that the money buys."""

from typing import Any, NamedTuple

from designopt.design.space import Design, DesignSpace
from designopt.detectors.calorimeter.review.detector import ReviewedCalorimeter
from designopt.detectors.calorimeter.review.stacks import Kind, Stack, design_of, fits
from designopt.detectors.calorimeter.review.uniform import Objective, best_uniform
from designopt.problem.as_built import affordable

UNIFORM = "best uniform"
REAL: dict[str, Stack] = {
    # arXiv 0811.2354: the prototype's three stacks of ten layers.
    "CALICE Si-W": [(10, Kind("W", d, "Si", 0.525, 10.0)) for d in (1.4, 2.8, 4.2)],
    # key4hep/k4geo, CLD_o2_v07, ECalBarrel_o2_v01_03.xml; its tungsten alloy of 17.8 g/cm3 as tungsten.
    "CLD": [(40, Kind("W", 1.9, "Si", 0.5, 5.1))],
    # key4hep/k4geo, SiD_o2_v04, ECalBarrel_o2_v04.xml; the same alloy, without the sensor in front of the first plate.
    "SiD": [(20, Kind("W", 2.5, "Si", 0.32, 3.5)), (10, Kind("W", 5.0, "Si", 0.32, 3.5))],
    # key4hep/k4geo, ILD_common_v02, ecal_defs.xml.
    "ILD": [(20, Kind("W", 2.1, "Si", 0.525, 5.0)), (10, Kind("W", 4.2, "Si", 0.525, 5.0))],
}
"""Real ones, whole; they cost what they cost."""


class References(NamedTuple):
    """Reference designs by name, the best of them, and what those cost (kCHF) that are too dear for the budget."""

    designs: dict[str, Design]
    best: str | None
    dear: dict[str, float]


def references_of(
    detector: ReviewedCalorimeter,
    space: DesignSpace,
    objective: Objective,
    budget: float,
    goal: dict[str, Any],
    uniform: bool = True,
) -> References:
    """References that fit a problem's slots, kinds, materials and budget. Gains are quoted over the best equal stack.

    Where no equal stack keeps the limits, or the best costs more than the budget since each of its layers is paid as a
    kind, or `uniform` is False, they are quoted over the first of the real ones.
    """
    stacks = {name: stack for name, stack in REAL.items() if fits(stack, space, detector.absorbers, detector.actives)}
    equal = best_uniform(detector, space, objective, budget, goal) if uniform else None
    if equal is not None:
        stacks = {UNIFORM: [equal], **stacks}
    designs = {name: design_of(stack, space, detector.absorbers, detector.actives) for name, stack in stacks.items()}
    designs, dear = affordable(designs, detector.cost, budget)
    return References(designs, UNIFORM if UNIFORM in designs else next(iter(designs), None), dear)
