"""`designopt evaluate muedm-injection-v1`: shape of the answer, fields at points, wrong input, slips of units."""

import numpy as np
import pytest

from designopt.detectors.muon_edm.evaluate import evaluate_design, example, render_table
from tests.detectors.shape import assert_one_shape

SMALL = {"muons": 50, "steps": 250}


def changed(*place, value):
    design = example()
    inner = design
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    return design


def test_the_example_has_the_shape_of_every_result():
    result = evaluate_design(example(), **SMALL)
    assert_one_shape(result)
    stored = result["stored_fraction"]
    assert 0.2 < stored["hard"] <= result["passed_fraction"] < 0.7
    assert stored["soft"] == pytest.approx(stored["hard"], abs=0.1)
    assert stored["error"] == pytest.approx(np.sqrt(stored["hard"] * (1 - stored["hard"]) / 50), rel=0.1)
    assert result["radius_mm"] == pytest.approx(30.69, abs=0.01)
    assert set(result["cost"]) == {"channel", "kicker", "coils"}
    assert render_table(result) is not None


def test_fields_at_points_follow_the_formula():
    points = [[0.0, 0.0, 0.0], [20.0, 0.0, 40.0], [0.0, -30.0, -50.0]]
    design = example() | {"coils": [], "points": points, "solenoid": {"field_t": 2.0, "bump": 0.05}}
    result = evaluate_design(design, **SMALL)
    for (x, y, z), found in zip(points, result["field"], strict=True):
        assert found == pytest.approx(
            [-2.0 * 0.05 * x * z / 1e4, -2.0 * 0.05 * y * z / 1e4, 2.0 * (1 + 0.05 * (z**2 - (x**2 + y**2) / 2) / 1e4)],
            abs=1e-9,
        )
    assert np.hypot(*result["kick_field"][1][:2]) > 1e-3


def test_a_kick_points_to_the_axis_with_the_size_that_is_asked_for():
    result = evaluate_design(example() | {"points": [[30.7, 0, 0], [0, -30.7, 0]]}, **SMALL)
    size = example()["kick"]["field_t"]
    np.testing.assert_allclose(result["kick_field"], [[-size, 0, 0], [0, size, 0]], atol=1e-12)


def test_without_a_kick_nothing_is_stored_and_it_is_said():
    design = example()
    del design["kick"]
    result = evaluate_design(design, **SMALL)
    assert result["stored_fraction"]["hard"] == 0.0
    assert 0 < result["stored_fraction"]["error"] < 0.05
    assert any("that is no zero" in sentence for sentence in result["warnings"])


@pytest.mark.parametrize(
    ("design", "said"),
    [
        (changed("solenoid", value={"field_t": 25000}), "gauss"),
        (changed("injection", "angle_rad", value=3.4), "degrees"),
        (changed("kick", "field_t", value=11.1), "gauss"),
        (changed("kick", "field_t", value=-0.01), "size"),
        (changed("channel", value={}), "radius_mm"),
        (changed("kicker", value={}), "kick"),
        (changed("points", value=[[0, 0]]), "at least 3"),
        (changed("coils", 0, "current_a", value="100"), "no number"),
        (changed("beam", value={"momentum_mev": 0.023}), "GeV"),
        ([], "object"),
    ],
)
def test_what_is_no_injection_is_refused_in_a_sentence(design, said):
    with pytest.raises(ValueError, match=said):
        evaluate_design(design, **SMALL)


@pytest.mark.parametrize(
    ("design", "said"),
    [
        (changed("injection", "radius_mm", value=0.0303), "metres given as millimetres"),
        (changed("injection", "angle_rad", value=0.9), "degrees given as radians"),
        (changed("kick", "field_t", value=0.5), "millitesla or gauss given as tesla"),
        (changed("solenoid", value={"field_t": 25}), "gauss or kilogauss given as tesla"),
        (changed("channel", "radius_mm", value=0.0125), "metres given as mm"),
        (changed("points", value=[[0.03, 0, 0.05]]), "metres given as millimetres"),
    ],
)
def test_slips_of_units_are_noted(design, said):
    assert any(said in sentence for sentence in evaluate_design(design, **SMALL)["warnings"])
