"""The problem `spectrometer-layout-v2`: the layout of a spectrometer that a review board would build."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, Literal

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.design.declared import Range, declared
from designopt.design.space import Design, DesignSpace
from designopt.detectors.option_ranges import (
    Bending,
    Depth,
    Energies,
    HitEfficiency,
    Hits,
    Place,
    Slots,
    Thickness,
    Weight,
)
from designopt.detectors.prices import read_prices
from designopt.detectors.spectrometer.catalogue import STRAWS, Technology, as_straws, chosen
from designopt.detectors.spectrometer.detector import Spectrometer
from designopt.detectors.spectrometer.magnet import Magnet
from designopt.detectors.spectrometer.problem import CLEARANCE, OUTER, TRACKS, check_options, listed, space_of
from designopt.detectors.spectrometer.references.people import design_of, references
from designopt.detectors.spectrometer.references.uniform import best_equal
from designopt.detectors.spectrometer.review.aperture import DECAY_VOLUME, ROOM, relative_area
from designopt.detectors.spectrometer.review.asked import requirements
from designopt.detectors.spectrometer.review.detector import ReviewedSpectrometer
from designopt.detectors.spectrometer.review.goals import mean, search
from designopt.detectors.spectrometer.review.spectrum import fractions
from designopt.detectors.tracker.resolution.scattering import FIXED
from designopt.problem.detector import Response
from designopt.problem.problem import Problem
from designopt.units import GeV, m, mm, um

NAME = "spectrometer-layout-v2"
LENGTH = 4.5 * m
"""Of SHiP's field: 0.65 T m over a peak of 0.144 T (FairShip, geometry_config.py)."""
UNIFORM = "best equal stations"
GRADIENT_PRICE = 5.7
ANYWHERE, FEWEST = 1e-3 * mm, 3

Redundancy = Annotated[
    Annotated[float, Range(1.0, 1e6, open=True)] | None,
    "Factor by which the loss of a station may raise an error; 0 asks nothing.",
]
Material = Annotated[float, Range(1e-6, 0.5)]
Efficiency = Annotated[HitEfficiency | None, "Probability that a station measures."]
Alignment = Annotated[
    Annotated[float, Range(1e-9, 100.0)] | None, "To what the place of a station is known; 0: exactly."
]
Aperture = Annotated[Place | None, "Where the tracks begin that a station has to hold, along z."]
Gap = Annotated[Annotated[float, Range(1e-3, 1e6)] | None, "Distance that stations keep; 0 asks nothing."]
Room = Annotated[
    Annotated[float, Range(100.0, 1e6)] | None,
    "How far from the middle of the magnet stations may stand; 0 asks nothing.",
]
Fewest = Annotated[Annotated[int, Range(0, 1000)] | None, "Stations that there have to be; 0 asks nothing."]
Mass = Annotated[float, Range(1e-5, 1e4), "Of the particle that decays, GeV."]
Objective = Callable[[Response], Float[Array, ""]]


