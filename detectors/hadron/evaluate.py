"""Simulate and price a layout of sensors as a user writes it down: any number of them, every error one sentence."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.design.padding import next_power_of_two
from designopt.detectors.hadron.cost import EXTRA, PITCH, SensorPrices
from designopt.detectors.hadron.detector import CALIBRATION, ENERGIES, HadronCalorimeter
from designopt.detectors.hadron.limits import FROM, HIGHEST_VOLTAGE, TO, depletion_voltage, nonlinearity
from designopt.detectors.hadron.noise import THICKEST, THINNEST
from designopt.detectors.hadron.reading import SLICE, expected
from designopt.detectors.hadron.sensors import KEYS as CELL_KEYS
from designopt.detectors.hadron.sensors import Sensors, foreign
from designopt.detectors.hadron.showers import DEPTH, read_showers
from designopt.detectors.json_input import Entry
from designopt.detectors.layer_input import MOST, entries
from designopt.detectors.output_tables import bill, notes
from designopt.suggestion import suggestion

KEYS = ("sensors", "sections")
SAMPLES = {"training": "training pions", "held-out": "final pions"}
OLD_SAMPLES = {"merit": "training"}  # names that were used before
EDGES = (9.0, 30.0, 60.0, 100.0, 150.0, 200.0)  # GeV: bands of the calibration showers


def evaluate_design(
    spec: Any, sample: str = "held-out", prices: str | None = None, pitch: float = PITCH, silicon: float = EXTRA
) -> dict[str, Any]:
    """Resolution and cost of one layout, in plain numbers: GeV, mm, kCHF.

    `spec` is `{"sensors": [{"absorber": mm of steel | [{"material", "thickness"}], "thickness": mm, "repeat": n}]}`,
    front to back; with `"sections": [mm, ...]` the result holds the shares of the energy between those depths.
    `pion_nonlinearity` is half the relative change of the response to pions from 20 to 175 GeV, with the error that the
    stored showers leave, `pi_over_e` their mean response over that of photons, `depletion_voltage` (V) that of the
    thickest sensor. `sample` are the "held-out" showers or those of the "training", on which layouts are optimised.
    Raises ValueError, in a sentence, for anything else.
    """
    sensors, sections = _read(spec)
    asked, sample = sample, OLD_SAMPLES.get(sample, sample)
    if sample not in SAMPLES:
        raise ValueError(f"No sample is called '{sample}'.{suggestion(sample, SAMPLES)}")
    model = SensorPrices.from_book(prices, float(pitch), float(silicon))
    detector = HadronCalorimeter(model, (THINNEST,), DEPTH)
    stored = read_showers()
    names = [f"{SAMPLES[sample]} {energy}" for energy in ENERGIES]
    scale = float(detector.scale(sensors))
    rows = [_measure(jnp.asarray(stored[name].deposit), sensors) for name in names]
    items = {name: float(value) for name, value in model.items(sensors).items()}
    number = int(np.sum(np.asarray(sensors.present)))
    result = {
        "energies": list(ENERGIES),
        "resolution": [sigma / mean for mean, sigma, _ in rows],
        "resolution_error": [
            sigma / mean / (2 * len(stored[name].energy)) ** 0.5
            for name, (mean, sigma, _) in zip(names, rows, strict=True)
        ],
        "sigma": [scale * sigma for _, sigma, _ in rows],
        "mean": [scale * mean for mean, _, _ in rows],
        "sampling": [noise / mean for mean, _, noise in rows],
        "response": _bands(detector, sensors, scale),
        **_linearity(sensors),
        "depletion_voltage": depletion_voltage(_range(sensors)[1]),
        "sensors": number,
        "depth_mm": float(sensors.depth),
        "channels": number * model.channels,
        "cost": items,
        "total_cost": sum(items.values()),
        "sample": sample,
        "simulation": stored[names[0]].simulation,
        "warnings": _warnings(sensors, foreign(spec["sensors"]), asked),
    }
    if sections is not None:
        result["sections"] = [section_shares(stored[name].deposit, sections) for name in names]
    return result


@eqx.filter_jit
def _moments(deposits: Array, sensors: Sensors) -> tuple[Array, Array, Array]:
    mean, variance = expected(deposits, sensors)
    return jnp.mean(mean), jnp.sqrt(jnp.var(mean, ddof=1) + jnp.mean(variance)), jnp.sqrt(jnp.mean(variance))


def _measure(deposits: Array, sensors: Sensors) -> tuple[float, float, float]:
    """Mean, sigma, and the part of sigma from thin sensors, in raw units."""
    mean, sigma, noise = (float(value) for value in _moments(deposits, sensors))
    if not mean > 0:
        raise ValueError("The layout sees no signal: no sensor has steel in front of it inside the block.")
    return mean, sigma, noise


def _bands(detector: HadronCalorimeter, sensors: Sensors, scale: float) -> list[dict[str, Any]]:
    """Mean estimate over beam energy of the calibration showers, in bands of energy."""
    rows = []
    for name in CALIBRATION:
        stored = read_showers()[name]
        ratio = scale * np.asarray(expected(jnp.asarray(stored.deposit), sensors)[0]) / stored.energy
        for low, high in pairwise(EDGES):
            inside = (stored.energy >= low) & (stored.energy < high)
            if inside.sum() > 1:
                rows.append(
                    {
                        "particle": stored.particle,
                        "energy": float(stored.energy[inside].mean()),
                        "response": float(ratio[inside].mean()),
                        "error": float(ratio[inside].std(ddof=1) / inside.sum() ** 0.5),
                    }
                )
    return rows


def _linearity(sensors: Sensors) -> dict[str, float]:
    """Change of the pions' response over 20-175 GeV as a half-range, its error, and pions over photons there."""
    ratios = {}
    for name in CALIBRATION:
        stored = read_showers()[name]
        ratios[name] = np.asarray(expected(jnp.asarray(stored.deposit), sensors)[0]) / stored.energy, stored.energy
    (pions, energy), (photons, beam) = (ratios[name] for name in CALIBRATION)
    found = nonlinearity(energy, pions)
    inside = [(e >= FROM) & (e <= TO) for e in (energy, beam)]
    ratio = float(pions[inside[0]].mean() / photons[inside[1]].mean())
    return {"pion_nonlinearity": found.value, "pion_nonlinearity_error": found.error, "pi_over_e": ratio}


