"""`designopt evaluate spectrometer-layout-v1`: what a user writes, and what he is told."""

import io
import json
import re
from pathlib import Path

import jax
import matplotlib.pyplot as plt
import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner

from designopt.cli.app import app
from designopt.detectors.spectrometer.description import read_spectrometer
from designopt.detectors.spectrometer.evaluate import evaluate_design, render_table
from designopt.detectors.spectrometer.plausible import unit_notes
from designopt.detectors.spectrometer.problem import spectrometer_layout

STATIONS = [{"z_mm": z, "resolution_um": 120, "hits": 8, "x_over_x0": 0.0043} for z in (-5500, -3500, 3500, 5500)]
SHIP = {
    "magnet": {"bending_power_tm": 0.65, "length_mm": 5000},
    "stations": STATIONS,
    "momenta_gev": [1, 5, 10, 20, 50, 100],
}


def test_ship_as_a_user_writes_it():
    result = evaluate_design(SHIP)
    sigma = [100 * point["sigma_p_over_p"] for point in result["points"]]
    np.testing.assert_allclose(sigma, np.hypot(0.49, 0.022 * np.array(SHIP["momenta_gev"])), rtol=0.07)
    assert result["stations"] == 4
    assert result["x_over_x0"] == pytest.approx(4 * 0.0043)
    assert result["total_cost"] == pytest.approx(4000.0)
    assert result["warnings"] == []
    assert json.loads(json.dumps(result)) == result
    printed = io.StringIO()
    Console(width=120, file=printed).print(render_table(result))
    assert "0.5137" in printed.getvalue()


def test_the_spectrometer_of_its_page_is_ship():
    page = (Path(__file__).parents[3] / "docs" / "detectors" / "spectrometer.md").read_text(encoding="utf-8")
    (block,) = (b for b in re.findall(r"```json\n(.*?)```", page, flags=re.DOTALL) if '"magnet"' in b)
    result, ship = evaluate_design(json.loads(block)), evaluate_design({**SHIP, "momenta_gev": [1, 5, 20, 100]})
    for a, b in zip(result["points"], ship["points"], strict=True):
        assert list(a.values()) == pytest.approx(list(b.values()), rel=1e-9)


def test_a_technology_stands_for_its_numbers_and_order_and_padding_do_not_matter():
    named = [{"z_mm": s["z_mm"], "technology": "120 um", "hits": 8} for s in reversed(STATIONS)]
    one, other = evaluate_design(SHIP), evaluate_design({**SHIP, "stations": named})
    for a, b in zip(one["points"], other["points"], strict=True):
        assert list(a.values()) == pytest.approx(list(b.values()), rel=1e-9)


def test_dead_material_makes_it_worse_and_counts_for_no_station():
    dead = {"z_mm": 0, "resolution_um": None, "x_over_x0": 0.02}
    one, other = evaluate_design(SHIP), evaluate_design({**SHIP, "stations": [*STATIONS, dead]})
    assert other["stations"] == 4
    assert all(b["sigma_p_over_p"] > a["sigma_p_over_p"] for a, b in zip(one["points"], other["points"], strict=True))
    assert any("inside the magnet" in sentence for sentence in other["warnings"])


def test_without_a_field_tracks_are_straight():
    result = evaluate_design({"stations": STATIONS[:2], "momenta_gev": [10]})
    assert result["points"][0]["sigma_p_over_p"] is None
    assert result["points"][0]["sigma_slope_rad"] > 0
    assert any("straight" in sentence for sentence in result["warnings"])


def changed(**station) -> dict:
    return {**SHIP, "stations": [{**STATIONS[0], **station}, *STATIONS[1:]]}


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ([], "has to be an object"),
        ({**SHIP, "station": []}, "Did you mean 'stations'"),
        ({**SHIP, "stations": []}, "Give a list of at least 1 objects"),
        ({**SHIP, "stations": STATIONS[:2]}, "at least 3. Add stations"),
        ({**SHIP, "stations": [STATIONS[0]] * 3}, "measures at 1 places"),
        ({**SHIP, "stations": [1]}, "Station 1 has to be an object"),
        (changed(z_mm=float("nan")), "z_mm is nan"),
        (changed(z_mm=None), "Station 1 has no 'z_mm'"),
        (changed(resolution_um=0), "resolution_um is 0"),
        (changed(hits=0), "hits is 0"),
        (changed(x_over_x0=4.3), "fraction of a radiation length"),
        (changed(x_over_x0=-0.1), "fraction of a radiation length"),
        (changed(technology="12 um"), "Did you mean '120 um'"),
        (changed(sigma=1), "unknown key 'sigma'"),
        ({**SHIP, "stations": [{"z_mm": 1.0}] * 3}, "needs a technology"),
        ({**SHIP, "momenta_gev": [0]}, "momenta_gev is 0, but it has to be between"),
        ({**SHIP, "momenta_gev": 5}, "Give a list"),
        ({**SHIP, "magnet": {"bending_power_tm": -1, "length_mm": 1}}, "the sign changes no resolution"),
        ({**SHIP, "magnet": {"bending_power_tm": 1}}, "The magnet has no 'length_mm'"),
        ({**SHIP, "magnet": 4}, "The magnet has to be an object"),
        ({**SHIP, "vertex_mm": 0}, "in front of the stations"),
    ],
)
def test_what_is_no_spectrometer_is_refused_in_a_sentence(spec, sentence):
    with pytest.raises(ValueError, match=sentence):
        evaluate_design(spec)


