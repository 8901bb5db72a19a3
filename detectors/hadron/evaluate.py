"""Simulate and price a layout of sensors as a user writes it down: any number of them, every error one sentence."""

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np

from designopt.design.padding import next_power_of_two
from designopt.detectors.hadron.cost import SensorPrices
from designopt.detectors.hadron.description import FORM as FORM
from designopt.detectors.hadron.description import example as example
from designopt.detectors.hadron.limits import HIGHEST_VOLTAGE, depletion_voltage
from designopt.detectors.hadron.problem import hadron_calorimeter
from designopt.detectors.hadron.simulation.assess import OLD_SAMPLES, assess
from designopt.detectors.hadron.simulation.assess import section_shares as section_shares
from designopt.detectors.hadron.simulation.noise import THICKEST, THINNEST
from designopt.detectors.hadron.simulation.plausible import unit_notes
from designopt.detectors.hadron.simulation.sensors import KEYS as CELL_KEYS
from designopt.detectors.hadron.simulation.sensors import Sensors, foreign
from designopt.detectors.hadron.simulation.showers import DEPTH
from designopt.detectors.layer_input import entries
from designopt.detectors.option_ranges import PriceFile
from designopt.detectors.output_tables import channels_bill, notes
from designopt.detectors.prices import book_named
from designopt.problem.written.options import shares_options
from designopt.problem.written.result import common_part
from designopt.written import Entry

KEYS = FORM


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
    `resolution_contained` is that of the pions that leave less than 5 % of their energy behind the last sensor, the
    `contained_share` of all: what test beams mostly quote; null where there are fewer than 40.
    `pion_nonlinearity` is half the relative change of the response to pions from 20 to 175 GeV, with the error that the
    stored showers leave, `pi_over_e` their mean response over that of photons, `depletion_voltage_v` that of the
    thickest sensor. `sample` are the "held-out" showers of 50 and 100 GeV or those of the "training", on which layouts
    are optimised. Raises ValueError, in a sentence, for anything else.
    """
    sensors, entry = _read(spec)
    model = SensorPrices.from_book(prices, asked["pitch"], asked["silicon"])
    result, warnings = assess(sensors, entry, sample)
    warnings = [*_warnings(sensors, foreign(spec["sensors"]), sample), *warnings]
    number = result["sensors"]
    return result | {
        "depletion_voltage_v": depletion_voltage(_range(sensors)[1]),
        "channels": number * model.channels,
        "price_book": book_named(prices),
        **common_part(model.items(sensors), warnings),
    }


def _range(sensors: Sensors) -> tuple[float, float]:
    """The thinnest and the thickest sensor that is there, mm."""
    used = np.asarray(sensors.thickness)[np.asarray(sensors.present) > 0]
    return float(used.min()), float(used.max())


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
    found += unit_notes(float(sensors.depth), [thin])
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
    narrow = [("none" if value is None else f"{100 * value:.2f}") for value in result["resolution_contained"]]
    table.add_row("  of contained pions (%)", *narrow)
    table.add_row("contained pions (%)", *(f"{100 * value:.0f}" for value in result["contained_share"]))
    table.add_row("  thin sensors (%)", *(f"{100 * value:.2f}" for value in result["sampling"]))
    table.add_row("sigma(E) (GeV)", *(f"{value:.2f}" for value in result["sigma"]))
    table.add_row("mean (GeV)", *(f"{value:.2f}" for value in result["mean"]))
    money = channels_bill(result)
    return Group(table, money, *notes(result["warnings"]))
