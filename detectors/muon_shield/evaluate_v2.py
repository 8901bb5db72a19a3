"""Simulate and price a muon shield as a review board would: tolerances, slits, a place without field, requirements."""

from collections.abc import Mapping
from functools import reduce
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from designopt.detectors.muon_shield.cost import CostModel
from designopt.detectors.muon_shield.count import Count, again, count_hits, honest, understood
from designopt.detectors.muon_shield.evaluate import STEPS, check_count, hits_found, read_shield, sizes, warnings
from designopt.detectors.muon_shield.evaluate import render_table as render_first
from designopt.detectors.muon_shield.limits import LENGTH, LimitModel
from designopt.detectors.muon_shield.magnets.board import (
    current_densities,
    narrowest_window,
    stray_fields,
    yoke_ratios,
)
from designopt.detectors.muon_shield.magnets.field import SATURATION
from designopt.detectors.muon_shield.magnets.row import Magnets
from designopt.detectors.muon_shield.objective import DRIFT, PER, SPILL, lost_signal
from designopt.detectors.muon_shield.problem import SHIP_BUDGET
from designopt.detectors.muon_shield.requirements import (
    CURRENT_DENSITY,
    FIELD_FREE,
    FIELD_TOLERANCE,
    POSITION_TOLERANCE,
    SLIT,
    STRAY,
    WINDOW,
    YOKE_RATIO,
    board,
    flight,
    refuse,
)
from designopt.detectors.muon_shield.transport.shield import Settings
from designopt.detectors.muon_shield.transport.step import Physics
from designopt.detectors.muon_shield.transport.tolerances import VARIATIONS
from designopt.detectors.prices import read_prices
from designopt.units import MeV, cm

MILLI = 1e-3


def evaluate_design(
    spec: Any,
    muons: int = 800_000,
    seed: int = 0,
    saturation: bool = True,
    straggling: bool = True,
    steps: int = STEPS,
    budget: float = SHIP_BUDGET,
    prices: str | None = None,
    window: float | None = WINDOW,
    current_density: float | None = CURRENT_DENSITY,
    yoke_ratio: float | None = YOKE_RATIO,
    stray: float | None = STRAY,
    slit: float | None = SLIT,
    field_free: float | None = FIELD_FREE,
    field_tolerance: float | None = FIELD_TOLERANCE,
    position_tolerance: float | None = POSITION_TOLERANCE,
    dead_time: float = DRIFT,
) -> dict[str, Any]:
    """Hits, signal, sizes, cost in kCHF and requirements of one shield, in plain numbers.

    `spec` as for `muon-shield-v1`. The hits are the mean over the shields at the ends of the tolerances, a share of
    the `muons` for each (`hits_by_variation`), with slits and the part without field. Requirements and prices as in
    `muon-shield-ship-v2`; None takes one away. Raises ValueError, in a sentence, for what is no shield.
    """
    magnets = read_shield(spec, saturation)
    check_count(muons, seed, steps)
    asked = {
        "window": window, "current_density": current_density, "yoke_ratio": yoke_ratio, "stray": stray, "slit": slit,
        "field_free": field_free, "field_tolerance": field_tolerance, "position_tolerance": position_tolerance,
    }  # fmt: skip
    refuse(asked)
    made = flight(asked, magnets.field.size)
    settings = Settings(
        softness=None,
        saturation=saturation,
        steps=steps,
        physics=Physics(straggling=straggling, stopped=100 * MeV),
        slit=made["slit"],
        field_free=made["field_free"],
    )
    counts, more = _counts(magnets, settings, made["tolerances"], muons, jax.random.key(seed))
    count = reduce(Count.with_more, counts)
    whole = understood(count, more)
    reach = SATURATION if saturation else None
    cost = {item: float(v) for item, v in CostModel.from_book(read_prices(prices), reach).items(magnets).items()}
    limits = LimitModel(LENGTH, board=board(asked, saturation)).of(magnets)
    total = sum(cost.values())
    names = VARIATIONS if len(counts) > 1 else VARIATIONS[:1]
    return {
        **hits_found(count),
        **honest(count, whole),
        "hits_by_variation": {
            name: dict(zip(("hits", "error"), one.pair("all"), strict=True))
            for name, one in zip(names, counts, strict=True)
        },
        "muons_per_second": whole.pair("all")[0] / PER * SPILL,
        "signal": float(jnp.exp(-lost_signal(jnp.asarray(whole.pair("all")[0]), magnets.length, dead_time))),
        "requirements": requirements_of(magnets, asked, saturation),
        **sizes(magnets, saturation),
        "cost": cost,
        "cost_unit": "kCHF",
        "total_cost": total,
        "constraints": {**{name: float(g) for name, g in limits.items()}, "cost": total / budget - 1},
        "muons": muons,
        "seed": seed,
        "saturation": saturation,
        "straggling": straggling,
        "warnings": warnings(count, whole, magnets, saturation),
    }


