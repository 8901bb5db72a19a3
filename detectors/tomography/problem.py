"""The problem `muon-tomography-v1`: where panels stand around a ladle, how large, and how many."""

from typing import Annotated, Literal

import jax.numpy as jnp
from jaxtyping import Array, Float

import designopt as do
from designopt.detectors.option_ranges import HitEfficiency, HitError, PriceFile
from designopt.detectors.tomography.cost import cost_of, prices_of
from designopt.detectors.tomography.detector import Tomograph
from designopt.detectors.tomography.physics.tracks import Hits, Panels
from designopt.detectors.tomography.reference import EVEN, references
from designopt.units import m, mm, um
from designopt.written import Positive, Range, declared

NAME = "muon-tomography-v1"
DEEP = 400 * mm  # from the ladle to the farthest panel: the volume is 1.8 m high, the ladle 1 m
SMALLEST, LARGEST = 0.2 * m, 2.0 * m
TOMOPT_AREA = 6.0  # m2: its budget, at one unit a square metre
GRADIENT_PRICE = 5.1  # CPU time of eight points: 18.4 ms each with their gradients, 3.6 ms without; one alone 3.2

Side = Annotated[int, Range(2, 6)]
Muons = Annotated[float, Range(100, 1e8)]
Momentum = Annotated[float, Range(0.1, 1000.0)]
Slag = Annotated[Annotated[float, Range(0.0, 800.0)] | None, "Thickness of the slag in mm; None: its top is anywhere."]
Edge = Annotated[float, Range(1.0, 200.0)]
Degree = Annotated[int, Range(1, 3)]
Money = Annotated[Literal["kCHF", "TomOpt"], "Prices of the book in kCHF, or one unit a square metre."]


def objective(response: do.Response) -> Float[Array, ""]:
    r"""Half the logarithm of the squared error of the fill height in m2, so that 0.01 less is 1 % less error.

    Args:
        response: `squared_error` in m2.

    Returns a number without unit, smaller is better.
    """
    return 0.5 * jnp.log(response["squared_error"])


@declared
def muon_tomography(
    budget: Positive | None = None,
    above: Side = 4,
    below: Side = 4,
    count: Literal["free", "fixed"] = "free",
    money: Money = "kCHF",
    muons: Muons = 1000.0,
    momentum: Momentum = 5.0,
    resolution: HitError = 100 * um,
    efficiency: HitEfficiency = 0.9,
    edge: Edge = 20 * mm,
    gap: Annotated[float, Range(1.0, 130.0)] = 20 * mm,
    slag: Slag = 100 * mm,
    calibration: Degree = 1,
    prices: PriceFile = None,
) -> do.Problem:
    """Place up to 4 + 4 panels around a ladle of 1 m x 1 m x 1 m for a fixed sum: where, how large, how many.

    Muons of `momentum` (GeV) scatter in the ladle (TomOpt's task, arXiv 2309.14027); the weighted mean z of the points
    of closest approach tells how high the steel stands under the slag, 0.6 to 1.3 m. The objective is the logarithm of
    the root of the mean squared error (m), after a `calibration` curve of this degree took the bias out, with `muons`
    through the square metre of the volume (1000 are six seconds at sea level).

    A panel has a middle (x, y), a distance from the ladle of up to 400 mm and two spans (mm); it measures to
    `resolution`, with the `efficiency`, and both fall over `edge` (mm) at its rim. Panels of a side stand `gap` apart.
    Scattering in panels and air, loss of energy and a spectrum of momenta are left out.

    Money: area and strips at the prices of the book (kCHF, assumed; `prices` is a file over it), or, with
    `money="TomOpt"`, one unit a square metre. All designs cost exactly the budget; without one it is 6 units, or what
    eight square panels of 0.75 m2 cost. `count="fixed"` fills every slot.
    """
    prices_used = prices_of(money, prices)
    detector = Tomograph(
        hits=Hits(resolution / m, float(efficiency), edge / m),
        above=above,
        momentum=float(momentum),
        muons=float(muons),
        slag=slag,
        degree=calibration,
        gap=float(gap),
        prices=prices_used,
    )
    slots = above + below
    variables: list[do.Real | do.Integer] = [
        do.Real("x", 0.0, 1 * m, unit=mm, label="mm", count=slots),
        do.Real("y", 0.0, 1 * m, unit=mm, label="mm", count=slots),
        do.Real("distance", 0.0, DEEP, unit=mm, label="mm", count=slots),
        do.Real("span_x", SMALLEST, LARGEST, unit=mm, label="mm", count=slots),
        do.Real("span_y", SMALLEST, LARGEST, unit=mm, label="mm", count=slots),
    ]
    known, paid = references(above, below, TOMOPT_AREA), {"span_x": 1, "span_y": 1}
    if count == "free":
        variables.append(do.Integer("present", 0, 1, count=slots))
        paid["present"] = 1
    else:
        known = {name: design for name, design in known.items() if float(jnp.min(design.pop("present"))) > 0}
    return do.Problem(
        name=NAME,
        detector=detector,
        space=do.DesignSpace(variables),
        objective=objective,
        budget=usual_budget(detector) if budget is None else float(budget),
        spend_on=paid,
        events=int(muons),
        gradient_price=GRADIENT_PRICE,
        references=known,
        compare_with=EVEN if EVEN in known else None,
        options={
            "above": above, "below": below, "count": count, "money": money, "muons": muons, "momentum": momentum,
            "resolution": resolution, "efficiency": efficiency, "edge": edge, "gap": gap, "slag": slag,
            "calibration": calibration, "prices": prices,
        },
    )  # fmt: skip


def usual_budget(detector: Tomograph) -> float:
    """What eight square panels of 6 m2 in all cost: 6 units of TomOpt's money."""
    span = jnp.full(8, (TOMOPT_AREA / 8) ** 0.5)
    eight = Panels(span, span, span, span, span, jnp.ones(8))
    return float(sum(cost_of(eight, detector.hits.resolution, detector.prices).values()))
