"""Simulate and price a spectrometer as a user writes it down; every error one sentence."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np

from designopt.detectors.option_ranges import Logarithm
from designopt.detectors.output_tables import notes
from designopt.detectors.spectrometer.description import FORM as FORM
from designopt.detectors.spectrometer.description import Description, read_spectrometer
from designopt.detectors.spectrometer.description import example as example
from designopt.detectors.spectrometer.magnet import CURVING
from designopt.detectors.spectrometer.plausible import unit_notes
from designopt.detectors.spectrometer.stations import track_errors
from designopt.detectors.tracker.approximations import logarithm_notes, logarithm_of
from designopt.detectors.tracker.plausible import error_notes
from designopt.problem.written.result import common_part
from designopt.stored import StoredJit
from designopt.units import mrad, um

LARGEST_BEND = 0.2  # rad: beyond it the small-angle field integral is off by more than 2 %


def evaluate_design(spec: Any, log: Logarithm = None) -> dict[str, Any]:
    """Resolution and cost of one spectrometer, in plain numbers: GeV, mm, um, rad, kCHF.

    `spec` is `{"magnet": {"bending_power_tm", "length_mm", "centre_mm"}, "stations": [{"z_mm", "resolution_um",
    "x_over_x0", "hits"} or {"z_mm", "technology", "hits"}, ...], "momenta_gev": [...], "vertex_mm"}`. A resolution of
    null is dead material. Without a magnet (or with 0 T m) tracks are straight and no momentum is measured.
    `log`, an option or a key of the file, says which thickness stands in the logarithm of the scattering angle: "layer"
    (each its own), "fixed" (1 %), "total" (of all stations), a number, or "auto" (default): "layer", but "total" where
    the material is cut finely.
    Raises ValueError, in a sentence, for anything that is not such a spectrometer.
    """
    read = read_spectrometer(spec)
    magnet, stations, measuring, momenta = read.magnet, read.stations, read.measuring, read.momenta
    straight = magnet.bending_power == 0
    sensors = places_needed(read)
    material = np.asarray(stations.material)[np.asarray(stations.present) > 0]
    log = read.log if log is None else log
    logarithm = logarithm_of(log, material)
    inside = max(float(material.sum()), 1e-9) if logarithm == "total" else logarithm
    found = _errors(stations, magnet, jnp.asarray(momenta), read.vertex, inside, straight)
    angle = [CURVING * magnet.bending_power / p for p in momenta]
    points = [
        {
            "p_gev": p,
            "sigma_p_over_p": None if straight else _number(found["momentum"][i]),
            "sigma_slope_rad": _number(found["slope"][i]),
            "sigma_vertex_um": _number(found["position"][i] / um),
            "bending_angle_rad": angle[i],
        }
        for i, p in enumerate(momenta)
    ]
    return {
        "points": points,
        "stations": sensors,
        "x_over_x0": float(jnp.sum(stations.material)),
        "log": logarithm or "layer",
        **common_part(
            None if None in read.prices else {"stations": sum(price for price in read.prices if price is not None)},
            [
                *read.notes,
                *unit_notes(read),
                *price_notes(read),
                *error_notes(points, "sigma(p)/p", "sigma_p_over_p", "p_gev"),
                *range_notes(measuring, momenta, angle, straight),
                *logarithm_notes(logarithm, log, material),
            ],
        ),
    }


_errors = StoredJit(track_errors, quickly=True)


def places_needed(read: Description) -> int:
    """How many stations measure. Raises ValueError where they stand at too few places for a track."""
    straight, z = read.magnet.bending_power == 0, np.asarray(read.stations.z)
    places, needed = len({float(place) for place in z[read.measuring]}), 2 if straight else 3
    if places < needed:
        raise ValueError(
            f"The spectrometer measures at {places} places, but {'a straight' if straight else 'a curved'} track "
            f"takes at least {needed}. Add stations at other z."
        )
    return int(read.measuring.sum())


def price_notes(read: Description) -> list[str]:
    """Which stations have no price, so that the whole has none; and which have one that the design itself states."""
    told = (
        (
            [price is None for price in read.prices],
            "no price: the resolution is outside the catalogue's. Give 'price'.",
        ),
        (read.own_prices, "a price of the design's own, which counts instead of the catalogue's."),
    )
    return [f"{_stations(which)} {what}" for which, what in told if any(which)]


def _stations(which: Sequence[bool]) -> str:
    numbers = [str(number) for number, there in enumerate(which, start=1) if there]
    return f"The stations {', '.join(numbers)} have" if len(numbers) > 1 else f"Station {numbers[0]} has"


def _number(value: Any) -> float | None:
    return float(value) if math.isfinite(float(value)) else None


def range_notes(measuring: np.ndarray, momenta: Sequence[float], angle: Sequence[float], straight: bool) -> list[str]:
    """Where the spectrometer leaves the range in which the model was checked."""
    found = []
    if straight:
        found.append("The magnet has no bending power: tracks are straight and no momentum is measured.")
    if wide := [f"{p:g}" for p, a in zip(momenta, angle, strict=True) if a > LARGEST_BEND]:
        found.append(
            f"Tracks of {', '.join(wide)} GeV bend by more than {LARGEST_BEND:g} rad: small angles are assumed."
        )
    if int(measuring.sum()) == (2 if straight else 3):
        found.append("As many stations as a track needs: nothing tells whether their hits belong together.")
    return found


def render_table(result: Mapping[str, Any]) -> Any:
    """A result for people: a table of momenta, and what to keep in mind. A rich renderable."""
    from rich.console import Group
    from rich.table import Table

    cost = "no price" if result["total_cost"] is None else f"{result['total_cost']:,.0f} kCHF"
    title = f"{result['stations']} stations, {100 * result['x_over_x0']:.2f} % X0, {cost}"
    table = Table(title=title, title_justify="left")
    for name in ("p (GeV)", "sigma(p)/p (%)", "slope (mrad)", "vertex (um)", "bend (mrad)"):
        table.add_column(name, justify="right")
    for point in result["points"]:
        sigma = "none" if point["sigma_p_over_p"] is None else f"{100 * point['sigma_p_over_p']:.4g}"
        slope, vertex = point["sigma_slope_rad"] / mrad, point["sigma_vertex_um"]
        bend = point["bending_angle_rad"] / mrad
        table.add_row(f"{point['p_gev']:g}", sigma, f"{slope:.4g}", f"{vertex:.4g}", f"{bend:.3g}")
    return Group(table, *notes(result["warnings"]))
