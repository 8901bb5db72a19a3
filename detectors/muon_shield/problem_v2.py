"""The problem `muon-shield-ship-v2`: the shield that a review board would let the experiment build."""

from designopt.design.declared import declared
from designopt.detectors.muon_shield.cost import CostModel
from designopt.detectors.muon_shield.family import Family
from designopt.detectors.muon_shield.limits import LENGTH, LimitModel
from designopt.detectors.muon_shield.objective import DRIFT, Goal
from designopt.detectors.muon_shield.problem import HARD, MUONS, SHIP_BUDGET, STEPS, problem_of
from designopt.detectors.muon_shield.reference import best_equal_magnets, challenge_baseline, evolved, published_best
from designopt.detectors.muon_shield.requirements import (
    CURRENT_DENSITY,
    FIELD_FREE,
    FIELD_TOLERANCE,
    POSITION_TOLERANCE,
    SLIT,
    STRAY,
    WINDOW,
    YOKE_RATIO,
    Budget,
    CurrentDensity,
    DeadTime,
    FieldFree,
    FieldTolerance,
    PositionTolerance,
    Slit,
    Stray,
    Window,
    YokeRatio,
    board,
    flight,
    refuse,
    requirements,
)
from designopt.detectors.option_ranges import EventCount, Length, Seed, ShieldLength, Steps
from designopt.detectors.prices import read_prices
from designopt.problem.problem import Problem
from designopt.units import mm

NAME = "muon-shield-ship-v2"
REQUIRED = (
    "window", "current_density", "yoke_ratio", "stray", "slit", "field_free", "field_tolerance", "position_tolerance",
)  # fmt: skip
"""Options that are requirements."""

# Loss with its gradient against the loss, in CPU time on the baseline (studies/benchmark_muon_shield.py).
GRADIENT_PRICE = 5.3
REFERENCES = {"best equal magnets": best_equal_magnets, "evolved": evolved, "published best": published_best}


@declared
def muon_shield_ship_v2(
    budget: Budget = SHIP_BUDGET,
    length: ShieldLength = LENGTH,
    goal: Goal = "signal",
    window: Window = WINDOW,
    current_density: CurrentDensity = CURRENT_DENSITY,
    yoke_ratio: YokeRatio = YOKE_RATIO,
    stray: Stray = STRAY,
    slit: Slit = SLIT,
    field_free: FieldFree = FIELD_FREE,
    field_tolerance: FieldTolerance = FIELD_TOLERANCE,
    position_tolerance: PositionTolerance = POSITION_TOLERANCE,
    dead_time: DeadTime = DRIFT,
    prices: str | None = None,
    saturation: bool = True,
    straggling: bool = True,
    muons: EventCount = MUONS,
    sample: Seed = 0,
    edge: Length = 150 * mm,
    softness: Length = 10 * mm,
    steps: Steps = STEPS,
) -> Problem:
    """The shield of SHiP as a review board would let it be built: 72 numbers, at most `budget` kCHF with coils.

    The score is ln of the signal lost: -ln[(82 m - L)/(82 m - 30 m)] + R tau for a shield of length L that lets R muons
    a second through, where one spoils the time tau (`dead_time`, s) in which a straw drifts. `goal`: "signal", or the
    objectives of `muon-shield-ship-v1` ("hits", "chi", "fcn").
    Requirements, None takes one away: `window` (mm), `current_density` (A/mm2), `yoke_ratio`, `stray` (T) are limits;
    `slit` (mm), `field_free` (mm at the end), `field_tolerance` and `position_tolerance` (mm) are simulated, the last
    two as a mean over four shields. `prices` is a file that overrides the price book. The rest as in `muon-shield-v1`.
    """
    own = locals()
    asked = {name: own[name] for name in REQUIRED}
    refuse(asked)
    options = {name: value for name, value in own.items() if name != "budget"}
    magnets, book = len(challenge_baseline()), read_prices(prices)
    family = Family(
        NAME,
        HARD,
        budget,
        goal,
        lambda reach: CostModel.from_book(book, reach),
        lambda reach, _: LimitModel(reach, board=board(asked, saturation)),
        REFERENCES,
        flight(asked, magnets),
        {"dead_time": dead_time},
        {
            "requirements": requirements(asked),
            "gradient_price": GRADIENT_PRICE,
            "compare_with": "best equal magnets",
            "options": options,
        },
        book,
    )
    return problem_of(family, float(budget), options | {"objective": goal})