def test_the_logarithm_may_be_chosen():
    layer, fixed, number = (
        evaluate_design(SHIP, log)["points"][0]["sigma_p_over_p"] for log in ("layer", "fixed", "0.01")
    )
    assert fixed == number
    assert fixed > 1.03 * layer
    with pytest.raises(ValueError, match="'log' is 'none'"):
        evaluate_design(SHIP, "none")


def test_the_command_answers_in_json(tmp_path: Path):
    path = tmp_path / "stations.json"
    path.write_text(json.dumps(SHIP))
    found = CliRunner().invoke(app, ["evaluate", "spectrometer-layout-v1", str(path), "--json"])
    assert json.loads(found.stdout) == evaluate_design(SHIP)


def test_the_drawing_shows_magnet_and_stations_to_scale():
    problem = spectrometer_layout()
    figure, axes = plt.subplots()
    problem.detector.draw(problem.references["SHiP"], axes)
    bars = sorted(bar.get_x() + bar.get_width() / 2 for bar in axes.patches if bar.get_height() == pytest.approx(1.6))
    assert bars == pytest.approx([-5.5, -3.5, 3.5, 5.5])
    assert len(axes.child_axes) == 1
    plt.close(figure)


def test_an_old_key_is_read_and_said_once():
    moved = {**SHIP["magnet"], "centre_mm": 200}
    old = {**SHIP["magnet"], "center_mm": 200}
    new, result = (evaluate_design({**SHIP, "magnet": magnet}) for magnet in (moved, old))
    assert result["points"] == new["points"]
    assert new["warnings"] == []
    assert result["warnings"] == ["The key 'center_mm' is called 'centre_mm' now; the old name is still read."]


def every(**changes):
    return {**SHIP, "stations": [station | changes for station in STATIONS]}


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        (
            {**SHIP, "stations": [s | {"z_mm": s["z_mm"] / 1000} for s in STATIONS]},
            "looks like metres given as millimetres",
        ),
        ({**SHIP, "magnet": {"bending_power_tm": 0.65, "length_mm": 5}}, "5 mm long: that looks like metres"),
        ({**SHIP, "magnet": {"bending_power_tm": 650, "length_mm": 5000}}, "650 T m: that looks like gauss"),
        (every(x_over_x0=0.43), "x_over_x0 of 0.43, and 3 more like it: that looks like per cent"),
        (every(resolution_um=0.12), "that looks like mm given as micrometres"),
        ({**SHIP, "momenta_gev": [20_000]}, "looks like MeV given as GeV"),
        ({**SHIP, "stations": [*STATIONS, STATIONS[0]]}, "Station 1 and Station 5 stand at one place, z = -5500 mm"),
        ({**SHIP, "momenta_gev": [9000]}, r"sigma\(p\)/p is up to 196 % at 9000 GeV: no momentum is measured"),
    ],
)
def test_a_note_says_what_wrong_units_look_like(spec, sentence):
    result = evaluate_design(spec)
    assert any(re.search(sentence, found) for found in result["warnings"]), result["warnings"]


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        (changed(price=-5000), "price is -5000, but it has to be between 0 and"),
        (changed(hits=1e308), r"hits is 1e\+308"),
        (changed(hits=True), "hits is True, which is no number"),
        (changed(resolution_um=1e-30), "resolution_um is 1e-30.* looks like metres given as micrometres"),
        (changed(technology={}), "technology is {}, which is not known"),
        (changed(technology=[]), r"technology is \[\], which is not known"),
        (changed(z_mm=10**400), "more than 60 digits"),
        ({**SHIP, "momenta_gev": [1e25]}, r"momenta_gev is 1e\+25"),
        ({**SHIP, "magnet": {"bending_power_tm": 20_000, "length_mm": 5000}}, "looks like gauss given as tesla"),
        ({**SHIP, "stations": STATIONS * 1000}, "4000 items, but 2000"),
    ],
)
def test_numbers_beyond_sense_are_refused(spec, sentence):
    with pytest.raises(ValueError, match=sentence):
        evaluate_design(spec)


def test_reference_designs_and_200_random_ones_raise_no_note_about_units():
    problem = spectrometer_layout()
    random, designs = np.random.default_rng(7), list(problem.references.values())
    told, tried, decode = [], 0, jax.jit(problem.decode)
    magnet = {"bending_power_tm": 0.65, "length_mm": float(problem.detector.magnet.length)}
    while tried < 200 + len(problem.references):
        design = designs.pop() if designs else decode(random.uniform(size=problem.space.size))
        built = problem.detector.stations(design)
        columns = (np.asarray(getattr(built, name)) for name in ("z", "error", "material", "present"))
        rows = [
            {"z_mm": float(z), "resolution_um": 1e3 * float(error), "x_over_x0": float(x)}
            for z, error, x, there in zip(*columns, strict=True)
            if there > 0.5
        ]
        places = sorted(row["z_mm"] for row in rows)
        if len(rows) < 4 or np.min(np.diff(places)) < problem.detector.gap:
            continue
        told += unit_notes(read_spectrometer({**SHIP, "magnet": magnet, "stations": rows}))
        tried += 1
    assert told == []


@pytest.mark.parametrize(
    ("technologies", "sentence"),
    [
        ({}, "No technology is allowed"),
        ([], "at least 1 names"),
        ({"mine": {}}, "The technology 'mine' has no 'resolution_um'"),
        ({"mine": {"resolution_um": 100, "x_over_x0": 0.01, "price": -1}}, "price is -1"),
        (["12 um"], "Did you mean '120 um'"),
    ],
)
def test_technologies_that_are_none_are_refused(technologies, sentence):
    with pytest.raises(ValueError, match=sentence):
        spectrometer_layout(technologies=technologies)