def _range(sensors: Sensors) -> tuple[float, float]:
    """The thinnest and the thickest sensor that is there, mm."""
    used = np.asarray(sensors.thickness)[np.asarray(sensors.present) > 0]
    return float(used.min()), float(used.max())


def section_shares(deposit: Float[np.ndarray, "shower slice"], edges: Any) -> list[float]:
    """Mean shares of the energy deposited between the depths 0, e1, e2, ... (mm), adding up to one."""
    depths = np.concatenate([[0.0], np.asarray(edges, float)])
    if not (np.all(np.diff(depths) > 0) and depths[-1] <= DEPTH):
        raise ValueError(
            f"The sections end at {list(edges)} mm. Give rising depths, the last one at most {DEPTH:g} mm."
        )
    total = np.concatenate([[0.0], np.cumsum(deposit.mean(axis=0))])
    at = np.interp(depths / SLICE, np.arange(total.size), total)
    return (np.diff(at) / (at[-1] - at[0])).tolist()


def _read(spec: Any) -> tuple[Sensors, list[float] | None]:
    """Sensors, and the ends of the sections that are asked for."""
    entry = Entry.read(spec, KEYS)
    rows = entry.listing("sensors", "sensor, front to back", MOST)
    sections = entry.numbers("sections", 0, DEPTH, "mm") if entry.has("sections") else None
    return Sensors.from_cells(rows, next_power_of_two(len(entries(rows, CELL_KEYS, "sensor")[0]))), sections


def _warnings(sensors: Sensors, others: list[str], asked: str) -> list[str]:
    found = []
    if asked in OLD_SAMPLES:
        found.append(f"The sample '{asked}' is now called '{OLD_SAMPLES[asked]}'; the old name still works.")
    if others:
        found.append(
            f"The showers were simulated in steel: here steel of equal interaction length stands in for "
            f"{', '.join(others)}, whose electromagnetic showers are shorter or longer and whose e/h differs."
        )
    if float(sensors.depth) > DEPTH:
        deep = float(sensors.depth)
        found.append(f"The layout is {deep:.0f} mm deep, the block {DEPTH:g} mm; beyond it there is no signal.")
    thin, thick = _range(sensors)
    if depletion_voltage(thick) > HIGHEST_VOLTAGE:
        found.append(
            f"Sensors of {thick:g} mm need {depletion_voltage(thick):.0f} V to be depleted (5 kOhm cm), more than the "
            f"{HIGHEST_VOLTAGE:g} V that sensors of calorimeters stand."
        )
    if thin < THINNEST or thick > THICKEST:
        found.append(
            f"The noise of sensors was simulated for {THINNEST:g}-{THICKEST:g} mm; here {thin:g}-{thick:g} mm are used."
        )
    return found


def render_table(result: Mapping[str, Any]) -> Any:
    """A result for people: resolution, response, money. A rich renderable."""
    from rich.console import Group
    from rich.table import Table

    size = f"{result['sensors']} sensors, {result['depth_mm']:.0f} mm deep"
    title = f"{size}; {result['sample']} pions, {result['simulation']}"
    table = Table(title=title, title_justify="left")
    table.add_column("pions of (GeV)")
    for energy in result["energies"]:
        table.add_column(f"{energy:g}", justify="right")
    spread = zip(result["resolution"], result["resolution_error"], strict=True)
    table.add_row("sigma(E)/E (%)", *(f"{100 * value:.2f} ± {100 * error:.2f}" for value, error in spread))
    table.add_row("  thin sensors (%)", *(f"{100 * value:.2f}" for value in result["sampling"]))
    table.add_row("sigma(E) (GeV)", *(f"{value:.2f}" for value in result["sigma"]))
    table.add_row("mean (GeV)", *(f"{value:.2f}" for value in result["mean"]))
    money = bill(f"Cost, {result['channels']:,.0f} channels", result["cost"], result["total_cost"])
    return Group(table, money, *notes(result["warnings"]))
