"""Evaluate a spectrometer as a review board would: lost stations, alignment, aperture, and the goal of `-v2`."""

from collections.abc import Mapping
from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np

from designopt.detectors.option_ranges import Logarithm, PriceFile
from designopt.detectors.output_tables import bill, notes
from designopt.detectors.prices import read_prices
from designopt.detectors.spectrometer.catalogue import STRAWS, as_straws, priced
from designopt.detectors.spectrometer.description import FORM as FORM
from designopt.detectors.spectrometer.description import Description, read_spectrometer
from designopt.detectors.spectrometer.description import example as example
from designopt.detectors.spectrometer.evaluate import places_needed, price_notes, range_notes
from designopt.detectors.spectrometer.magnet import CURVING
from designopt.detectors.spectrometer.plausible import unit_notes
from designopt.detectors.spectrometer.problem_v2 import spectrometer_layout_v2
from designopt.detectors.spectrometer.review.aperture import DECAY_VOLUME, relative_area
from designopt.detectors.spectrometer.review.goals import mass_resolution, search
from designopt.detectors.spectrometer.review.patterns import measured_share, over_patterns, pattern_errors
from designopt.detectors.spectrometer.review.spectrum import fractions
from designopt.detectors.tracker.approximations import logarithm_notes, logarithm_of
from designopt.detectors.tracker.plausible import error_notes
from designopt.problem.written.options import shares_options
from designopt.problem.written.result import at_least, at_most, common_part
from designopt.stored import StoredJit
from designopt.units import GeV, mm, um

ENDED = 1000.0
"""A factor beyond it means that the loss of the station ends the measurement."""


@shares_options(
    spectrometer_layout_v2,
    ("redundancy", "efficiency", "fewest"),
    {
        "alignment_um": ("alignment", um),
        "aperture_from_mm": ("aperture_from", mm),
        "gap_mm": ("gap", mm),
        "room_mm": ("room", mm),
        "mass_gev": ("mass", GeV),
    },
    off=("redundancy", "fewest", "alignment_um", "gap_mm", "room_mm"),
)
def evaluate_design(
    spec: Any, log: Logarithm = None, prices: PriceFile = None, *, asked: Mapping[str, Any]
) -> dict[str, Any]:
    """What a spectrometer measures and costs, and whether it keeps each requirement; GeV, mm, um, rad, kCHF.

    `spec` is that of `spectrometer-layout-v1`; left out, its vertex is the middle of SHiP's decay volume, 31.45 m
    before the magnet, and its momenta are 1, 5, 20, 100 GeV. Errors are means over hit patterns with the `efficiency`,
    places are known to `alignment_um`. `leave_one_out` has, for every measuring station, the factors by which its loss
    raises sigma(p) and the error of the vertex, at each momentum; `requirements` the largest of them, the smallest
    distance of two stations, the largest from the middle of the magnet (`room`) and their number, each with its limit.
    Stations named by their technology have the material of straws, 0.43 % X0. Prices of the catalogue are multiplied by
    the relative area of the place (`aperture_from_mm`); a price given in the spec is taken as it is. `score` is the
    goal "search" of the problem for a particle of `mass_gev`, where decay products have the momenta asked for. `prices`
    is a TOML file over the price book; `log` as in `-v1`. Raises ValueError, in a sentence, for anything that is no
    such spectrometer.
    """
    efficiency = 1.0 if asked["efficiency"] is None else asked["efficiency"]
    alignment, mass_gev = asked["alignment"] or 0.0, asked["mass"] / GeV
    read = read_spectrometer(spec, DECAY_VOLUME, as_straws(priced(read_prices(prices)), STRAWS))
    if read.magnet.bending_power == 0:
        raise ValueError("Without a magnet no momentum and no mass is measured. Give it a bending_power_tm.")
    count, momenta = places_needed(read), read.momenta
    there = np.asarray(read.stations.present) > 0
    material = np.asarray(read.stations.material)[there]
    log = read.log if log is None else log
    logarithm = logarithm_of(log, material)
    inside = max(float(material.sum()), 1e-9) if logarithm == "total" else logarithm
    stations = eqx.tree_at(lambda s: s.error, read.stations, jnp.hypot(read.stations.error, alignment))
    patterns = _patterns(stations, read.magnet, jnp.asarray(momenta), read.vertex, inside)
    measuring = jnp.asarray(read.measuring, float)
    found = over_patterns(patterns, measuring, efficiency)
    mass = mass_resolution(found["momentum"], found["slope"], jnp.asarray(momenta), mass_gev)
    share = fractions(momenta, mass_gev)
    score = search(found | {"mass": mass, "measured": measured_share(measuring, efficiency)}, share)
    points = [
        {
            "p_gev": p,
            "sigma_p_over_p": float(found["momentum"][i]),
            "sigma_p_over_p_all_hits": float(patterns.whole["momentum"][i]),
            "sigma_slope_rad": float(found["slope"][i]),
            "sigma_vertex_um": float(found["position"][i] / um),
            "sigma_m_over_m": float(mass[i]),
            "share_of_decays": share[i],
            "bending_angle_rad": CURVING * read.magnet.bending_power / p,
        }
        for i, p in enumerate(momenta)
    ]
    factors = {name: np.exp(np.asarray(values)) for name, values in patterns.without.items()}
    lost = [
        {
            "z_mm": float(stations.z[i]),
            "sigma_p_factor": factors["momentum"][:, i].tolist(),
            "vertex_factor": factors["position"][:, i].tolist(),
        }
        for i in np.flatnonzero(read.measuring)
    ]
    cost = _cost(read, asked["aperture_from"])
    return {
        "points": points,
        "score": float(score),
        "leave_one_out": lost,
        "settings": {"efficiency": efficiency, "alignment_um": alignment / um,
                     "aperture_from_mm": asked["aperture_from"], "mass_gev": mass_gev, "vertex_mm": read.vertex},
        "stations": count,
        "x_over_x0": float(material.sum()),
        "log": logarithm or "layer",
        **common_part(
            None if cost is None else {"stations": cost},
            [
                *read.notes,
                *unit_notes(read),
                *price_notes(read),
                *error_notes(points, "sigma(p)/p", "sigma_p_over_p", "p_gev"),
                *range_notes(read.measuring, momenta,
                             [point["bending_angle_rad"] for point in points], False),
                *_lost_notes(lost),
                *logarithm_notes(logarithm, log, material),
            ],
            _requirements(read, factors, asked, count),
        ),
    }  # fmt: skip


