"""Real layouts of `tests/data/tracker_layouts.json` in the form that `designopt evaluate` reads."""

import json
from pathlib import Path

DATA = Path(__file__).parents[2] / "data"
LAYOUTS = {entry["name"]: entry for entry in json.loads((DATA / "tracker_layouts.json").read_text())}


def _um(value):
    return value * 1e6 if value else None


def _mm(value):
    return None if value is None else value * 1e3


def spec(name, **changes):
    """One layout as a specification; a sigma of 0 in the file marks dead material."""
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
