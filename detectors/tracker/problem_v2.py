"""The problem `tracker-layout-v2`: a whole tracker, barrel and disks, that a review board would build."""

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Annotated

import equinox as eqx
import jax

from designopt.design.declared import Range, Share, declared
from designopt.design.numbers import shown
from designopt.design.space import Design
from designopt.detectors.option_ranges import (
    AlignmentUm,
    Cosine,
    Energies,
    HitEfficiency,
    Hits,
    Relative,
    Slots,
    Steps,
    Thickness,
    Weight,
)
from designopt.detectors.price_draws import price_factors
from designopt.detectors.prices import read_prices
from designopt.detectors.tracker.cost import CostModel
from designopt.detectors.tracker.detector import Tracker
from designopt.detectors.tracker.layout.site import site
from designopt.detectors.tracker.problem import GOALS as WEIGHTED
from designopt.detectors.tracker.problem import PAID, check_layout, layout_space, objective
from designopt.detectors.tracker.review.conditions import ALIGNMENT, EFFICIENCY, FRAME, Conditions
from designopt.detectors.tracker.review.detector import ReviewedTracker
from designopt.detectors.tracker.review.figures import FINE
from designopt.detectors.tracker.review.goals import BEAM_SPREAD, CHARM, GOALS, physics_goal
from designopt.detectors.tracker.review.references import EXPERTS, WHOLE, fits, whole_design
from designopt.detectors.tracker.review.required import Required, requirements
from designopt.detectors.tracker.review.uniform import BEST, uniform_at
from designopt.detectors.tracker.review.yardstick import site_figures
from designopt.problem.problem import Problem
from designopt.problem.requirements import Requirement
from designopt.units import kCHF, mm, um

NAME = "tracker-layout-v2"
MOMENTA = (0.2, 0.25, 0.3, 0.4, 0.5, 0.7, 1.0, 2.0, 5.0, 45.0, 100.0)
"""Below 1 GeV near to each other: with two of them winners had no layers where tracks between them turn round."""
COSINE = 0.985
GRADIENT_PRICE = 4.0
POWER = 2.0
"""Cooling of barrel and disks over that of the site's barrel: their areas' ratio at CLD is 2.3 (assumed)."""
CLOSE = 0.02
"""A reference costs the budget if it is off by less than this part of it."""


