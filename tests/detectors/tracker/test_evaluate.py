"""A user's tracker: the promised keys, laws of the result, and one sentence for everything that can be wrong."""

import copy
import json
import re
from pathlib import Path

import numpy as np
import pytest
from once import once
from rich.console import Console
from validation.tracker import spec

from designopt.detectors.tracker.evaluate import evaluate_design, render_table

POINT = ["pt_gev", "theta_deg", "sigma_pt_over_pt", "sigma_d0_um", "sigma_z0_um", "sigma_phi_rad", "sigma_cot_theta",
         "hits", "x_over_x0"]  # fmt: skip
GRID = {"pt_gev": [1, 30], "theta_deg": [90, 45, 15]}
SPEC = spec("CLD_tkLayout", **GRID)
RESULT = once(lambda: evaluate_design(SPEC))
SIGMAS = POINT[2:7]


def sigmas(result):
    return np.array([[p[key] if p[key] is not None else np.nan for key in SIGMAS] for p in result["points"]])


def changed(**changes):
    return copy.deepcopy(SPEC) | changes


def layer(index=0, where="barrel", **changes):
    wrong = copy.deepcopy(SPEC)
    wrong[where][index] |= changes
    return wrong


def test_the_result_has_the_promised_keys_and_is_plain_json():
    assert json.loads(json.dumps(RESULT(), allow_nan=False)) == RESULT()
    assert {"points", "area_m2", "channels", "cost"} <= set(RESULT())
    assert [list(point) for point in RESULT()["points"]] == [POINT] * 6
    assert [(p["pt_gev"], p["theta_deg"]) for p in RESULT()["points"]][:3] == [(1, 90), (30, 90), (1, 45)]
    assert RESULT()["total_cost"] == pytest.approx(sum(RESULT()["cost"].values()))
    assert np.all(np.isfinite(sigmas(RESULT())))


def test_hits_and_material_are_those_one_counts_by_hand():
    at90, at45, at15 = (RESULT()["points"][row] for row in (1, 3, 5))
    assert at90["hits"] == 9
    assert at90["x_over_x0"] == pytest.approx(0.003401 + 3 * 0.006247 + 6 * 0.01401)
    # 45 degrees: vertex and inner barrel 1-3 (670 < 692), then outer disks 1-4 between 718 and 2080 mm.
    assert at45["hits"] == 3 + 3 + 4
    assert at45["x_over_x0"] == pytest.approx(np.sqrt(2) * (0.003401 + 3 * 0.006247 + 7 * 0.01401))
    # 15 degrees: barrels at 18 mm (67 < 125) and 127 mm (474 < 482), three vertex disks, all seven inner ones.
    assert at15["hits"] == 2 + 3 + 7


def test_area_and_cost_are_those_one_computes_by_hand():
    pixels = {"pitch_rphi_um": 100, "pitch_z_um": 400, "technology": "hybrid-pixel"}
    strips = {"pitch_rphi_um": 100, "pitch_r_um": 50000, "technology": "strip-pair"}
    stated = {"resolution_rphi_um": 10, "resolution_r_um": 10}
    layer = {"radius_mm": 100, "half_length_mm": 200, "x_over_x0": 0.01} | pixels
    disk = {"z_mm": 300, "inner_mm": 50, "outer_mm": 100, "x_over_x0": 0.01} | stated | strips
    result = evaluate_design({"field_t": 2, "barrel": [layer], "disks": [disk]})
    barrel, disks = 4 * np.pi * 100 * 200, 2 * np.pi * (100**2 - 50**2)
    assert result["area_m2"] == pytest.approx((barrel + disks) / 1e6)
    assert result["channels"] == pytest.approx(barrel / 0.04 + 2 * disks / 5)
    assert result["cost"]["mechanics"] == pytest.approx(2 * 750)
    assert result["cost"]["sensors"] == pytest.approx((barrel * 300 + disks * 40) / 100 / 1000)
    assert result["points"][0]["sigma_pt_over_pt"] is None
    assert any("Too few hits" in sentence for sentence in result["warnings"])


