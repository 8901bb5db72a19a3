"""`designopt evaluate muon-tomography-v1`: what a user writes, and what he is told."""

import io
import json
import re
from pathlib import Path

import jax.numpy as jnp
import pytest
from rich.console import Console
from typer.testing import CliRunner

import designopt as do
from designopt.cli.app import app
from designopt.detectors.fields_page import filled
from designopt.detectors.tomography.evaluate import evaluate_design, example, render_table

PAGE = Path(__file__).parents[3] / "docs" / "detectors" / "tomography.md"


def planes(*heights, span=10.0, **more) -> dict:
    return {"panels": [{"x": 0.5, "y": 0.5, "z": z, "span_x": span, "span_y": span} for z in heights], **more}


FOUR = planes(1.5, 1.6, 0.2, 0.3, span=0.9)


def test_two_planes_on_each_side():
    result = evaluate_design(planes(1.5, 1.6, 0.2, 0.3))
    assert result["sigma_angle_mrad"] == pytest.approx(2**0.5 * 0.1 / 0.1, rel=1e-8)
    assert result["sigma_scattering_angle_mrad"] == pytest.approx(2.0, rel=1e-8)
    assert result["efficiency"] == pytest.approx(0.81**2, rel=1e-9)
    assert result["scattering_angle_mrad"] == pytest.approx(9.354, rel=1e-4)
    assert result["cost"]["area"] == pytest.approx(4 * 100 * 50)
    finer = evaluate_design(planes(1.5, 1.6, 0.2, 0.3, resolution_um=50))
    for key in ("sigma_angle_mrad", "sigma_vertex_mm", "sigma_vertex_across_mm"):
        assert finer[key] == pytest.approx(result[key] / 2, rel=1e-3)
    assert finer["fill_height_error_mm"] < result["fill_height_error_mm"]


def test_the_keys_and_the_example():
    result = evaluate_design(example())
    assert {"sigma_angle_mrad", "sigma_vertex_mm", "efficiency", "fill_height_error_mm", "cost", "total_cost"} <= {
        *result
    }
    assert json.loads(json.dumps(result, allow_nan=False)) == result
    assert result["warnings"] == []
    assert result["total_cost"] == pytest.approx(420, abs=0.1)
    assert evaluate_design(example(), money="TomOpt")["cost"] == pytest.approx({"area": 6.0}, abs=1e-3)
    printed = io.StringIO()
    Console(width=120, file=printed).print(render_table(result))
    assert f"{result['fill_height_error_mm']:.4g}" in printed.getvalue()


def test_more_panels_than_one_line_needs_are_averaged_over_what_is_hit():
    result = evaluate_design(planes(1.5, 1.6, 1.7, 1.8, 0.0, 0.1, 0.2, 0.3))
    assert result["efficiency"] == pytest.approx((1 - 0.1**4 - 4 * 0.9 * 0.1**3) ** 2, rel=1e-9)
    ideal = 0.1 / (sum((z - 0.15) ** 2 for z in (0, 0.1, 0.2, 0.3)) ** 0.5 * 1e3) * 1e3
    assert ideal < result["sigma_angle_mrad"] < 1.6 * ideal
    perfect = evaluate_design(planes(1.5, 1.6, 1.7, 1.8, 0.0, 0.1, 0.2, 0.3, efficiency=1.0))
    assert perfect["sigma_angle_mrad"] == pytest.approx(ideal, rel=1e-6)


def test_one_side_alone_measures_a_line_and_no_fill_height():
    result = evaluate_design(planes(1.5, 1.6))
    assert result["sigma_angle_mrad"] == pytest.approx(2**0.5, rel=1e-8)
    assert result["sigma_vertex_mm"] is None
    assert result["efficiency"] == 0
    assert result["fill_height_error_mm"] == pytest.approx(700 / 12**0.5, rel=1e-6)
    assert any("Fewer than two panels stand below" in sentence for sentence in result["warnings"])


def test_a_winner_scores_the_same_when_it_is_written_down():
    problem = do.make("muon-tomography-v1", above=2, below=2)
    design = {**problem.references["two and two"], "x": jnp.asarray([450.0, 500.0, 520.0, 610.0])}
    result = evaluate_design(problem.detector.written(design))
    response = problem.detector.response(design)
    assert result["fill_height_squared_error_m2"] == pytest.approx(float(response["squared_error"]), rel=1e-9)
    assert result["total_cost"] == pytest.approx(float(problem.cost(design)), rel=1e-9)


def changed(**panel) -> dict:
    return {**FOUR, "panels": [{**FOUR["panels"][0], **panel}, *FOUR["panels"][1:]]}


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ([], "has to be an object"),
        ({"panel": []}, "Did you mean 'panels'"),
        ({"panels": []}, "at least 1"),
        (changed(z=0.9), "inside the ladle"),
        (changed(z=1500), "millimetres given as metres"),
        (changed(span_x=0), "span_x is 0"),
        (changed(x=float("nan")), "x is nan"),
        (changed(y=None), "Panel 1 has no 'y'"),
        (changed(spam=1), "unknown key 'spam'"),
        ({**FOUR, "efficiency": 90}, "0.9 for 90 %"),
        ({**FOUR, "momentum_gev": 5000}, "looks like MeV"),
        ({**FOUR, "momentum_gev": 0}, "momentum_gev is 0"),
        ({**FOUR, "slag_mm": "none"}, "random"),
        ({**FOUR, "calibration": 1.5}, "whole number"),
        (planes(*[1.5 + 0.02 * k for k in range(9)], 0.1), "9 panels above"),
    ],
)
def test_what_is_no_set_of_panels_is_refused_in_a_sentence(spec, sentence):
    with pytest.raises(ValueError, match=sentence):
        evaluate_design(spec)


def test_the_command_answers_in_json(tmp_path):
    path = tmp_path / "panels.json"
    path.write_text(json.dumps(FOUR))
    found = CliRunner().invoke(app, ["evaluate", "muon-tomography-v1", str(path), "--json", "--money", "TomOpt"])
    assert json.loads(found.stdout) == evaluate_design(FOUR, money="TomOpt")


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        (planes(1.5, 1.6, 0.2, 0.3, span=0.01), "50 mm"),
        (planes(1.5, 1.6, 0.2, 0.3, span=20), "longer than 10 m"),
        ({"panels": [{**row, "x": 0.0, "y": 0.0} for row in FOUR["panels"]]}, "corner of the volume"),
        (changed(x=20.0), "beside the volume"),
        ({**FOUR, "resolution_um": 0.1}, "mm given as micrometres"),
        ({**FOUR, "momentum_gev": 500}, "MeV given as GeV"),
        (planes(1.5, 1.5, 0.2, 0.3), "at one height"),
        ({**FOUR, "muons": 200}, "muons are seen"),
    ],
)
def test_slips_are_noted(spec, sentence):
    assert any(sentence in warning for warning in evaluate_design(spec)["warnings"])
    assert all(warning.endswith(".") for warning in evaluate_design(spec)["warnings"])


def test_the_design_of_the_page_is_the_example():
    (block,) = re.findall(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert evaluate_design(json.loads(block)) == evaluate_design(example())


def test_the_tables_of_the_page_are_current():
    page = PAGE.read_text(encoding="utf-8")
    assert filled(page) == page
