"""Simulate, price and review a layout of silicon and tiles as a user writes it down."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Annotated, Any

import jax
import numpy as np
from jaxtyping import Array, Float

from designopt.design.padding import next_power_of_two
from designopt.detectors.hadron.evaluate import render_table as plain_table
from designopt.detectors.hadron.problem_v2 import hadron_calorimeter_v2
from designopt.detectors.hadron.review.description import FORM as FORM
from designopt.detectors.hadron.review.description import SENSOR, read_layout
from designopt.detectors.hadron.review.description import example as example
from designopt.detectors.hadron.review.goal import hadrons
from designopt.detectors.hadron.review.limits import TAIL, tail_of
from designopt.detectors.hadron.review.offered import SILICON, Offer
from designopt.detectors.hadron.review.prices import ITEMS, Prices
from designopt.detectors.hadron.simulation.assess import SAMPLES, assess
from designopt.detectors.hadron.simulation.measure import ENERGIES
from designopt.detectors.hadron.simulation.noise import THICKEST, THINNEST
from designopt.detectors.hadron.simulation.plausible import unit_notes
from designopt.detectors.hadron.simulation.sensors import foreign
from designopt.detectors.hadron.simulation.showers import DEPTH, HALF_WIDTH, read_showers
from designopt.detectors.layer_input import entries
from designopt.detectors.option_ranges import PriceFile
from designopt.detectors.output_tables import requirements_table
from designopt.detectors.prices import book_named, read_prices
from designopt.problem.written.options import shares_options
from designopt.problem.written.result import at_most, common_part
from designopt.stored import StoredJit
from designopt.written import Entry

CHANCE = 2.0
"""Standard errors by which two samples of showers may differ; a resolution of n showers has 1/sqrt(2 n)."""

OFF = ("coil", "board", "kinds", "second_readout", "voltage", "linearity", "leakage", "coarsest")


@shares_options(hadron_calorimeter_v2, ("budget", "pitch", *OFF), off=OFF)
def evaluate_design(
    spec: Any,
    sample: Annotated[str, "Showers that are read: held-out, or training (of searches)."] = "held-out",
    prices: PriceFile = None,
    *,
    asked: Mapping[str, Any],
) -> dict[str, Any]:
    """Resolution, cost and requirements of one layout, in plain numbers: GeV, mm, V, kCHF.

    `spec` is that of `hadron-calorimeter-v1`, where a sensor may be a `"sensor": "tile"` of 3 mm. The options from
    `budget` on are those of the problem's maker; 0 takes a requirement away. The result has besides that of the first
    version: `requirements` (value, limit, kept by name), `tail` (the share of 100 GeV pions that leave more than a
    tenth behind), `kinds` of layer, `depth_mm` with boards, `steel_mm`, and `goal` where 50 and 100 GeV are asked for.
    Raises ValueError, in a sentence, for anything that is not such a layout.
    """
    entry = Entry.read(spec, FORM)
    rows = entry.rows("sensors")
    sensors, kinds = read_layout(rows, next_power_of_two(len(entries(rows, SENSOR, "sensor")[0])))
    result, warnings = assess(sensors, entry, sample)
    offers = list(dict.fromkeys(kinds))
    book, further = read_prices(prices), asked["second_readout"] or 0.0
    model = Prices.from_book(book, offers, asked["pitch"], asked["coil"] or 0.0, further)
    present = np.asarray(sensors.present)
    weights = np.eye(len(offers))[[offers.index(one) for one in kinds] + [0] * (present.size - len(kinds))]
    steel = float(np.sum(present * np.asarray(sensors.gap)))
    depth = steel + sum(one.thickness + (asked["board"] or 0.0) for one in kinds)
    by_sample = result["resolution_by_sample"]
    by_energy = {name: dict(zip(result["energies"], found, strict=True)) for name, found in by_sample.items()}
    both = np.array([[found.get(energy, np.nan) for energy in ENERGIES] for found in by_energy.values()])
    bought, end = (present, weights, np.float64(steel), np.float64(depth)), result["depth_mm"]
    reviewed = jax.device_put((model, bought, read_showers()[TAIL].deposit, np.float64(end), both))
    items, tail, found = jax.device_get(_review(*reviewed))
    goals = dict(zip(by_sample, map(float, found), strict=True)) if np.all(np.isfinite(both)) else {}
    cost = {name: items[name] for name in sorted(items, key=ITEMS.index)}
    count = len(set(zip(np.round(np.asarray(sensors.gap)[: len(kinds)], 3).tolist(), kinds, strict=True)))
    voltage, tail = max(one.voltage for one in kinds), float(tail)
    requirements = {
        "budget": at_most(float(sum(cost.values())), asked["budget"], "kCHF"),
        "depth": at_most(end, DEPTH, "mm"),
        "kinds": at_most(count, asked["kinds"]),
        "depletion voltage": at_most(voltage, asked["voltage"], "V"),
        "pion linearity": at_most(abs(result["pion_nonlinearity"]), asked["linearity"]),
        "leakage tail": at_most(tail, asked["leakage"]),
        "coarsest gap": at_most(float(np.max(present * np.asarray(sensors.gap))), asked["coarsest"], "mm"),
    }
    return result | {
        "depletion_voltage_v": voltage,
        "tail": tail,
        "kinds": count,
        "price_book": book_named(prices),
        "depth_mm": depth,
        "steel_mm": steel,
        "channels": len(kinds) * (2 * HALF_WIDTH) ** 2 / asked["pitch"] ** 2,
        **({"goal": goals[result["sample"]], "goal_by_sample": goals} if goals else {}),
        **common_part(cost, [*_warnings(kinds, depth, foreign(rows)), *_fitted(goals), *warnings], requirements),
    }


@partial(StoredJit, quickly=True)
def _review(
    model: Prices,
    bought: tuple[Float[Array, " sensor"], Float[Array, "sensor kind"], Float[Array, ""], Float[Array, ""]],
    stored: Float[Array, "shower slice"],
    end: Float[Array, ""],
    resolution: Float[Array, "sample energy"],
) -> tuple[dict[str, Array], Array, list[Array]]:
    """Money by item, the tail of the pions `stored` behind the last sensor, and the goal of the resolutions."""
    return model.items(*bought), tail_of(stored, end), [hadrons({"resolution": row}) for row in resolution]


def _fitted(goals: Mapping[str, float]) -> list[str]:
    """A sentence where two samples of showers say of a layout what chance does not explain."""
    if not goals:
        return []
    showers = {name: read_showers()[f"{pions} {ENERGIES[0]:g}"].energy.size for name, pions in SAMPLES.items()}
    error = sum(1 / (2 * len(ENERGIES) * count) for count in showers.values()) ** 0.5
    if max(goals.values()) - min(goals.values()) <= CHANCE * error:
        return []
    told = ", ".join(f"{goal:.3f} on the {name} showers" for name, goal in goals.items())
    return [
        f"The goal is {told}: more than {CHANCE:g} errors of their difference apart ({CHANCE * error:.3f}), as where a "
        "layout was fitted to the better ones. Believe the worse, and simulate others (`designopt verify`)."
    ]


def _warnings(kinds: Sequence[Offer], depth: float, others: list[str]) -> list[str]:
    found = unit_notes(depth, [one.thickness for one in kinds])
    if others:
        found.append(
            f"The showers were simulated in steel: here steel of equal interaction length stands in for "
            f"{', '.join(others)}, whose electromagnetic showers are shorter or longer, whose e/h differs and whose "
            "price is not counted."
        )
    sizes = [one.thickness for one in kinds if one.sensor == SILICON]
    if sizes and not (min(sizes) >= THINNEST and max(sizes) <= THICKEST):
        found.append(
            f"The noise of silicon was simulated for {THINNEST:g}-{THICKEST:g} mm; here "
            f"{min(sizes):g}-{max(sizes):g} mm are used."
        )
    return found


def render_table(result: Mapping[str, Any]) -> Any:
    """A result for people: that of the first version, and what a review board asks. A rich renderable."""
    from rich.console import Group

    return Group(plain_table(result), requirements_table("Requirements", result["requirements"]))