def test_mirrored_tracks_measure_the_same():
    mirrored = evaluate_design(changed(theta_deg=[90, 135, 165]))
    assert sigmas(mirrored) == pytest.approx(sigmas(RESULT()), rel=1e-9)


def test_order_of_layers_and_absent_measurements_do_not_matter():
    shuffled = changed(barrel=SPEC["barrel"][::-1], disks=SPEC["disks"][::-1])
    assert sigmas(evaluate_design(shuffled)) == pytest.approx(sigmas(RESULT()), rel=1e-9)
    ghost = {"radius_mm": 300, "half_length_mm": 500, "x_over_x0": 0.0, "resolution_rphi_um": None}
    assert sigmas(evaluate_design(changed(barrel=[*SPEC["barrel"], ghost]))) == pytest.approx(
        sigmas(RESULT()), rel=1e-12
    )


def test_a_beam_pipe_is_a_layer_of_dead_material():
    pipe = SPEC["barrel"][0]
    piped = changed(barrel=SPEC["barrel"][1:], beam_pipe={k: pipe[k] for k in ("radius_mm", "x_over_x0")})
    assert sigmas(evaluate_design(piped)) == pytest.approx(sigmas(RESULT()), rel=1e-12)


def test_dead_material_never_helps_and_a_massless_layer_never_hurts():
    for radius in (12.0, 80.0, 900.0):
        dead = {"radius_mm": radius, "half_length_mm": 2000, "x_over_x0": 0.02, "resolution_rphi_um": None}
        assert np.all(sigmas(evaluate_design(changed(barrel=[*SPEC["barrel"], dead]))) >= sigmas(RESULT()) * (1 - 1e-9))
        light = dead | {"x_over_x0": 0.0, "resolution_rphi_um": 50, "resolution_z_um": 500}
        assert np.all(
            sigmas(evaluate_design(changed(barrel=[*SPEC["barrel"], light]))) <= sigmas(RESULT()) * (1 + 1e-9)
        )


def test_a_layer_in_two_halves_is_the_same_layer_but_for_the_logarithm():
    halves = copy.deepcopy(SPEC)
    index = next(i for i, row in enumerate(halves["barrel"]) if row["radius_mm"] == 400)
    whole = halves["barrel"][index]
    whole["x_over_x0"] /= 2
    dead = {"radius_mm": 400.0, "half_length_mm": whole["half_length_mm"], "x_over_x0": whole["x_over_x0"]}
    halves["barrel"].append(dead)
    for log, tolerance in (("fixed", 1e-9), ("total", 1e-9)):
        assert sigmas(evaluate_design(halves, log=log)) == pytest.approx(
            sigmas(evaluate_design(SPEC, log=log)), tolerance
        )
    assert np.any(sigmas(evaluate_design(halves, log="layer")) < sigmas(RESULT()) * (1 - 1e-4))


def test_pitches_stand_in_for_resolutions():
    def one(**how):
        places = [{"radius_mm": r, "half_length_mm": 3 * r, "x_over_x0": 0.01} for r in (30, 100, 300, 600)]
        return evaluate_design(changed(disks=[], theta_deg=[80], barrel=[place | how for place in places]))

    stated = one(resolution_rphi_um=10, resolution_z_um=20)
    binary = one(pitch_rphi_um=10 * 12**0.5, pitch_z_um=20 * 12**0.5)
    assert sigmas(binary) == pytest.approx(sigmas(stated), rel=1e-9)
    alpide = one(technology="monolithic-pixel", pitch_rphi_um=28, pitch_z_um=28)
    five = one(resolution_rphi_um=5, resolution_z_um=5)
    assert sigmas(alpide) == pytest.approx(sigmas(five), rel=0.02)
    assert one(technology="strip-pair", pitch_rphi_um=100, pitch_z_um=50_000)["points"][0]["sigma_z0_um"] > 100


def test_options_overrule_the_file_and_say_so():
    slow = {"pt_gev": [1.0], "theta_deg": [90]}
    light, heavy = (evaluate_design(changed(**slow), mass=name)["points"][0] for name in ("massless", "proton"))
    assert heavy["sigma_d0_um"] > 1.2 * light["sigma_d0_um"]
    exact, parabola = (evaluate_design(changed(**slow, trajectory=t)) for t in ("helix", "parabola"))
    assert 0.92 < exact["points"][0]["sigma_pt_over_pt"] / parabola["points"][0]["sigma_pt_over_pt"] < 0.97
    assert any("parabola" in sentence for sentence in parabola["warnings"])
    assert not exact["warnings"]