@declared
def spectrometer_layout_v2(
    budget: float | None = None,
    stations: Slots = 8,
    count: str = "free",
    granularity: str = "continuous",
    technologies: Sequence[str] | Mapping[str, Mapping[str, float]] | None = None,
    hits: Hits = 8,
    momenta: Energies = (5.0, 20.0, 100.0),
    bending_power: Bending = 0.65,
    length: Depth = LENGTH,
    vertex: Place = DECAY_VOLUME,
    goal: Literal["search", "mass", "mean"] = "search",
    mass: Mass = 1.0 * GeV,
    pointing_weight: Weight = 1.0,
    redundancy: Redundancy = 2.5,
    efficiency: Efficiency = 0.98,
    alignment: Alignment = 30 * um,
    aperture_from: Aperture = DECAY_VOLUME,
    material: Material | None = STRAWS,
    gap: Gap = 1 * m,
    room: Room = ROOM,
    fewest: Fewest = 4,
    log_thickness: Thickness | None = FIXED,
    prices: str | None = None,
) -> Problem:
    """Place up to 8 stations around SHiP's dipole for a fixed sum, so that a review board lets them be built.

    The goal is to find a long-lived particle of `mass` (GeV) that decays into two charged ones half-way down a vessel
    of 50 m, at `vertex` (mm): "search" is minus the logarithm of the significance of its mass peak over pairs of tracks
    that do not belong together, "mass" looks at the peak alone, "mean" is the weighted mean of `-v1` (`pointing_weight`
    counts for it only). The share of decays at each of `momenta` (GeV) is that of charm from 400 GeV protons.

    Requirements, each None to take it away: the loss of any one station raises sigma(p) and the error of the vertex by
    no more than `redundancy`; every station measures with the `efficiency`; its place is known to `alignment` (mm); it
    is as large, and costs as much, as tracks of a fixed angle from z = `aperture_from` (mm) need; it has the
    `material` (X0) of straws, however fine (None: the finer the thinner, as in `-v1`; technologies of your own keep
    theirs); stations stand `gap` (mm) apart, and within `room` (mm) of the middle of the magnet (None: 6 m, as in
    `-v1`); there are at least `fewest`.

    Variables, magnet and money are as in `spectrometer-layout-v1` (see `describe spectrometer-layout-v1`), but
    resolution and places are continuous, so that built designs cost the budget exactly; `prices` is a file over the
    price book. Designs are compared with SHiP's stations and with the best equal stations that cost the budget.
    """
    known = chosen(technologies, read_prices(prices))
    kinds = known if isinstance(technologies, Mapping) else as_straws(known, material)
    inner, least = length / 2 + CLEARANCE, FEWEST if fewest is None else fewest
    space_needed, outer = ANYWHERE if gap is None else gap, OUTER if room is None else float(room)
    check_options(
        stations, least, count, granularity, hits, momenta, inner, vertex, space_needed, mm, len(kinds), outer
    )
    check_apex(aperture_from, outer)
    space, paid = space_of(stations, count, granularity, kinds, inner, None, outer)
    usual = next((kind.price for kind in kinds if kind.name == "120 um"), kinds[0].price)
    money = usual * (stations if count == "fixed" else min(4, stations)) if budget is None else float(budget)
    detector = ReviewedSpectrometer(
        bare=Spectrometer(
            magnet=Magnet(float(bending_power), float(length)),
            technologies=kinds,
            momenta=tuple(float(p) for p in momenta),
            hits=hits,
            vertex=float(vertex),
            gap=float(space_needed),
            fewest=least,
            log_thickness=log_thickness,
        ),
        alignment=alignment or 0.0,
        efficiency=1.0 if efficiency is None else efficiency,
        redundancy=redundancy,
        aperture=aperture_from,
        mass=mass,
    )
    objective, told = objective_of(goal, momenta, mass, pointing_weight)
    counts = [stations] if count == "fixed" else list(range(least, stations + 1))
    found = references(space, kinds, inner, outer)
    equal = best_equal(detector, objective, told, money, counts, inner, outer, granularity == "catalogue")
    if equal is not None:
        found[UNIFORM] = _equal_design(*equal, space, kinds)
    nearest = relative_area(jnp.asarray([-outer + i * space_needed for i in range(least)]), aperture_from)
    return Problem(
        name=NAME,
        detector=replace(detector, bare=replace(detector.bare, separate=True)),
        built_detector=detector,
        space=space,
        objective=objective,
        budget=money,
        spend_on=paid,
        # A fixed number of equal stations leaves money no way to go.
        spend="exactly" if paid else "at most",
        events=TRACKS * len(momenta),
        gradient_price=GRADIENT_PRICE,
        references=found,
        compare_with=UNIFORM if equal is not None else next(iter(found)),
        cheapest_allowed=float(min(kind.price for kind in kinds) * jnp.sum(nearest)),
        requirements=requirements(redundancy, efficiency, alignment, aperture_from, material, gap, room, fewest),
        options={
            "stations": stations,
            "count": count,
            "granularity": granularity,
            "technologies": dict(technologies) if isinstance(technologies, Mapping) else listed(technologies),
            "hits": hits,
            "momenta": [float(p) for p in momenta],
            "bending_power": bending_power,
            "length": length,
            "vertex": vertex,
            "goal": goal,
            "mass": mass,
            "pointing_weight": pointing_weight,
            "redundancy": redundancy,
            "efficiency": efficiency,
            "alignment": alignment,
            "aperture_from": aperture_from,
            "material": material,
            "gap": gap,
            "room": room,
            "fewest": fewest,
            "log_thickness": log_thickness,
            "prices": prices,
        },
    )


def objective_of(goal: str, momenta: Sequence[float], mass: float, pointing_weight: float) -> tuple[Objective, str]:
    """The objective of a goal, and what tells it from another."""
    if goal == "mean":
        return partial(mean, pointing_weight=pointing_weight), f"mean {pointing_weight!r}"
    return partial(search, fractions=fractions(momenta, mass), vertex=goal == "search"), goal


def check_apex(aperture_from: Aperture, outer: float) -> None:
    """Raise ValueError for an aperture that opens inside the spectrometer."""
    if aperture_from is not None and aperture_from > -outer - 1 * m:
        raise ValueError(
            f"The aperture opens at z = {aperture_from:g} mm. Tracks have to come from a metre in front of the first "
            f"possible station at least ({-outer - 1 * m:g} mm), or stations there would cost nothing."
        )


def _equal_design(
    places: Sequence[float], resolution: float, space: DesignSpace, technologies: Sequence[Technology]
) -> Design:
    """Equal stations at these places as a design; of a catalogue, the technology of this resolution."""
    near = min(technologies, key=lambda kind: abs(np.log(kind.resolution / resolution)))
    design: dict[str, Any] = design_of(places, [near.name] * len(places), space, technologies)
    if "resolution" in design:
        design["resolution"] = jnp.full_like(design["resolution"], resolution)
    return design
