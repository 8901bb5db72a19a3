"""The problem `array-layout-v1`: where, and how many, units of an array for gamma-ray showers, for a fixed sum."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated

import numpy as np

import designopt as do
from designopt.detectors.array.cost import Prices
from designopt.detectors.array.detector import GroundArray
from designopt.detectors.array.goal import objective
from designopt.detectors.array.reference import references
from designopt.detectors.array.showers.flux import HIGHEST, LOWEST
from designopt.detectors.option_ranges import EventCount, PriceFile, refuse_faint
from designopt.units import MCHF, m
from designopt.written import Most, Range, Requirement, declared, shown

NAME = "array-layout-v1"
WIDTHS = 100 * m, 20_000 * m
"""Of the disc that undisplaced units fill; others may stand up to a width and a half from the middle."""
GRADIENT_PRICE = 3.1
"""A loss with its gradient, in losses: CPU time of one design of 90 units; 2.0 where eight are computed at once."""
BEST = "wide rings"
"""The layout made by hand that gains are quoted against, the best at the default budget: `studies/array_by_hand.py`."""

Units = Annotated[int, Range(2, 400)]
"""Slots for units: four hundred are 1201 coordinates."""
Energies = Annotated[Sequence[Annotated[float, Range(LOWEST, HIGHEST)]], Most(2)]
"""Lowest and highest, PeV."""
Weights = Annotated[Sequence[Annotated[float, Range(0.0, 1000.0)]], Most(3)]


@declared
def array_layout(
    budget: float = 12 * MCHF,
    units: Units = 90,
    showers: EventCount = 200,
    energies: Energies = (0.3, 10.0),
    zenith: Annotated[float, Range(1.0, 60.0)] = 45.0,
    reach: Annotated[float, Range(50.0, 10_000.0)] = 1500.0,
    spacing: Annotated[float, Range(0.0, 1000.0)] = 25.0,
    weights: Weights = (1.0, 1.0, 1.0),
    prices: PriceFile = None,
) -> do.Problem:
    """Place up to so many `units` of 19 water tanks on level ground, to measure gamma-ray showers, for a fixed sum.

    Every unit has a place and may be absent; all places are in units of one width, which takes what money is left.
    Money (kCHF): units, a trench with cable from each to the hub in the middle, ground (price book of the array, or
    `prices` over it). The objective is minus the mean logarithm, with `weights`, of the shares of `showers` that tell
    photons from protons, measure the energy, and the direction, as well as a perfect array would; photons of
    `energies` (PeV) up to `zenith` (degrees) fall within `reach` (m) of the middle. Units stand `spacing` (m) apart.
    """
    if len(energies) != 2 or not energies[0] < energies[1]:
        raise ValueError(f"The energies are {shown(list(energies))}. Give the lowest and the highest, in PeV.")
    if len(weights) != 3 or not sum(weights) > 0:
        raise ValueError(f"The weights are {shown(list(weights))}. Give those of photons, energy, pointing, not all 0.")
    refuse_faint(weights)
    paid = Prices.of(prices)
    detector = GroundArray(
        prices=paid, count=showers, energies=(energies[0], energies[1]), zenith=float(np.deg2rad(zenith)),
        reach=reach, spacing=spacing,
    )  # fmt: skip
    found = references(units, budget, paid, WIDTHS)
    return do.Problem(
        name=NAME,
        detector=detector,
        space=do.DesignSpace([
            do.Real("x", -1.0, 1.0, count=units),
            do.Real("y", -1.0, 1.0, count=units),
            do.Real("width", *WIDTHS, unit=m, label="m", scale="log"),
            do.Integer("present", 0, 1, count=units),
        ]),
        objective=partial(objective, weights=tuple(weights)),
        budget=budget,
        spend_on={"width": 1, "present": 1},
        events=showers,
        gradient_price=GRADIENT_PRICE,
        references=found,
        compare_with=BEST,
        requirements=(
            Requirement(
                "spacing", "Units stand apart", f"{spacing:g} m", "assumed: a unit is 19 m across", "spacing", 0.0
            ),
        ),
        options={
            "units": units, "showers": showers, "energies": list(energies), "zenith": zenith, "reach": reach,
            "spacing": spacing, "weights": list(weights), "prices": prices,
        },
    )  # fmt: skip
