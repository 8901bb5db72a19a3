"""The problem `tracker-layout-v1`: where to put which sensors around the beam for a fixed amount of money."""

import math
from collections.abc import Sequence
from functools import partial
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.design.declared import declared
from designopt.design.numbers import shown
from designopt.design.space import DesignSpace
from designopt.design.variables import Categorical, Integer, Real
from designopt.detectors.option_ranges import Cosine, Energies, Hits, Slots, Steps, refuse_faint
from designopt.detectors.prices import FIRST_BOOK, read_prices
from designopt.detectors.tracker.cost import CostModel
from designopt.detectors.tracker.detector import NONE, Tracker
from designopt.detectors.tracker.layout.assembly import PIPE_GAP
from designopt.detectors.tracker.layout.site import Site, site
from designopt.detectors.tracker.layout.technology import NAMES, SMALLEST_PITCH
from designopt.detectors.tracker.reference import cld, cms, design_of, references
from designopt.problem.detector import Response
from designopt.problem.problem import Problem
from designopt.suggestion import suggestion
from designopt.units import mm, um

NAME = "tracker-layout-v1"
# Loss with its gradient against the loss, in CPU time, batches of 64: 4.7 to 6.2 (`designopt describe --measure`).
GRADIENT_PRICE = 5.0
EXPERTS = {"CLD": ("CLD", cld, 12), "CMS": ("CMS phase 0", cms, 13)}
"""By site: the reference whose price is the budget, and how many barrel slots it needs."""

GOALS = ("mean", "worst")
PAID = {"extent": 1, "pitch": -1, "pixel_length": -1, "strip_length": -1, "installed": 1}
"""Which way every variable that money goes to costs more."""


def goals(
    momenta: Float[Array, " momentum"], sine: Float[Array, "momentum angle"]
) -> dict[str, Float[Array, "momentum angle"]]:
    r"""What errors are measured in: curves of the usual form, near those of CLD.

    $\sigma(p_T)/p_T = 0.3\,\% \oplus 0.002\,\%\,p_T$; $d_0 = 2 \oplus 20/(p_T\sqrt{\sin\theta})\,\mu m$, $z_0$ the same
    over $\sin\theta$ (p_T in GeV). They only set the scale: in a mean of logarithms a common factor does not matter.

    Args:
        momenta: p_T, GeV.
        sine: of the polar angle.
    """
    pt = momenta[:, None]
    impact = jnp.hypot(2 * um, 20 * um / (pt * jnp.sqrt(sine)))
    return {"pt": jnp.hypot(3e-3, 2e-5 * pt) + 0.0 * sine, "d0": impact, "z0": impact / sine}


def objective(
    response: Response, momenta: tuple[float, ...], weights: tuple[float, ...], goal: str
) -> Float[Array, ""]:
    r"""Mean (or, with the goal "worst", largest) logarithm of the errors over the goals of a site, with the weights of
    pT, d0 and z0: $\langle\ln\sigma/\sigma_{goal}\rangle$ over momenta and directions.

    Args:
        response: errors of pT (relative), d0 and z0 (mm) by momentum and angle.
        momenta: p_T, GeV.
        weights: of pT, d0 and z0.
        goal: its name.
    """
    wanted, share = goals(jnp.asarray(momenta), response["sine"]), response["share"]
    logs = jnp.stack([jnp.log(response[name] / wanted[name]) for name in ("pt", "d0", "z0")])
    weight = jnp.asarray(weights)
    if goal == "worst":
        return jnp.max(jnp.where((weight[:, None, None] > 0) & (share > NONE), logs, -jnp.inf))
    return jnp.sum(weight * jnp.sum(share * logs, axis=(1, 2))) / jnp.sum(weight) / len(momenta)


