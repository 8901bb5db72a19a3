"""Homogeneous blocks from 0.5 GeV on, in Geant4: only CsI was looked at when the widths of showers were bounded."""

import csv
import sys
from itertools import groupby

import jax.numpy as jnp
import numpy as np
import pytest
from once import once
from validation.drawing import DATA

from designopt.detectors.calorimeter.evaluate import evaluate_design
from designopt.detectors.calorimeter.shower.homogeneous import albedo
from designopt.detectors.materials import material

SILENT = {"noise": 0.0, "constant_term": 0.0}
ENERGIES = 5  # as many in all rows: compiled once


def compared() -> list[dict[str, float | str]]:
    """Each row of the table with the model's contained share and rms of the leakage beside."""
    with (DATA / "geant4_homogeneous_low.csv").open() as lines:
        table = list(csv.DictReader(lines))
    found: list[dict[str, float | str]] = []
    for (name, depth), group in groupby(
        sorted(table, key=lambda row: (row["material"], float(row["depth_X0"]))),
        lambda row: (row["material"], row["depth_X0"]),
    ):
        rows = list(group)
        energies = [float(row["energy_GeV"]) for row in rows]
        block = {"active": name, "active_thickness": float(depth) * material(name).radiation_length, "pitch": 20}
        result = evaluate_design(
            {
                "layers": [{"absorber": None, **block}],
                "energies": energies + [100.0] * (ENERGIES - len(energies)),
                "readout": SILENT,
            },
            terms="leakage",
            weights="equal",
        )
        for k, row in enumerate(rows):
            rms = float(row["rms_pct"]) / 100
            found.append({
                "block": f"{name}, {depth} X0, {energies[k]:g} GeV",
                "contained": result["contained_fraction"][k] - float(row["contained"]),
                "rms": float(np.log(result["resolution"][k] / rms)),
                "error": float(row["rms_error_pct"]) / 100 / rms,
            })  # fmt: skip
    return found


ROWS = once(compared)


def test_leakage_of_seven_media(capsys: pytest.CaptureFixture[str]) -> None:
    """Contained share within 0.01; rms without bias to 8 %, each within 15 % and 2.5 statistical errors."""
    with capsys.disabled():
        for row in ROWS():
            sys.stdout.write(
                f"\n{row['block']:28s} rms is {np.expm1(row['rms']):+5.0%} +-{row['error']:4.0%}, "
                f"contained {row['contained']:+.4f}"
            )
    weight = np.array([1 / max(float(row["error"]), 0.05) ** 2 for row in ROWS()])
    assert abs(weight @ [row["rms"] for row in ROWS()] / weight.sum()) < 0.08
    for row in ROWS():
        assert abs(row["contained"]) < 0.01, row
        assert abs(row["rms"]) < 0.15 + 2.5 * row["error"], row


def test_heavy_media_send_more_back() -> None:
    """Lost at 1 GeV in 42 X0 by Geant4, MeV: lead tungstate 3.77 +- 0.09, krypton 2.00 +- 0.08."""
    charges = [jnp.asarray(material(name).charge) for name in ("PbWO4", "LKr")]
    lost = [1e3 * float(albedo(jnp.ones(1), charge)[0]) for charge in charges]
    assert lost == pytest.approx([3.77, 2.00], rel=0.1)
