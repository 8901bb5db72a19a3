"""Simulate and price a layout of sensors as a user writes it down: any number of them, every error one sentence."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Any, NamedTuple

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.design.padding import next_power_of_two
from designopt.detectors.hadron.cost import SensorPrices
from designopt.detectors.hadron.description import ENERGIES
from designopt.detectors.hadron.description import FORM as FORM
from designopt.detectors.hadron.description import example as example
from designopt.detectors.hadron.detector import CALIBRATION, HadronCalorimeter
from designopt.detectors.hadron.limits import FROM, HIGHEST_VOLTAGE, TO, depletion_voltage, nonlinearity
from designopt.detectors.hadron.noise import THICKEST, THINNEST
from designopt.detectors.hadron.other_energies import around
from designopt.detectors.hadron.problem import hadron_calorimeter
from designopt.detectors.hadron.reading import SLICE, expected
from designopt.detectors.hadron.sensors import KEYS as CELL_KEYS
from designopt.detectors.hadron.sensors import Sensors, foreign
from designopt.detectors.hadron.showers import DEPTH, read_showers
from designopt.detectors.json_input import Entry
from designopt.detectors.layer_input import entries
from designopt.detectors.option_ranges import PriceFile
from designopt.detectors.output_tables import channels_bill, notes
from designopt.detectors.prices import book_named
from designopt.problem.written.options import shares_options
from designopt.problem.written.result import common_part
from designopt.suggestion import suggestion

KEYS = FORM
SAMPLES = {"training": "training pions", "held-out": "final pions"}
OLD_SAMPLES = {"merit": "training"}  # names that were used before
NEAR = 0.2
BLIND = "The layout sees no signal: no sensor has steel in front of it inside the block."
EDGES = (9.0, 30.0, 60.0, 100.0, 150.0, 200.0)  # GeV: bands of the calibration showers


@shares_options(hadron_calorimeter, ("pitch", "silicon"))
def evaluate_design(
    spec: Any,
    sample: Annotated[str, "Showers that are read: held-out, or training (of searches)."] = "held-out",
    prices: PriceFile = None,
    *,
    asked: Mapping[str, Any],
) -> dict[str, Any]:
    """Resolution and cost of one layout, in plain numbers: GeV, mm, kCHF.

    `spec` is `{"sensors": [{"absorber": mm of steel | [{"material", "thickness"}], "thickness": mm, "repeat": n}]}`,
    front to back; with `"sections": [mm, ...]` the result holds the shares of the energy between those depths, with
    `"energies": [GeV, ...]` pions of other energies than 50 and 100 GeV, for which the calibration showers of 9-200 GeV
    around them are read (`other_energies.around`), with a warning.
    `pion_nonlinearity` is half the relative change of the response to pions from 20 to 175 GeV, with the error that the
    stored showers leave, `pi_over_e` their mean response over that of photons, `depletion_voltage_v` that of the
    thickest sensor. `sample` are the "held-out" showers of 50 and 100 GeV or those of the "training", on which layouts
    are optimised. Raises ValueError, in a sentence, for anything else.
    """
    sensors, entry = _read(spec)
    named, sample = sample, OLD_SAMPLES.get(sample, sample)
    if sample not in SAMPLES:
        raise ValueError(f"No sample is called '{sample}'.{suggestion(sample, SAMPLES)}")
    model = SensorPrices.from_book(prices, asked["pitch"], asked["silicon"])
    detector = HadronCalorimeter(model, (THINNEST,), DEPTH)
    stored, energies = read_showers(), entry.numbers("energies")
    scale = float(detector.scale(sensors))
    found = [_measured(energy, sensors, f"{SAMPLES[sample]} {energy:g}") for energy in energies]
    number = int(np.sum(np.asarray(sensors.present)))
    warnings = _warnings(sensors, foreign(spec["sensors"]), named)
    if other := [(energy, one) for energy, one in zip(energies, found, strict=True) if not one.own]:
        told = ", ".join(f"{energy:g} GeV ({one.showers:.0f} showers)" for energy, one in other)
        warnings.append(
            f"Only {' and '.join(f'{energy:g}' for energy in ENERGIES)} GeV have showers of their own; read from the "
            f"calibration showers of energies around them: {told}."
        )
    result = {
        "energies": energies,
        "resolution": [one.sigma / one.mean for one in found],
        "resolution_error": [one.sigma / one.mean / (2 * one.showers) ** 0.5 for one in found],
        "sigma": [scale * one.sigma for one in found],
        "mean": [scale * one.mean for one in found],
        "sampling": [one.sampling / one.mean for one in found],
        "response": _bands(detector, sensors, scale),
        **_linearity(sensors),
        "depletion_voltage_v": depletion_voltage(_range(sensors)[1]),
        "sensors": number,
        "depth_mm": float(sensors.depth),
        "channels": number * model.channels,
        "sample": sample,
        "price_book": book_named(prices),
        "simulation": stored[CALIBRATION[0]].simulation,
        **common_part(model.items(sensors), warnings),
    }
    if (sections := entry["sections"]) is not None:
        result["sections"] = [section_shares(_around(energy, sample), sections) for energy in energies]
    return result


class Measured(NamedTuple):
    """Mean and sigma of the estimate for pions of one energy, and the part of sigma from thin sensors, in raw units.

    `showers` is how many it rests on; `own` whether they are all of that energy.
    """

    mean: float
    sigma: float
    sampling: float
    showers: float
    own: bool


def _measured(energy: float, sensors: Sensors, sample: str) -> Measured:
    stored = read_showers()
    if sample in stored:
        return Measured(*_measure(jnp.asarray(stored[sample].deposit), sensors), len(stored[sample].energy), True)
    pions = stored[CALIBRATION[0]]
    mean, variance = (np.asarray(part) for part in expected(jnp.asarray(pions.deposit), sensors))
    if not mean.any():
        raise ValueError(BLIND)
    mean_one, sigma, sampling, showers = around(energy, pions.energy, mean, variance)
    return Measured(energy * mean_one, energy * sigma, energy * sampling, showers, False)


def _around(energy: float, sample: str) -> Float[np.ndarray, "shower slice"]:
    """Showers of an energy, or, without any of its own, the calibration pions within a fifth of it."""
    stored, name = read_showers(), f"{SAMPLES[sample]} {energy:g}"
    if name in stored:
        return stored[name].deposit
    pions = stored[CALIBRATION[0]]
    return pions.deposit[np.abs(pions.energy / energy - 1) <= NEAR]


@eqx.filter_jit
def _moments(deposits: Array, sensors: Sensors) -> tuple[Array, Array, Array]:
    mean, variance = expected(deposits, sensors)
    return jnp.mean(mean), jnp.sqrt(jnp.var(mean, ddof=1) + jnp.mean(variance)), jnp.sqrt(jnp.mean(variance))


def _measure(deposits: Array, sensors: Sensors) -> tuple[float, float, float]:
    """Mean, sigma, and the part of sigma from thin sensors, in raw units."""
    mean, sigma, noise = (float(value) for value in _moments(deposits, sensors))
    if not mean > 0:
        raise ValueError(BLIND)
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


def _read(spec: Any) -> tuple[Sensors, Entry]:
    """Sensors, and everything that was written."""
    entry = Entry.read(spec, FORM)
    rows = entry.rows("sensors")
    return Sensors.from_cells(rows, next_power_of_two(len(entries(rows, CELL_KEYS, "sensor")[0]))), entry


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
    money = channels_bill(result)
    return Group(table, money, *notes(result["warnings"]))
