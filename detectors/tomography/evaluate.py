"""Simulate and price panels around a ladle as a user writes them down; every error one sentence."""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from designopt.detectors.output_tables import bill, notes
from designopt.detectors.tomography.cost import channels_of, cost_of, prices_of
from designopt.detectors.tomography.description import FORM as FORM
from designopt.detectors.tomography.description import Description, read_panels
from designopt.detectors.tomography.description import example as example
from designopt.detectors.tomography.detector import Tomograph
from designopt.detectors.tomography.physics.fill_height import PRIOR
from designopt.detectors.tomography.physics.scattering import REFERENCE, scattering_angle
from designopt.detectors.tomography.physics.tracks import Hits, Panels
from designopt.detectors.tomography.problem import muon_tomography
from designopt.units import m, mm, mrad, um
from designopt.written import common_part, shares_options

FEW = 100.0  # muons seen, below which the closed form is not to be trusted
TOGETHER = 0.001  # m


@shares_options(muon_tomography, ["money", "prices"])
def evaluate_design(spec: Any, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Errors and cost of panels around a ladle, in plain numbers: mrad, mm, kCHF.

    `spec` is `{"panels": [{"x", "y", "z", "span_x", "span_y"}, ...]}` in m, with `momentum_gev`, `muons`,
    `resolution_um`, `efficiency`, `edge_mm`, `slag_mm`, `calibration` where they differ from the usual ones.
    `money` "TomOpt" counts in its units, one a square metre; `prices` is a file over the price book.
    Raises ValueError, in a sentence, for anything that is not such a set of panels.
    """
    read = read_panels(spec)
    entry = read.entry
    detector = Tomograph(
        hits=Hits(entry.number("resolution_um") * um / m, entry.number("efficiency"), entry.number("edge_mm") * mm / m),
        above=len(read.above),
        momentum=entry.number("momentum_gev"),
        muons=entry.number("muons"),
        slag=read.slag,
        degree=entry.whole("calibration"),
        gap=1.0,
        prices=prices_of(asked["money"], asked["prices"]),
    )
    above, below = (_panels(side) for side in (read.above, read.below))
    found = {name: float(value) for name, value in _measured(detector, above, below).items()}
    every = _panels(np.concatenate([read.above, read.below]))
    two = [len(side) >= 2 for side in (read.above, read.below)]
    lines = [
        found[name] / mrad if there else None for name, there in zip(("slope_above", "slope_below"), two, strict=True)
    ]
    one = next((line for line in lines if line is not None), None)
    seen = all(two)
    return {
        "sigma_angle_mrad": found["slope"] / mrad if seen else one,
        "sigma_angle_above_mrad": lines[0],
        "sigma_angle_below_mrad": lines[1],
        "sigma_scattering_angle_mrad": 2**0.5 * found["slope"] / mrad if seen else None,
        "sigma_vertex_mm": found["vertex"] * m / mm if seen else None,
        "sigma_vertex_across_mm": found["across"] * m / mm if seen else None,
        "efficiency": found["efficiency"],
        "fill_height_error_mm": found["squared_error"] ** 0.5 * m / mm,
        "fill_height_squared_error_m2": found["squared_error"],
        "scattering_angle_mrad": float(scattering_angle(REFERENCE, detector.momentum)) / mrad,
        "panels": len(read.above) + len(read.below),
        "area_m2": float(jnp.sum(every.present * every.span_x * every.span_y)),
        "channels": float(channels_of(every, detector.hits.resolution)),
        **common_part(
            {name: float(value) for name, value in cost_of(every, detector.hits.resolution, detector.prices).items()},
            [*read.notes, *range_notes(read, detector, found, asked["money"])],
        ),
    }


_measured = jax.jit(lambda detector, above, below: detector.measured(above, below))


def _panels(rows: np.ndarray) -> Panels:
    """Rows of x, y, z, span_x, span_y with a few absent ones, so that not every number of panels compiles anew."""
    size = next(room for room in (2, 4, 8, 16) if room >= len(rows))
    absent = np.tile([0.5, 0.5, 0.0, 1.0, 1.0], (size - len(rows), 1))
    columns = np.concatenate([rows.reshape(-1, 5), absent]).T
    present = np.r_[np.ones(len(rows)), np.zeros(size - len(rows))]
    return Panels(*[jnp.asarray(column) for column in [*columns, present]])


def range_notes(read: Description, detector: Tomograph, found: Mapping[str, float], money: str) -> list[str]:
    """Where the panels see nothing, cannot be built, or leave the range in which the model was checked."""
    told = []
    for name, side in (("above", read.above), ("below", read.below)):
        if len(side) < 2:
            told.append(f"Fewer than two panels stand {name} the ladle: no line is measured there, and no muon counts.")
        levels = np.sort(side[:, 2])
        if np.any(np.diff(levels) < TOGETHER):
            told.append(f"Panels {name} the ladle stand at one height: nothing can be built so.")
    number = detector.muons * found["efficiency"] * INSIDE
    if found["efficiency"] > 0 and number < FEW:
        told.append(f"Some {number:.0f} muons are seen for each ladle: the model was checked for {FEW:g} and more.")
    if found["squared_error"] > 0.9 * PRIOR**2:
        told.append("The panels say hardly anything: the error is that of knowing the range of fill heights only.")
    if money == "TomOpt":
        told.append("Money is in TomOpt's units, one a square metre, not in kCHF.")
    return told


INSIDE = 0.16
"""Share of the muons of the square metre that go through the inside of the ladle, from top to bottom."""


def render_table(result: Mapping[str, Any]) -> Any:
    """A result for people: errors, money, and what to keep in mind. A rich renderable."""
    from rich.console import Group
    from rich.table import Table

    table = Table(title=f"{result['panels']} panels, {result['area_m2']:.2f} m2", title_justify="left")
    for name in ("fill height (mm)", "muons seen (%)", "angle of a line (mrad)", "vertex in z (mm)"):
        table.add_column(name, justify="right")
    values = (result["fill_height_error_mm"], 100 * result["efficiency"], result["sigma_angle_mrad"],
              result["sigma_vertex_mm"])  # fmt: skip
    table.add_row(*("none" if value is None else f"{value:.4g}" for value in values))
    return Group(table, bill("Money", result["cost"], result["total_cost"]), *notes(result["warnings"]))
