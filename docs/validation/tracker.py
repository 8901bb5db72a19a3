"""The tracker against CLD as tkLayout computed it, from the layer table alone; layer tables of other real trackers."""

import csv
import json
from typing import Any

import numpy as np

from designopt.detectors.tracker.evaluate import evaluate_design
from designopt.report.figures.palette import COLOURS, INK
from validation.drawing import DATA, PREDICTED, Claim, Validation, key, named, panels, plain, worst

LAYOUTS = {entry["name"]: entry for entry in json.loads((DATA / "tracker_layouts.json").read_text())}
with (DATA / "cld_theta_88p5.csv").open() as _table:
    CLD = list(csv.DictReader(_table))
COLUMNS = {
    "sigma_pT_over_pT": ("sigma_pt_over_pt", 100, 0.03),
    "sigma_d0": ("sigma_d0_um", 1, 0.07),
    "sigma_z0": ("sigma_z0_um", 1, 0.07),
    "sigma_phi0": ("sigma_phi_rad", 57.29578, 0.05),
    "sigma_cot_theta": ("sigma_cot_theta", 1, 0.05),
}
"""Of the table: the name here, the unit, and how far off the model may be."""
THETA = 88.5


def _um(value: float) -> float | None:
    return value * 1e6 if value else None


def _mm(value: float | None) -> float | None:
    return None if value is None else value * 1e3


def spec(name: str, **changes: Any) -> dict[str, Any]:
    """One layout as a specification that `designopt evaluate` reads; a sigma of 0 in the file marks dead material.

    Args:
        name: of `tests/data/tracker_layouts.json`.
        changes: other keys of the specification.
    """
    entry = LAYOUTS[name]
    barrel = [
        {
            "radius_mm": _mm(row["r_m"]),
            "half_length_mm": _mm(row["half_z_m"]),
            "x_over_x0": row["x_over_X0"],
            "resolution_rphi_um": _um(row["sigma_rphi_m"]),
            "resolution_z_um": _um(row["sigma_z_m"]),
        }
        for row in entry["barrel"]
    ]
    disks = [
        {
            "z_mm": _mm(row["z_m"]),
            "inner_mm": _mm(row["r_in_m"]),
            "outer_mm": _mm(row["r_out_m"]),
            "x_over_x0": row["x_over_X0"],
            "resolution_rphi_um": _um(row["sigma_m"]),
            "resolution_r_um": _um(row["sigma_m"]),
        }
        for row in entry.get("disks", [])
    ]
    return {"field_t": entry["B_T"], "barrel": barrel, "disks": disks} | changes


def cld(scattering: bool, momenta: list[float], outer_only: bool = False) -> list[dict[str, Any]]:
    """Errors of CLD at the angle of the table, one row a momentum (GeV).

    Args:
        scattering: whether its layers weigh something; massless particles, as tkLayout has them.
        momenta: transverse, GeV.
        outer_only: without the hits of its vertex detector, whose material stays.
    """
    layout = spec("CLD_tkLayout", pt_gev=momenta, theta_deg=[THETA])
    for surface in layout["barrel"] + layout["disks"]:
        if not scattering:
            surface["x_over_x0"] = 0.0
        if outer_only and surface.get("radius_mm", 1000) < 100:
            surface["resolution_rphi_um"] = surface["resolution_z_um"] = None
    points: list[dict[str, Any]] = evaluate_design(layout, mass="massless")["points"]
    return points


def validation() -> Validation:
    """Errors of momentum and impact parameters over the transverse momentum, with and without scattering."""
    momenta = np.geomspace(1, 150, 15)
    shown = (("sigma_pT_over_pT", 0, COLOURS[0]), ("sigma_d0", 1, COLOURS[1]), ("sigma_z0", 1, COLOURS[2]))
    off: dict[str, list[float]] = {name: [] for name, *_ in shown}
    with panels(2, 4.8, (1, 1.2)) as (figure, axes):
        for word, dashes in (("yes", "-"), ("no", "--")):
            curve = cld(word == "yes", momenta.tolist())
            for name, panel, colour in shown:
                column, unit, _ = COLUMNS[name]
                axes[panel].plot(momenta, [unit * point[column] for point in curve], dashes, color=colour)
                rows = [
                    row
                    for row in CLD
                    if (row["multiple_scattering"], row["quantity"], row["subset"]) == (word, name, "Tracker")
                ]
                points = cld(word == "yes", [float(row["pT_GeV"]) for row in rows])
                for row, point in zip(rows, points, strict=True):
                    axes[panel].errorbar(float(row["pT_GeV"]), float(row["value"]), color=colour, **PREDICTED)
                    off[name].append(unit * point[column] / float(row["value"]) - 1)
        for (_, _, colour), label in zip(shown, ("pT", "d0", "z0"), strict=True):
            named(axes[0], colour, f"sigma({label})")
        axes[0].plot([], [], "--", color=INK, label="without scattering")
        axes[0].set(xscale="log", yscale="log", ylabel="sigma(pT)/pT (%)")
        axes[1].set(yscale="log", xlabel="Transverse momentum (GeV)", ylabel="sigma(d0), sigma(z0) (µm)")
        plain(axes[0], (), (0.001, 0.01, 0.1))
        plain(axes[1], (1, 10, 100), (1, 2, 5, 10, 20))
        key(figure, axes[0])
    total = sum(map(len, off.values()))
    return Validation(figure, (f"{total} points of tkLayout", "none was fitted"), (
        Claim("within {} % in pT", 1, 100 * worst(off["sigma_pT_over_pT"])),
        Claim("{} % in d0 and z0", 4, 100 * worst(off["sigma_d0"] + off["sigma_z0"])),
    ))  # fmt: skip
