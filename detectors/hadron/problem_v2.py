"""The problem `hadron-calorimeter-v2`: silicon or tiles in a steel block, as a review board would let it be built."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

from designopt.design.declared import Most, Positive, Range, Share, declared
from designopt.design.space import Design, DesignSpace
from designopt.design.variables import Categorical, Integer, Real
from designopt.detectors.few_kinds import SECOND_READOUT, SecondReadout
from designopt.detectors.hadron.cost import PITCH
from designopt.detectors.hadron.limits import HIGHEST_VOLTAGE
from designopt.detectors.hadron.problem import GAP, WINDOW
from designopt.detectors.hadron.review.detector import ReviewedHadron
from designopt.detectors.hadron.review.goal import objective_of
from designopt.detectors.hadron.review.limits import Limits
from designopt.detectors.hadron.review.offered import OFFERS, offered
from designopt.detectors.hadron.review.prices import FIELD, Prices
from designopt.detectors.hadron.review.requirements import (
    BOARD,
    COARSEST,
    KINDS,
    LEAKAGE,
    LINEARITY,
    requirements_of,
)
from designopt.detectors.hadron.review.uniform import Equal, best_equal, design_of
from designopt.detectors.hadron.simulation.showers import DEPTH
from designopt.detectors.option_ranges import BoardThickness, Depth, Length, Slots
from designopt.detectors.price_draws import price_factors
from designopt.detectors.prices import PriceBook, read_prices
from designopt.problem.as_built import affordable
from designopt.problem.problem import Problem
from designopt.units import kCHF, mm

NAME = "hadron-calorimeter-v2"
BUDGET = 5900 * kCHF  # what CLD's hadron barrel costs here
# Loss and limits with their gradient through smooth windows against a score's: docs/problems/hadron-calorimeter-v2.md.
GRADIENT_PRICE = 2.75
UNIFORM = "best equal"
# key4hep/k4geo: HCalBarrel of CLD_o2_v07 and SiD_o2_v04 (whose cassettes add 1 mm of steel, here part of the board),
# hcal_defs.xml of ILD_common_v02.
REAL = {
    "CLD": Equal(44, 19.0, "3 mm tile"),
    "SiD": Equal(40, 19.0, "3 mm tile"),
    "ILD": Equal(48, 20.0, "3 mm tile"),
}
"""Real ones, whole; they cost what they cost."""

Change = Annotated[float, Range(1e-6, 10.0)]
Budget = Annotated[Positive, "Money in kCHF."]
Coil = Annotated[Annotated[float, Range(0.0, 100.0)] | None, "Field of the coil outside, T; 0 where depth is free."]
Board = Annotated[BoardThickness | None, "Board, cassette and air of every sensor, mm; 0 for none."]
Kinds = Annotated[Slots | None, "Kinds of layer (plate, sensor) that there may be; 0 asks nothing."]
Voltage = Annotated[Annotated[float, Range(0.1, 1e5)] | None, "Most voltage that depletes a sensor, V; 0 asks nothing."]
Linearity = Annotated[Change | None, "Most half-change of the response to pions of 20-175 GeV; 0 asks nothing."]
Leakage = Annotated[Share | None, "Most share of 100 GeV pions with a tenth of their energy behind; 0 asks nothing."]
Coarsest = Annotated[Length | None, "Most steel in front of a sensor, mm; 0 asks nothing."]


@declared
def hadron_calorimeter_v2(
    budget: Budget = BUDGET,
    slots: Slots = 60,
    sensors: Annotated[Sequence[str], Most(20)] = tuple(OFFERS),
    depth: Depth = DEPTH,
    pitch: Annotated[Length, "Side of the cells, mm; it sets the number of channels only."] = PITCH,
    goal: str = "hadrons",
    prices: str | None = None,
    coil: Coil = FIELD,
    board: Board = BOARD,
    kinds: Kinds = KINDS,
    second_readout: SecondReadout = SECOND_READOUT,
    voltage: Voltage = HIGHEST_VOLTAGE,
    linearity: Linearity = LINEARITY,
    leakage: Leakage = LEAKAGE,
    coarsest: Coarsest = COARSEST,
    uniform: bool = True,
) -> Problem:
    """Place silicon sensors or scintillator tiles along a steel block: how many, where, which, how deep the block.

    The goal "hadrons" is the logarithm of the error of the summed energy of hadrons with dN/dE = 1/E, from pions of 50
    and 100 GeV; "mean" that of `hadron-calorimeter-v1`. `sensors` are on offer, `depth` (mm) is the steel that was
    simulated, `pitch` (mm) sets the channels. Steel and a `coil` outside (T) make depth cost money, a `board` (mm)
    takes some. There are at most so many `kinds` of layer (plate, sensor); silicon beside tiles costs a
    `second_readout` (kCHF). Limits: `voltage` of silicon (V), `linearity` for pions, the tail of the `leakage`, steel
    in the `coarsest` gap (mm); None takes one away. `uniform` False leaves out the best equal layout, half a minute of
    searching where the options are not those on file (the defaults).
    """
    names = tuple(sensors)
    offers = offered(names)
    if not 0 < depth <= DEPTH:
        raise ValueError(
            f"The sensors may use {depth:g} mm, but the simulated block is {DEPTH:g} mm deep. Give at most that."
        )
    options: dict[str, Any] = {
        "slots": slots,
        "sensors": list(names),
        "depth": depth,
        "pitch": pitch,
        "goal": goal,
        "prices": prices,
        "coil": coil or 0.0,
        "board": board or 0.0,
        "kinds": kinds,
        "second_readout": second_readout or 0.0,
        "voltage": voltage,
        "linearity": linearity,
        "leakage": leakage,
        "coarsest": coarsest,
        "uniform": uniform,
    }
    book = read_prices(prices)

    def priced(book: PriceBook) -> Prices:
        return Prices.from_book(book, offers, pitch, options["coil"], options["second_readout"])

    model = priced(book)
    limits = Limits(float(depth), voltage, linearity, leakage, coarsest)
    built = ReviewedHadron(model, limits, names, options["board"])
    smooth = ReviewedHadron(model, limits, names, options["board"], WINDOW)
    variables: list[Real | Integer | Categorical] = [
        Real("gap", *GAP, unit=mm, label="mm", count=slots if kinds is None else kinds, scale="log", step=0.5 * mm),
        Integer("present", 0, 1, count=slots),
    ]
    if len(names) > 1:
        variables.append(Categorical("sensor", names, count=slots if kinds is None else kinds))
    if kinds is not None and kinds > 1:
        variables.append(Categorical("kind", tuple(str(k + 1) for k in range(kinds)), count=slots))
    objective = objective_of(goal)
    references: dict[str, Design] = {
        name: design_of([one], slots, kinds, names)
        for name, one in REAL.items()
        if one.number <= slots and one.kind in names
    }
    if uniform and (equal := best_equal(built, objective, float(budget), slots, goal)) is not None:
        references = {UNIFORM: design_of([equal], slots, kinds, names), **references}
    references, dear = affordable(references, built.cost, float(budget))
    return Problem(
        name=NAME,
        detector=smooth,
        built_detector=built,
        space=DesignSpace(variables),
        objective=objective,
        budget=float(budget),
        spend_on={"gap": 1, "present": 1} if options["coil"] or model.steel else {"present": 1},
        events=built.showers(),
        gradient_price=GRADIENT_PRICE,
        references=references,
        whole=True,
        dear=dear,
        compare_with=next(iter(references), None),
        requirements=requirements_of(options),
        price_factors=price_factors(
            book,
            lambda one: replace(built, prices=priced(one)).cost,
        ),
        options=options,
    )