@declared
def tracker_layout(
    budget: float | None = None,
    place: str = "CLD",
    barrels: Slots | None = None,
    disks: Slots = 7,
    momenta: Energies = (1.0, 3.0, 10.0, 30.0, 100.0),
    angles: Steps = 4,
    cosine: Cosine = 0.7,
    weights: Sequence[float] = (1.0, 1.0, 1.0),
    goal: str = "mean",
    hits: Hits = 6,
    prices: str | None = None,
) -> Problem:
    """Lay out a tracker: radii, lengths, disks, pitches, sensors and technologies of up to 12 barrel layers.

    The site ("CLD" or "CMS": field, room, beam pipe, density of tracks) sets the default budget: what its own barrel
    tracker costs. The objective is the mean logarithm of the errors of pT, d0 and z0 (with `weights`) over `momenta`
    (pT in GeV) and |cos(theta)| up to `cosine`, cut into `angles` steps and wherever a layer ends, in units of goal
    curves; `goal="worst"` takes the worst piece. Limits: `hits` at every angle, occupancy 1 %, purity 95 %, power,
    envelope. Money in kCHF.
    """
    where = site(place)
    expert, slots_of, needed = EXPERTS[where.name]
    barrels = needed if barrels is None else barrels
    check_layout(barrels, disks, momenta, angles, weights, goal, GOALS)
    if not 3 <= hits <= barrels:
        raise ValueError(f"{hits} hits are asked of every track. Ask for at least 3, at most one a barrel slot.")
    space = layout_space(where, barrels + disks)
    model = CostModel.from_book(read_prices(prices, FIRST_BOOK))
    detector = Tracker(
        site=where,
        prices=model,
        barrels=barrels,
        disks=disks,
        momenta=tuple(float(momentum) for momentum in momenta),
        angles=angles,
        cosine=float(cosine),
        least_hits=hits,
    )
    if barrels >= needed:
        detector = eqx.tree_at(lambda d: d.expert, detector, design_of(slots_of(), space, barrels), is_leaf=_nothing)
    if budget is None:
        if detector.expert is None:
            raise ValueError(
                f"The default budget is the price of {expert}, which needs {needed} barrel slots; here are {barrels}. "
                "Give a budget, or more slots."
            )
        own = jax.jit(lambda design: detector.cost(design))(detector.expert)
        budget = math.floor(float(sum(own.values())))
    slope = float(cosine) / math.sqrt(1 - float(cosine) ** 2)
    share = tuple(float(weight) for weight in weights)
    known = references(space, where, barrels, float(budget), model, slope)
    return Problem(
        name=NAME,
        detector=detector,
        space=space,
        objective=partial(objective, momenta=detector.momenta, weights=share, goal=goal),
        budget=float(budget),
        spend_on=PAID,
        events=detector.events(),
        gradient_price=GRADIENT_PRICE,
        references=known,
        compare_with=expert if expert in known else None,
        options={
            "place": where.name,
            "barrels": barrels,
            "disks": disks,
            "momenta": list(detector.momenta),
            "angles": angles,
            "cosine": cosine,
            "weights": list(share),
            "goal": goal,
            "hits": hits,
            "prices": prices,
        },
    )


def _nothing(leaf: Any) -> bool:
    return leaf is None


def layout_space(where: Site, slots: int) -> DesignSpace:
    """The variables of a tracker at a site, one of each for every slot."""
    nearest, farthest = where.pipe + PIPE_GAP, max(where.radius, where.half_length)

    def size(name: str, lower: float, upper: float, unit: float, step: float) -> Real:
        label = "um" if unit == um else "mm"
        return Real(name, lower, upper, unit=unit, label=label, count=slots, scale="log", step=step)

    return DesignSpace(
        [
            size("place", nearest, farthest, mm, 0.5 * mm),
            size("extent", 50 * mm, farthest, mm, 2 * mm),
            size("opening", nearest, 0.5 * where.radius, mm, 0.5 * mm),
            size("pitch", SMALLEST_PITCH, 300 * um, um, 1 * um),
            size("pixel_length", SMALLEST_PITCH, 1 * mm, um, 1 * um),
            size("strip_length", 10 * mm, 200 * mm, mm, 1 * mm),
            size("thickness", 30 * um, 320 * um, um, 10 * um),
            Integer("installed", 0, 1, count=slots),
            Categorical("technology", NAMES, count=slots),
        ]
    )


def check_layout(barrels: int, disks: int, momenta: Any, angles: int, weights: Any, goal: Any, goals: Any) -> None:
    """Raise ValueError, in a sentence, for options that make no layout; `goals` are the known ones."""
    if barrels < 3 or disks < 1 or angles < 1:
        raise ValueError(
            f"The tracker has {barrels} barrel slots, {disks} disk slots and {angles} angles. "
            "Give it at least 3, 1 and 1 of them."
        )
    if not momenta or not all(momentum > 0 for momentum in momenta):
        raise ValueError(f"The momenta are {shown(list(momenta))}. Give at least one, all positive, in GeV.")
    if len(weights) != 3 or min(weights) < 0 or max(weights) <= 0:
        raise ValueError(
            f"The weights are {shown(list(weights))}. Give three numbers for pT, d0 and z0, none negative."
        )
    refuse_faint(weights)
    if goal not in goals:
        raise ValueError(f"'{goal}' is no goal of this problem.{suggestion(goal, goals)}")