def test_what_a_slow_track_does_not_reach_it_does_not_hit():
    (point,) = evaluate_design(changed(pt_gev=[0.1], theta_deg=[90]))["points"]  # 2R = 334 mm
    assert point["hits"] == 4
    assert point["sigma_pt_over_pt"] is not None


def test_people_get_a_table():
    console = Console(width=80, record=True, file=open("/dev/null", "w"))
    console.print(render_table(evaluate_design(changed(theta_deg=[90, 3]))))
    text = console.export_text()
    assert all(word in text for word in ("d(pT)/pT", "kCHF", "none", "Note: Too few hits", "m2"))
    assert "…" not in text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ([], "has to be an object"),
        ({}, "no 'field_t'"),
        ({"field_t": 2}, "Nothing measures"),
        (changed(field_t=0), "measured by bending"),
        (changed(field_t=float("nan")), "The design: field_t is nan"),
        (changed(feld_t=2), "Did you mean 'field_t'"),
        (changed(theta_deg=[0]), "along the beam"),
        (changed(theta_deg=[180]), "along the beam"),
        (changed(pt_gev=[]), "at least 1 number of GeV"),
        (changed(pt_gev=[-1]), "between 0.001 and 1e\\+06 GeV"),
        (changed(pt_gev=[float("nan")]), "pt_gev is nan"),
        (changed(barrel=3), "list of"),
        (changed(mass="moun"), "Did you mean 'muon'"),
        (changed(mass=-1), "The mass is -1, but it has to be between 0 and"),
        (changed(log="none"), "'none', which is not known here. Did you mean|Known"),
        (changed(trajectory="circle"), "The trajectory is 'circle', which is not known here"),
        (layer(0, radius_mm=float("nan")), "Barrel layer 1: radius_mm is nan"),
        (layer(1, radius_mm=-5), "radius_mm is -5, but it has to be between 0.001 and 100000 mm"),
        (layer(1, radius_mm="far"), "no number"),
        (layer(1, x_over_x0=None), "no 'x_over_x0'"),
        (layer(1, resolution_rphi_um=0), "Write null for dead material"),
        (layer(2, radius_mm=18), "overlap"),
        (layer(1, radius=18), "Did you mean 'radius_mm'"),
        (layer(0, "disks", z_mm=-160), "mirrored"),
        (layer(0, "disks", inner_mm=200), "outer radius must be the larger"),
        (layer(1, "disks", z_mm=160.0), "overlap"),
        (layer(1, technology="hybrid"), "Did you mean 'hybrid-pixel'"),
        (layer(0, technology="hybrid-pixel"), "neither resolution nor pitch"),
        (changed(beam_pipe={"radius_mm": 20, "x_over_x0": 0.003}), "inside the beam pipe"),
        (changed(beam_pipe={"radius": 20}), "Did you mean"),
    ],
)
def test_a_wrong_tracker_gets_one_sentence(wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        evaluate_design(wrong)


def test_one_hit_measures_nothing_and_says_so():
    alone = evaluate_design({"field_t": 2, "barrel": [SPEC["barrel"][1]], "theta_deg": [90], "pt_gev": [1]})
    assert alone["points"][0]["hits"] == 1
    assert all(alone["points"][0][key] is None for key in SIGMAS)
    assert "Too few hits" in alone["warnings"][0]


def test_the_layout_of_its_page_works_as_it_stands():
    page = (Path(__file__).parents[3] / "docs" / "detectors" / "tracker.md").read_text(encoding="utf-8")
    block = next(b for b in re.findall(r"```json\n(.*?)```", page, flags=re.DOTALL) if "field_t" in b)
    result = evaluate_design(json.loads(block))
    assert np.all(np.isfinite(sigmas(result)))
    assert [p["hits"] for p in result["points"]][::3] == [6, 6, 5]
