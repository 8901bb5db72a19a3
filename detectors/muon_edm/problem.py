"""The problem `muedm-injection-v1`: the settings that store most muons for a fixed sum."""

from dataclasses import replace
from typing import Annotated

import jax.numpy as jnp
from jaxtyping import Array, Float

import designopt as do
from designopt.detectors.muon_edm.detector import MuonInjection
from designopt.detectors.muon_edm.physics.beam import Beam
from designopt.detectors.muon_edm.physics.kinematics import ns
from designopt.detectors.muon_edm.physics.storage import Storage
from designopt.detectors.muon_edm.reference import FLAT, NARROW, WIDE, by_hand
from designopt.detectors.option_ranges import EventCount, Field, Length, Slots
from designopt.units import MeV, T, mm, mrad
from designopt.written import Range, declared

NAME = "muedm-injection-v1"
MT = 1e-3 * T
# CPU time of the loss with its gradient over that of the loss, eight designs at once: 255 and 41 ms.
GRADIENT_PRICE = 6.2

Bump = Annotated[float, Range(0.0, 0.2)]
"""Relative rise of the field over the bump's length, beside which |z| < 1 of its squares."""
Steps = Annotated[int, Range(50, 100_000)]
"""Of one flight."""
Spread = Annotated[float, Range(0.0, 0.2)]
"""Relative, of the momentum."""
Turns = Annotated[float, Range(1.0, 2000.0)]
"""Ampere-turns of one coil."""


def objective(response: do.Response) -> Float[Array, ""]:
    r"""$-\ln$ of the stored fraction; a difference of 0.01 is 1 % more muons. Without unit, smaller is better.

    Args:
        response: what the detector gives; its `likelihood` has no unit.
    """
    return -jnp.log(response["likelihood"])


@declared
def muedm_injection(
    budget: float | None = None,
    coils: Slots = 2,
    field: Field = 2.5 * T,
    bump: Bump = 0.01,
    momentum: Annotated[float, Range(1e-3, 1.0)] = 23 * MeV,
    spread: Spread = 0.02,
    limit: Length = 25 * mm,
    muons: EventCount = 200,
    steps: Steps = 500,
    most_current: Annotated[Turns, "Of each correction coil, ampere-turns."] = 2000.0,
) -> do.Problem:
    """Lead muons into a solenoid and kick them onto an orbit in its middle, for a fixed sum: how many stay?

    The objective is minus the logarithm of the fraction of muons with |z| < `limit` (mm) in the last 60 of 150 ns:
    counted for the score, smooth for gradients. Free are amplitude, time and width of the kick, currents and places of
    the correction `coils`, angle, radius and offset of the injection, and the bore of its channel. `field` in T, `bump`
    relative at z = 100 mm; `momentum` in GeV with its `spread`; `muons` of one evaluation, `steps` of a flight.
    `most_current` (ampere-turns) limits each correction coil: 1000 make 9 mT, a third of what the bump adds at 100 mm,
    and are no correction any more; 100 (assumed; 50 to 200) are 4 % of it.

    Money (kCHF, all prices assumed): bore of the channel, energy and voltage of the pulse, ampere-turns. Without a
    budget: what the settings made by hand cost, with a channel of 7.5 mm.
    """
    detector = MuonInjection(
        beam=Beam(momentum=float(momentum), spread=float(spread)),
        storage=Storage(limit=float(limit), steps=steps),
        main=float(field),
        bump=float(bump),
        muons=muons,
    )
    usual = by_hand(detector, coils)
    money = float(sum(detector.cost(usual).values())) if budget is None else float(budget)
    radius = float(usual["injection_radius"])
    space = do.DesignSpace(
        [
            do.Real("kick_field", 0.0, 20 * MT, unit=MT, label="mT"),
            do.Real("kick_time", 0 * ns, 60 * ns, unit=ns, label="ns"),
            do.Real("kick_width", 4 * ns, 25 * ns, unit=ns, label="ns"),
            do.Real("coil_current", -float(most_current), float(most_current), label="A", count=coils),
            do.Real("coil_place", -100 * mm, 100 * mm, unit=mm, label="mm", count=coils),
            do.Real("injection_angle", 20 * mrad, 150 * mrad, unit=mrad, label="mrad"),
            do.Real("injection_radius", radius - 8 * mm, radius + 8 * mm, unit=mm, label="mm"),
            do.Real("channel_offset", -10 * mm, 10 * mm, unit=mm, label="mm"),
            do.Real("channel_radius", NARROW, WIDE, unit=mm, label="mm"),
        ]
    )
    return do.Problem(
        name=NAME,
        detector=detector,
        built_detector=replace(detector, counted=True),
        space=space,
        objective=objective,
        budget=money,
        spend_on={"kick_field": 1, "channel_radius": 1},
        gradient_price=GRADIENT_PRICE,
        references={
            "by hand": by_hand(detector, coils, money),
            "flatter": by_hand(detector, coils, money, FLAT),
        },
        compare_with="by hand",
        options={
            "coils": coils, "field": field, "bump": bump, "momentum": momentum, "spread": spread, "limit": limit,
            "muons": muons, "steps": steps, "most_current": most_current,
        },
    )  # fmt: skip
