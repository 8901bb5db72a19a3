"""The problem `spectrometer-layout-v1`: where the stations of a spectrometer stand, how fine, and how many."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.design.declared import declared
from designopt.design.numbers import shown
from designopt.design.space import DesignSpace
from designopt.design.variables import Integer, Real
from designopt.detectors.option_ranges import Bending, Depth, Energies, Hits, Length, Place, Slots, Thickness, Weight
from designopt.detectors.spectrometer.catalogue import Technology, chosen
from designopt.detectors.spectrometer.detector import Spectrometer
from designopt.detectors.spectrometer.magnet import Magnet
from designopt.detectors.spectrometer.references.people import references
from designopt.detectors.tracker.resolution.scattering import FIXED
from designopt.problem.detector import Response
from designopt.problem.problem import Problem
from designopt.units import m, mm, um

NAME = "spectrometer-layout-v1"
CLEARANCE = 500 * mm  # between the magnet and the nearest station
OUTER = 6 * m
# Loss with its gradient and those of nine side limits against the loss, in CPU time, batches of 64: 3.9 to 4.3.
GRADIENT_PRICE = 4.0
TRACKS = 100  # charged for each momentum: what a simulation needs to know a resolution to 7 %


def objective(response: Response, pointing_weight: float) -> Float[Array, ""]:
    r"""Mean logarithm of the error of the momentum, plus that of the place at the vertex with a weight:
    $\langle\ln\sigma_p/p\rangle + \lambda\,\langle\ln(\sigma_x/\mathrm{mm})\rangle$; $\lambda$ is the pointing weight.

    Means over the momenta; the logarithm keeps one momentum from dominating.

    Args:
        response: `momentum` ($\sigma_p/p$) and `position` (mm) by momentum.
        pointing_weight: $\lambda$.

    Returns a number without unit, smaller is better.
    """
    momentum = jnp.mean(jnp.log(response["momentum"]))
    return momentum + pointing_weight * jnp.mean(jnp.log(response["position"]))


@declared
def spectrometer_layout(
    budget: float | None = None,
    stations: Slots = 8,
    count: str = "free",
    granularity: str = "catalogue",
    technologies: Sequence[str] | Mapping[str, Mapping[str, float]] | None = None,
    hits: Hits = 8,
    momenta: Energies = (5.0, 20.0, 100.0),
    bending_power: Bending = 0.65,
    length: Depth = 2 * m,
    vertex: Place = -10 * m,
    pointing_weight: Weight = 0.0,
    gap: Length = 100 * mm,
    fewest: Slots = 4,
    step: Length = 10 * mm,
    log_thickness: Thickness | None = FIXED,
) -> Problem:
    """Place up to 8 stations around a dipole for a fixed sum: how many, on which side, how far, how fine.

    The objective is the mean logarithm of sigma(p)/p over `momenta` (GeV), plus `pointing_weight` times that of the
    position at the `vertex` (mm). Stations stand up to 6 m from the middle of the magnet (`bending_power` in T m,
    `length` in mm), half a metre clear of it, `gap` apart, at multiples of `step` (mm); a track leaves `hits` in each.
    There are at least `fewest`: three would fix a momentum, but nothing would say whether their hits belong together.

    Money (kCHF): with `granularity="catalogue"` a station has a grade: 0 is none, then 250 um for 500, 120 um for 1000,
    60 um for 2000. Relaxed designs cost the budget exactly, built ones at most; what buys no better grade is reported
    as unspent. With "continuous" the resolution is any number between, price and material follow the catalogue, and
    built designs cost the budget exactly, too.
    `count="fixed"` (instead of "free") fills every slot. `technologies` are names of the catalogue, or
    `{name: {"resolution_um", "x_over_x0", "price"}}`. Without a budget: what four stations of 120 um cost, or, where
    nothing is left to choose, what all stations cost. `log_thickness`: in the scattering angle's logarithm, each
    station's own thickness if None.
    """
    kinds = chosen(technologies)
    inner = length / 2 + CLEARANCE
    check_options(stations, fewest, count, granularity, hits, momenta, inner, vertex, gap, step, len(kinds))
    magnet = Magnet(float(bending_power), float(length))
    space, paid = space_of(stations, count, granularity, kinds, inner, float(step))
    usual = next((kind.price for kind in kinds if kind.name == "120 um"), kinds[0].price)
    money = usual * (stations if count == "fixed" else min(4, stations)) if budget is None else float(budget)
    detector = Spectrometer(
        magnet=magnet,
        technologies=kinds,
        momenta=tuple(float(p) for p in momenta),
        hits=hits,
        vertex=float(vertex),
        gap=float(gap),
        fewest=fewest,
        log_thickness=log_thickness,
    )
    return Problem(
        name=NAME,
        detector=replace(detector, separate=True),
        built_detector=detector,
        space=space,
        objective=partial(objective, pointing_weight=pointing_weight),
        budget=money,
        spend_on=paid,
        # A fixed number of equal stations leaves money no way to go.
        spend="exactly" if paid else "at most",
        events=TRACKS * len(momenta),
        gradient_price=GRADIENT_PRICE,
        references=references(space, kinds, inner, OUTER),
        compare_with="equidistant",
        cheapest_allowed=float(fewest * min(kind.price for kind in kinds)),
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
            "pointing_weight": pointing_weight,
            "gap": gap,
            "fewest": fewest,
            "step": step,
            "log_thickness": log_thickness,
        },
    )


def space_of(
    stations: int,
    count: str,
    granularity: str,
    kinds: Sequence[Technology],
    inner: float,
    step: float | None,
    outer: float = OUTER,
) -> tuple[DesignSpace, dict[str, int]]:
    """Variables of so many slots, `inner` to `outer` mm from the middle of the magnet, and which of them money buys."""
    variables: list[Any] = [
        Real("distance", inner, outer, unit=mm, label="mm", count=stations, step=step),
        Integer("downstream", 0, 1, count=stations),
    ]
    paid: dict[str, int] = {}
    if granularity == "continuous":
        finest, coarsest = (pick(kind.resolution for kind in kinds) for pick in (min, max))
        variables.append(Real("resolution", finest, coarsest, unit=um, label="um", count=stations, scale="log"))
        paid["resolution"] = -1
        if count == "free":
            variables.append(Integer("present", 0, 1, count=stations))
            paid["present"] = 1
    elif count == "free" or len(kinds) > 1:
        variables.append(Integer("grade", 0 if count == "free" else 1, len(kinds), count=stations))
        paid["grade"] = 1
    return DesignSpace(variables), paid


def listed(names: Sequence[str] | None) -> list[str] | None:
    """Names as JSON has them."""
    return None if names is None else list(names)


def check_options(
    stations: int, fewest: int, count: str, granularity: str, hits: int, momenta: Any, inner: float, vertex: float,
    gap: float, step: float, kinds: int, outer: float = OUTER,
) -> None:  # fmt: skip
    """Raise ValueError, in a sentence, for options that make no problem; `kinds` is the number of technologies."""
    if not 3 <= fewest <= stations:
        raise ValueError(
            f"The spectrometer has {stations} slots and at least {fewest} stations. "
            "A momentum takes at least three stations, and every one needs a slot."
        )
    for what, found, known in (
        ("count", count, ("free", "fixed")),
        ("granularity", granularity, ("catalogue", "continuous")),
    ):
        if found not in known:
            raise ValueError(f'\'{what}\' is {found!r}. Write "{known[0]}" or "{known[1]}".')
    if granularity == "continuous" and kinds < 2:
        raise ValueError("A continuous resolution lies between two technologies at least, but there is one.")
    if hits < 1 or not momenta or not all(p > 0 for p in momenta):
        raise ValueError(f"Each station gives {hits} hits at {shown(list(momenta))} GeV. Give positive numbers.")
    if not (gap > 0 and step > 0 and inner < outer - step):
        raise ValueError(
            f"Stations stand {inner:g} to {outer:g} mm from the middle of the magnet, {gap:g} mm apart, in steps of "
            f"{step:g} mm: there is no room. Shorten the magnet, or correct the gap and the step."
        )
    if vertex > -outer:
        raise ValueError(f"The vertex is at {vertex:g} mm, but it has to lie in front of all stations ({-outer:g} mm).")
