"""The problem `calorimeter-segmentation-v2`: a calorimeter that a review board would let be built."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from designopt.design.declared import declared
from designopt.detectors.calorimeter.cost import ENVELOPE, CostModel
from designopt.detectors.calorimeter.problem import ABSORBERS, ACTIVES, check_options
from designopt.detectors.calorimeter.response.front_end import STRAY, TILE_LIGHT, FrontEnd
from designopt.detectors.calorimeter.response.readout import Readout
from designopt.detectors.calorimeter.review.boards import BOARD, CLADDING
from designopt.detectors.calorimeter.review.detector import ReviewedCalorimeter
from designopt.detectors.calorimeter.review.goal import objective_of
from designopt.detectors.calorimeter.review.kinds import PITCH, THICKNESS_OF, space_of_kinds
from designopt.detectors.calorimeter.review.limits import Limits
from designopt.detectors.calorimeter.review.options import (
    Board,
    Budget,
    Cladding,
    ConstantTerm,
    Dead,
    KindCharge,
    Kinds,
    LowEnergy,
    Pions,
    PlateTolerance,
    SignalToNoise,
    Stray,
    TileLight,
)
from designopt.detectors.calorimeter.review.references import references_of
from designopt.detectors.calorimeter.review.requirements import (
    CONSTANT,
    DEAD,
    KIND_CHARGE,
    KINDS,
    LOW_ENERGY,
    PIONS,
    SNR,
    TOLERANCE,
    requirements_of,
)
from designopt.detectors.few_kinds import SECOND_READOUT, SecondReadout
from designopt.detectors.materials import index_of
from designopt.detectors.option_ranges import Channels, Depth, Energies, Length, Relative, Slots, Weight
from designopt.detectors.price_draws import price_factors
from designopt.detectors.prices import read_prices
from designopt.problem.problem import Problem
from designopt.units import kCHF, m, mm

NAME = "calorimeter-segmentation-v2"
BUDGET = 4100 * kCHF  # what the CALICE Si-W stack costs with these prices
DEPTH = 300 * mm
CHANNELS = 2_500_000  # what CLD has on this area, and a fifth more
# Loss and limits with one gradient against without, in CPU time of one process: 2.2, where calorimeter-segmentation-v1
# has 3.7 in the same process and 4.8 to 5.9 when it was measured alone; in proportion.
GRADIENT_PRICE = 3.0


@declared
def calorimeter_segmentation_v2(
    budget: Budget = BUDGET,
    slots: Slots = 40,
    absorbers: Sequence[str] = ABSORBERS,
    actives: Sequence[str] = ACTIVES,
    energies: Energies = (1.0, 5.0, 20.0, 100.0),
    goal: str = "diphoton",
    position_weight: Weight = 0.2,
    pion_weight: Weight = 0.5,
    side: Length = 1 * m,
    depth: Depth = DEPTH,
    channels: Channels = CHANNELS,
    prices: str | None = None,
    board: Board = BOARD,
    cladding: Cladding = CLADDING,
    kinds: Kinds = KINDS,
    kind_charge: KindCharge = KIND_CHARGE,
    second_readout: SecondReadout = SECOND_READOUT,
    snr: SignalToNoise = SNR,
    stray: Stray = STRAY,
    tile_light: TileLight = TILE_LIGHT,
    plate_tolerance: PlateTolerance = TOLERANCE,
    constant_term: ConstantTerm = CONSTANT,
    miscalibration: Relative = CONSTANT,
    dead: Dead = DEAD,
    pions: Pions = PIONS,
    low_energy: LowEnergy = LOW_ENERGY,
    uniform: bool = True,
) -> Problem:
    """Segment a sampling calorimeter that can be built: few kinds of layer, boards in it, noise by the size of a cell.

    The goal "diphoton" is ln sigma(m)/m of H -> gamma gamma (two photons of 67.7 GeV), "mean" that of
    calorimeter-segmentation-v1 with its weights. The front face is fixed (`side` mm square with 75 mm around it).
    Limits: `depth` in mm, `channels`, the envelope (two Molière radii, boards included), the pitch, `snr` of a MIP in
    every cell, the share of `pions` resolved, sigma(E)/E of `low_energy`/sqrt(E/GeV) at 1 and 5 GeV. `board` and
    `cladding` of lead in mm, `kind_charge` in kCHF a kind, `second_readout` in kCHF for a system beyond the first,
    `stray` in pF, `tile_light` in photo-electrons, `plate_tolerance` in mm, `dead` in X0; None takes a requirement
    away. Timing is left out.
    `uniform` False leaves out the best equal stack, which takes a minute of searching where the options are not those
    on file (the defaults).
    """
    absorbers, actives = tuple(absorbers), tuple(actives)
    check_options(slots, absorbers, actives, energies, depth, channels)
    options: dict[str, Any] = {
        "slots": slots,
        "absorbers": list(absorbers),
        "actives": list(actives),
        "energies": [float(energy) for energy in energies],
        "goal": goal,
        "position_weight": position_weight,
        "pion_weight": pion_weight,
        "side": side,
        "depth": depth,
        "channels": channels,
        "prices": prices,
        "board": board or 0.0,
        "cladding": cladding or 0.0,
        "kinds": kinds,
        "kind_charge": kind_charge or 0.0,
        "second_readout": second_readout or 0.0,
        "snr": snr,
        "stray": stray,
        "tile_light": tile_light,
        "plate_tolerance": plate_tolerance or 0.0,
        "constant_term": constant_term,
        "miscalibration": miscalibration,
        "dead": dead or 0.0,
        "pions": pions,
        "low_energy": low_energy,
        "uniform": uniform,
    }
    book = read_prices(prices)
    model = CostModel.from_book(book, side, ENVELOPE)
    detector = ReviewedCalorimeter(
        prices=model,
        readout=Readout(
            uniformity=constant_term,
            miscalibration=miscalibration,
            plate_tolerance=plate_tolerance or None,
            front_end=FrontEnd(stray, tile_light),
        ),
        limits=Limits(float(depth), float(channels), PITCH, snr, pions, low_energy),
        absorbers=absorbers,
        actives=actives,
        energies=tuple(options["energies"]),
        board=options["board"],
        cladding=options["cladding"],
        dead=options["dead"],
        kind_charge=options["kind_charge"],
        second_readout=options["second_readout"],
    )
    space = space_of_kinds(slots, kinds, absorbers, actives)
    objective = objective_of(goal, position_weight, pion_weight)
    goal_card = {"goal": goal} if goal == "diphoton" else {"goal": goal, "weights": [position_weight, pion_weight]}
    references = references_of(detector, space, objective, float(budget), goal_card, uniform)
    return Problem(
        name=NAME,
        detector=detector,
        space=space,
        objective=objective,
        budget=float(budget),
        spend_on={"absorber_thickness": 1, "pitch": -1, "present": 1} | _paid_sensors(model, actives),
        events=detector.showers(),
        gradient_price=GRADIENT_PRICE,
        references=references.designs,
        whole=True,
        dear=references.dear,
        compare_with=references.best,
        requirements=requirements_of(options, actives),
        price_factors=price_factors(
            book, lambda one: replace(detector, prices=CostModel.from_book(one, side, ENVELOPE)).cost
        ),
        options=options,
    )


def _paid_sensors(model: CostModel, actives: tuple[str, ...]) -> dict[str, int]:
    """Thicknesses that cost money: a price book may give the thickness of silicon away."""
    return {THICKNESS_OF[name]: 1 for name in actives if float(model.volume[index_of(name)]) > 0}