def _counts(magnets: Magnets, settings: Settings, made: Any, muons: int, key: jax.Array) -> tuple[list[Count], Any]:
    """The count of each variation, and how a second sample of all of them is drawn."""
    variations = [None] if made is None else [made.only(i) for i in range(len(VARIATIONS))]
    flights = [Settings(**{**vars(settings), "tolerances": one}) for one in variations]
    keys = [jax.random.fold_in(key, i) for i in range(len(flights))]
    share = max(muons // len(flights), 25)
    counts = [count_hits(magnets, one, share, own) for one, own in zip(flights, keys, strict=True)]

    def more() -> Count:
        return reduce(Count.with_more, (again(*one) for one in zip(counts, [magnets] * 4, flights, keys, strict=False)))

    return counts, more


def requirements_of(magnets: Magnets, asked: Mapping[str, Any], saturation: bool) -> dict[str, dict[str, Any]]:
    """What the shield has of each limit, what is allowed, and whether it is kept; magnets behind the absorber."""
    there = np.asarray(magnets.present) > 0
    there[0] = False
    reach = SATURATION if saturation else None

    def behind(values: Any) -> np.ndarray:
        return np.asarray(values)[:, there] if there.any() else np.zeros((1, 1))

    found = {
        "window (cm)": (float(behind(narrowest_window(magnets)).min()) / cm, asked["window"], 1 / cm, -1),
        "current_density (A/mm2)": (
            float(behind(current_densities(magnets, saturation, reach)).max()), asked["current_density"], 1, 1
        ),
        "yoke_ratio": (float(behind(yoke_ratios(magnets)).max()), asked["yoke_ratio"], 1, 1),
        "stray (mT)": (float(behind(stray_fields(magnets, saturation)).max()) / MILLI, asked["stray"], 1 / MILLI, 1),
    }  # fmt: skip
    return {
        name: {
            "value": value,
            "limit": limit * unit,
            "kept": bool(sign * (value - limit * unit) <= 1e-9 * limit * unit),
        }
        for name, (value, limit, unit, sign) in found.items()
        if limit is not None
    }


def render_table(result: Mapping[str, Any]) -> Any:
    """A result for people: as for the other shields, with requirements, tolerances, cost and signal."""
    from rich.console import Group
    from rich.table import Table

    asked = Table("requirement", "value", "limit", "", title="What a review board asks", title_justify="left")
    for name, row in result["requirements"].items():
        asked.add_row(name, f"{row['value']:.3g}", f"{row['limit']:.3g}", "kept" if row["kept"] else "broken")
    title = f"Signal {result['signal']:.4f} of an ideal shield of 30 m; {result['muons_per_second']:.3g} muons a second"
    made = Table("shield", "hits per 1e7 muons", "error", title=title, title_justify="left")
    for name, row in result["hits_by_variation"].items():
        made.add_row(name, f"{row['hits']:.1f}", f"{row['error']:.1f}")
    money = Table("item", "kCHF", title=f"{result['total_cost']:,.0f} kCHF", title_justify="left")
    for name, value in result["cost"].items():
        money.add_row(name, f"{value:,.0f}")
    return Group(made, asked, money, render_first({**result, "cost": result["cost"]["iron"] * 1000}))