_patterns = StoredJit(pattern_errors, quickly=True)


def _cost(read: Description, apex: float | None) -> float | None:
    """Stations at the price of their area, kCHF; None if one has no price."""
    area = relative_area(read.stations.z - read.magnet.centre, apex).tolist()
    paid = [None if price is None else price if own else price * area[i]
            for i, (price, own) in enumerate(zip(read.prices, read.own_prices, strict=True))]  # fmt: skip
    return None if None in paid else float(sum(price for price in paid if price is not None))


def _requirements(
    read: Description, factors: Mapping[str, np.ndarray], asked: Mapping[str, Any], count: int
) -> dict[str, dict[str, Any]]:
    """Those that are on: loss of any one station, distance of stations, room, their number."""
    z = np.sort(np.asarray(read.stations.z)[read.measuring])
    rows = {
        what: at_most(float(np.max(factors[name][:, read.measuring])), asked["redundancy"])
        for name, what in (("momentum", "lost station, momentum"), ("position", "lost station, vertex"))
    }
    rows["gap"] = at_least(float(np.min(np.diff(z))), asked["gap"], "mm")
    rows["room"] = at_most(float(np.max(np.abs(z - read.magnet.centre))), asked["room"], "mm")
    rows["stations"] = at_least(count, asked["fewest"])
    return {name: row for name, row in rows.items() if row["limit"] is not None}


def _lost_notes(lost: list[dict[str, Any]]) -> list[str]:
    ends = [f"{row['z_mm'] / mm:g}" for row in lost if max(row["sigma_p_factor"]) > ENDED]
    if not ends:
        return []
    return [f"Without the station at z = {' or '.join(ends)} mm no momentum is measured."]


def render_table(result: Mapping[str, Any]) -> Any:
    """A result for people: momenta, lost stations, requirements, money, notes. A rich renderable."""
    from rich.console import Group
    from rich.table import Table

    table = Table(title=f"{result['stations']} stations, {100 * result['x_over_x0']:.2f} % X0", title_justify="left")
    for name in ("p (GeV)", "sigma(p)/p (%)", "with all hits", "vertex (um)", "sigma(m)/m (%)", "share of decays"):
        table.add_column(name, justify="right")
    for p in result["points"]:
        row = (100 * p["sigma_p_over_p"], 100 * p["sigma_p_over_p_all_hits"], p["sigma_vertex_um"])
        cells = [f"{value:.4g}" for value in (*row, 100 * p["sigma_m_over_m"])]
        table.add_row(f"{p['p_gev']:g}", *cells, f"{p['share_of_decays']:.3f}")
    lost = Table(title="Without one station, largest factor over the momenta", title_justify="left")
    for name in ("z (mm)", "sigma(p)", "vertex"):
        lost.add_column(name, justify="right")
    for row in result["leave_one_out"]:
        lost.add_row(f"{row['z_mm']:g}", f"{max(row['sigma_p_factor']):.3g}", f"{max(row['vertex_factor']):.3g}")
    asked = Table("requirement", "value", "limit", "kept", title="Requirements", title_justify="left")
    for name, one in result["requirements"].items():
        asked.add_row(name, f"{one['value']:.4g} {one['unit']}", f"{one['limit']:g}", "yes" if one["kept"] else "no")
    total = result["total_cost"]
    money = [] if total is None else [bill("Cost", result["cost"], total)]
    return Group(table, lost, asked, *money, *notes(result["warnings"]))
