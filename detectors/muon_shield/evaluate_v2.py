"""Simulate and price a muon shield as a review board would: tolerances, slits, a place without field, requirements."""

from collections.abc import Mapping
from functools import partial, reduce
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from designopt.detectors.muon_shield.cost import CostModel
from designopt.detectors.muon_shield.count import Count, again, count_hits, honest, understood
from designopt.detectors.muon_shield.description import FORM as FORM
from designopt.detectors.muon_shield.evaluate import (
    STEPS,
    Muons,
    Saturation,
    SeedOf,
    StepsOf,
    Straggling,
    check_count,
    hits_found,
    read_shield,
    sizes,
    warnings,
)
from designopt.detectors.muon_shield.evaluate import example as example
from designopt.detectors.muon_shield.evaluate import render_table as render_first
from designopt.detectors.muon_shield.limits import LENGTH, LimitModel
from designopt.detectors.muon_shield.magnets.board import (
    BoardLimits,
    current_densities,
    narrowest_window,
    stray_fields,
    yoke_ratios,
)
from designopt.detectors.muon_shield.magnets.field import SATURATION
from designopt.detectors.muon_shield.magnets.row import Magnets
from designopt.detectors.muon_shield.objective import PER, SPILL, lost_signal
from designopt.detectors.muon_shield.problem_v2 import REQUIRED, muon_shield_ship_v2
from designopt.detectors.muon_shield.requirements import board, flight, refuse
from designopt.detectors.muon_shield.transport.shield import Settings
from designopt.detectors.muon_shield.transport.step import Physics
from designopt.detectors.muon_shield.transport.tolerances import VARIATIONS
from designopt.detectors.option_ranges import PriceFile
from designopt.detectors.prices import read_prices
from designopt.problem.written.options import shares_options
from designopt.problem.written.result import at_least, at_most, below_zero, common_part
from designopt.stored import StoredJit
from designopt.units import MeV, cm

MILLI = 1e-3
GENERAL = ("length", "cavern width", "cavern height", "cost")


@shares_options(muon_shield_ship_v2, ("budget", *REQUIRED, "dead_time"), off=REQUIRED)
def evaluate_design(
    spec: Any,
    muons: Muons = 800_000,
    seed: SeedOf = 0,
    saturation: Saturation = True,
    straggling: Straggling = True,
    steps: StepsOf = STEPS,
    prices: PriceFile = None,
    *,
    asked: Mapping[str, Any],
) -> dict[str, Any]:
    """Hits, signal, sizes, cost in kCHF and requirements of one shield, in plain numbers.

    `spec` as for `muon-shield-v1`. The hits are the mean over the shields at the ends of the tolerances, a share of
    the `muons` for each (`hits_by_variation`), with slits and the part without field. Requirements and prices as in
    `muon-shield-ship-v2`; None, or 0, takes one away. Raises ValueError, in a sentence, for what is no shield.
    """
    magnets = read_shield(spec, saturation)
    check_count(muons, seed, steps)
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
    cost, limits = _cost_and_limits(magnets, CostModel.from_book(read_prices(prices), reach), board(asked, saturation))
    cost = {item: float(v) for item, v in cost.items()}
    constraints = {**{name: float(g) for name, g in limits.items()}, "cost": sum(cost.values()) / asked["budget"] - 1}
    names = VARIATIONS if len(counts) > 1 else VARIATIONS[:1]
    return {
        **hits_found(count),
        **honest(count, whole),
        "hits_by_variation": {
            name: dict(zip(("hits", "error"), one.pair("all"), strict=True))
            for name, one in zip(names, counts, strict=True)
        },
        "muons_per_second": whole.pair("all")[0] / PER * SPILL,
        "signal": float(jnp.exp(-lost_signal(jnp.asarray(whole.pair("all")[0]), magnets.length, asked["dead_time"]))),
        **sizes(magnets, saturation),
        "constraints": constraints,
        "muons": muons,
        "seed": seed,
        "saturation": saturation,
        "straggling": straggling,
        **common_part(
            cost, warnings(count, whole, magnets, saturation), requirements_of(magnets, asked, constraints, saturation)
        ),
    }


@partial(StoredJit, quickly=True)
def _cost_and_limits(magnets: Magnets, prices: CostModel, board: BoardLimits) -> tuple[dict[str, Any], dict[str, Any]]:
    """Cost by item, and the side limits."""
    return prices.items(magnets), LimitModel(LENGTH, board=board).of(magnets)


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


def requirements_of(
    magnets: Magnets, asked: Mapping[str, Any], constraints: Mapping[str, float], saturation: bool
) -> dict[str, dict[str, Any]]:
    """What the shield has of each limit, what is allowed, and whether it is kept; magnets behind the absorber.

    Limits of the hall and of money, which have no numbers of their own here, are those of `constraints`.
    """
    there = np.asarray(magnets.present) > 0
    there[0] = False

    def behind(values: Any) -> np.ndarray:
        return np.asarray(values)[:, there] if there.any() else np.zeros((1, 1))

    def in_unit(limit: float | None, unit: float) -> float | None:
        return None if limit is None else limit / unit

    width, density, ratio, stray = _of_magnets(magnets, saturation)
    rows = {
        "window": at_least(float(behind(width).min()) / cm, in_unit(asked["window"], cm), "cm"),
        "current_density": at_most(float(behind(density).max()), asked["current_density"], "A/mm2"),
        "yoke_ratio": at_most(float(behind(ratio).max()), asked["yoke_ratio"]),
        "stray": at_most(float(behind(stray).max()) / MILLI, in_unit(asked["stray"], MILLI), "mT"),
    }
    general = {name: g for name, g in constraints.items() if name in GENERAL}
    return {name: row for name, row in rows.items() if row["limit"] is not None} | below_zero(general)


@partial(StoredJit, quickly=True)
def _of_magnets(magnets: Magnets, saturation: bool) -> tuple[Array, Array, Array, Array]:
    """Narrowest windows (mm), current densities (A/mm2), yoke ratios, and stray fields (T)."""
    density = current_densities(magnets, saturation, SATURATION if saturation else None)
    return narrowest_window(magnets), density, yoke_ratios(magnets), stray_fields(magnets, saturation)


def render_table(result: Mapping[str, Any]) -> Any:
    """A result for people: as for the other shields, with requirements, tolerances, cost and signal."""
    from rich.console import Group
    from rich.table import Table

    asked = Table("requirement", "value", "limit", "", title="What a review board asks", title_justify="left")
    for name, row in result["requirements"].items():
        asked.add_row(
            name, f"{row['value']:.3g} {row['unit']}", f"{row['limit']:.3g}", "kept" if row["kept"] else "broken"
        )
    title = f"Signal {result['signal']:.4f} of an ideal shield of 30 m; {result['muons_per_second']:.3g} muons a second"
    made = Table("shield", "hits per 1e7 muons", "error", title=title, title_justify="left")
    for name, row in result["hits_by_variation"].items():
        made.add_row(name, f"{row['hits']:.1f}", f"{row['error']:.1f}")
    money = Table("item", "kCHF", title=f"{result['total_cost']:,.0f} kCHF", title_justify="left")
    for name, value in result["cost"].items():
        money.add_row(name, f"{value:,.0f}")
    return Group(made, asked, money, render_first(result))
