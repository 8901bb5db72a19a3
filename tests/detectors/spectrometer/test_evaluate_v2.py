"""`designopt evaluate spectrometer-layout-v2`: what a user is told of requirements, lost stations and money."""

import io
import json

import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner

from designopt.cli.app import app
from designopt.detectors.spectrometer.evaluate_v2 import evaluate_design, render_table

STATIONS = [{"z_mm": z, "technology": "120 um", "hits": 8} for z in (-5500, -3500, 3500, 5500)]
SHIP = {"magnet": {"bending_power_tm": 0.65, "length_mm": 4500}, "stations": STATIONS, "momenta_gev": [5, 20, 100]}


def test_ship_as_a_board_sees_it():
    result = evaluate_design(SHIP, log="fixed")
    assert result["total_cost"] == pytest.approx(4000.0)
    assert result["cost"] == {"stations": result["total_cost"]}
    asked = result["requirements"]
    assert all(one["kept"] for one in asked.values())
    assert asked["lost station, momentum"]["value"] == pytest.approx(1.64, abs=0.02)
    assert [row["z_mm"] for row in result["leave_one_out"]] == [-5500, -3500, 3500, 5500]
    assert result["score"] == pytest.approx(-2.2709, abs=1e-3)
    assert all(p["sigma_p_over_p"] > p["sigma_p_over_p_all_hits"] for p in result["points"])
    assert json.loads(json.dumps(result)) == result
    printed = io.StringIO()
    Console(width=120, file=printed).print(render_table(result))
    assert "Without one station" in printed.getvalue()


def test_two_coarse_stations_together_are_told():
    placed = zip((-6000, -2750, 5900, 6000), (60, 60, 250, 250), strict=True)
    result = evaluate_design({**SHIP, "stations": [{"z_mm": z, "technology": f"{r} um", "hits": 8} for z, r in placed]})
    asked = result["requirements"]
    assert not asked["gap"]["kept"]
    assert not asked["room"]["kept"]
    assert asked["room"] == {"value": 6000.0, "limit": 5830.0, "unit": "mm", "kept": False}
    assert asked["gap"]["value"] == 100
    assert not asked["lost station, momentum"]["kept"]
    assert asked["lost station, momentum"]["value"] > 4


def test_a_station_that_decides_all_is_named_and_a_price_of_ones_own_is_kept():
    three = [{**STATIONS[0], "price": 10.0}, *STATIONS[1:3]]
    result = evaluate_design({**SHIP, "stations": three})
    assert any("no momentum is measured" in note for note in result["warnings"])
    assert "Station 1 has a price of the design's own, which counts instead of the catalogue's." in result["warnings"]
    free = evaluate_design({**SHIP, "stations": [{**station, "price": 0.0} for station in STATIONS]})
    assert free["total_cost"] == 0.0
    assert any(note.startswith("The stations 1, 2, 3, 4 have a price of the design's own") for note in free["warnings"])
    assert not result["requirements"]["stations"]["kept"]
    scaled = [(25.95**2 + 27.95**2 + 34.95**2 + 36.95**2) / 4]
    expected = 10.0 + 1000.0 * (27.95**2 + 34.95**2) / scaled[0]
    assert result["total_cost"] == pytest.approx(expected)


def test_dead_material_is_no_station_and_no_magnet_is_refused():
    dead = {"z_mm": -6000, "resolution_um": None, "x_over_x0": 0.01}
    result = evaluate_design({**SHIP, "stations": [*STATIONS, dead]})
    assert len(result["leave_one_out"]) == 4
    assert np.isfinite(result["score"])
    with pytest.raises(ValueError, match="Without a magnet"):
        evaluate_design({"stations": STATIONS})
    with pytest.raises(ValueError, match="has to be above 1"):
        evaluate_design(SHIP, redundancy=0.5)


def test_the_command_takes_requirements(tmp_path):
    path = tmp_path / "ship.json"
    path.write_text(json.dumps(SHIP))
    done = CliRunner().invoke(app, ["evaluate", "spectrometer-layout-v2", str(path), "--redundancy", "1.5", "--json"])
    assert done.exit_code == 0, done.output
    assert not json.loads(done.stdout)["requirements"]["lost station, momentum"]["kept"]