@declared
def tracker_layout_v2(
    budget: float | None = None,
    place: str = "CLD",
    barrels: Slots | None = None,
    disks: Annotated[int, Range(0, 1000)] = 14,
    momenta: Energies = MOMENTA,
    angles: Steps = 8,
    cosine: Cosine = COSINE,
    goal: str = "recoil",
    weights: Sequence[Weight] = (1.0, 1.0, 1.0),
    beam_spread: Relative | None = BEAM_SPREAD,
    loss: Annotated[float, Range(1.0, 1e3)] | None = 2.5,
    hits: Hits | None = 6,
    spread: Annotated[float, Range(1e-3, 1e5)] | None = 15.0,
    crowd: Annotated[float, Range(1e-3, 1e6)] | None = 160.0,
    v0: Share | None = 0.9,
    worst: Annotated[float, Range(1e-3, 1e3)] | None = 1.5,
    impact: Annotated[float, Range(1e-3, 1e3)] | None = 1.01,
    slow: Annotated[float, Range(1.0, 1e3)] | None = 4.0,
    z0: Annotated[float, Range(1e-3, 1e3)] | None = 1.01,
    cone: Annotated[float, Range(1e-3, 10.0)] | None = 0.1,
    alignment: AlignmentUm | None = ALIGNMENT / um,
    frame: Annotated[float, Range(1e-3, 1e5)] | None = FRAME / mm,
    efficiency: HitEfficiency | None = EFFICIENCY,
    tube: Thickness | None = 0.0125,
    services: Thickness | None = 0.002,
    prices: str | None = None,
) -> Problem:
    """Lay out a whole tracker: up to 12 barrel layers and 14 pairs of disks, for what the site's own one costs.

    The goal is the width of the Higgs recoil against Z -> mu mu ("recoil": mean logarithm over |cos(theta)| up to
    `cosine`, muons of 45 GeV in pT, beams of relative energy spread `beam_spread`), or sigma(d0) at 1, 2, 5 GeV
    ("charm"), or v1's weighted "mean" or "worst" of pT, d0, z0 over `momenta` (GeV). Requirements (None takes one
    away): `loss` of any layer (`slow`: below 1 GeV), `hits` and their `spread` (mm), finding in a `crowd`, `v0`, no
    error `worst` than the site's own by this factor, `impact` for charm, `z0` alike, a `cone` for the machine.
    Conditions: `alignment` (um), shared on a `frame` (mm), `efficiency`, support `tube` and `services` (x/X0). Money in
    kCHF.
    """
    where = site(place)
    where = replace(where, power=POWER * where.power)
    name = EXPERTS[where.name]
    own = WHOLE[name]()
    barrels = max(12, len(own[0])) if barrels is None else barrels
    check_layout(barrels, disks, momenta, angles, weights, goal, (*GOALS, *WEIGHTED))
    if impact is not None and not set(CHARM) <= set(momenta):
        raise ValueError(
            f"The limit `impact` looks at {list(CHARM)} GeV, but the momenta are {shown(list(momenta))}. Add them, or "
            "switch it off with impact=None."
        )
    conditions = Conditions(
        alignment=None if alignment is None else alignment * um,
        frame=None if frame is None else frame * mm,
        efficiency=efficiency,
        tube=tube,
        services=services,
    )
    wanted = Required(loss, hits, None if spread is None else spread * mm, crowd, v0, worst, impact, slow, z0, cone)
    book = read_prices(prices)
    space, model = layout_space(where, barrels + disks), CostModel.from_book(book)
    tracker = Tracker(
        site=where,
        prices=model,
        barrels=barrels,
        disks=disks,
        momenta=tuple(float(momentum) for momentum in momenta),
        angles=angles,
        cosine=float(cosine),
        least_hits=hits or 0,
    )
    if not fits(own, where, barrels, disks):
        raise ValueError(
            f"{name}, the yardstick of this site, needs {len(own[0])} barrel slots and {len(own[1])} of disks; "
            f"here are {barrels} and {disks}. Give more slots."
        )
    expert = whole_design(own, space, barrels)
    tracker = eqx.tree_at(lambda d: d.expert, tracker, expert, is_leaf=lambda leaf: leaf is None)
    plain = ReviewedTracker(tracker=tracker, conditions=conditions, required=wanted)
    cost = jax.jit(lambda design: sum(plain.cost(design).values()))
    budget = math.floor(float(cost(expert))) * kCHF if budget is None else float(budget)
    compared = any(one is not None for one in (worst, impact, z0, v0))
    yardstick = site_figures(plain, expert) if compared else None
    detector = ReviewedTracker(tracker=tracker, conditions=conditions, required=wanted, yardstick=yardstick)

    known: dict[str, Design] = {}
    for label, whole in WHOLE.items():
        if fits(whole(), where, barrels, disks):
            design = whole_design(whole(), space, barrels)
            if abs(float(cost(design)) / budget - 1) < CLOSE:
                known[label] = design
    equal = uniform_at(where, budget, lambda whole: float(cost(whole_design(whole, space, barrels))), barrels, disks)
    if equal is not None:
        known["best uniform"] = whole_design(equal, space, barrels)
    share = tuple(float(weight) for weight in weights)
    if goal in GOALS:
        aim = physics_goal(goal, tracker.momenta, beam_spread)
    else:
        aim = partial(objective, momenta=tracker.momenta, weights=share, goal=goal)
    limits = tuple(jax.eval_shape(detector.constraints, expert))
    asked = requirements(conditions, wanted, name, limits)
    if goal == "recoil" and beam_spread is not None:
        asked.append(
            Requirement(
                "beam_spread",
                "Energy spread of one beam, part of the recoil's width",
                f"{beam_spread:g}",
                "assumed, 1.65e-3 to 1.85e-3: FCC-ee at 240 GeV with beamstrahlung (recalled)",
                range=(1.65e-3, 1.85e-3),
            )
        )
    first = BEST.get(where.name, (None, ""))[1]
    return Problem(
        name=NAME,
        detector=detector,
        built_detector=replace(detector, directions=FINE),
        space=space,
        objective=aim,
        budget=budget,
        spend_on=PAID,
        spend="at most",
        whole=True,
        events=detector.events(),
        gradient_price=GRADIENT_PRICE,
        references=known,
        compare_with=first if first in known else next(iter(known), None),
        requirements=tuple(asked),
        price_factors=price_factors(
            book, lambda one: replace(plain, tracker=replace(tracker, prices=CostModel.from_book(one))).cost
        ),
        options={
            "place": where.name,
            "barrels": barrels,
            "disks": disks,
            "momenta": list(tracker.momenta),
            "angles": angles,
            "cosine": cosine,
            "goal": goal,
            "weights": list(share),
            "beam_spread": beam_spread,
            "loss": loss,
            "hits": hits,
            "spread": spread,
            "crowd": crowd,
            "v0": v0,
            "worst": worst,
            "impact": impact,
            "slow": slow,
            "z0": z0,
            "cone": cone,
            "alignment": alignment,
            "frame": frame,
            "efficiency": efficiency,
            "tube": tube,
            "services": services,
            "prices": prices,
        },
    )
