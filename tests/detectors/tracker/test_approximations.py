"""Where tracks curl and where material is cut finely: defaults against the toy Monte Carlo of exact helices."""

import numpy as np
import pytest

from designopt.detectors.tracker.description import layout_of, read_surfaces
from designopt.detectors.tracker.evaluate import KEYS, evaluate_design
from designopt.detectors.tracker.resolution.scattering import FIXED, finely_cut, understated
from designopt.detectors.tracker.simulation.layouts import surfaces_of
from designopt.detectors.tracker.simulation.scattering import projected_angle
from designopt.detectors.tracker.simulation.toy import simulate_tracks
from designopt.written import Entry

PLACES = ((30, 300, 0.002, 3, 3), (60, 300, 0.002, 3, 3), (130, 300, 0.01, 7, 90), (554, 800, 0.012, 7, 90),
          (1486, 2100, 0.012, 7, 90))  # fmt: skip
NAMES = ("radius_mm", "half_length_mm", "x_over_x0", "resolution_rphi_um", "resolution_z_um")
CURL = {"field_t": 4.0, "barrel": [dict(zip(NAMES, row, strict=True)) for row in PLACES], "theta_deg": [90]}
GAS = [{"radius_mm": r, "x_over_x0": 3.6e-5, "resolution_rphi_um": 200, "resolution_z_um": 1000}
       for r in np.linspace(852, 2466, 159)]  # fmt: skip
TPC = {"field_t": 0.5, "barrel": GAS, "theta_deg": [90]}


def toy(spec, pt, log):
    layout = layout_of(read_surfaces(Entry.read(spec, KEYS)))
    return simulate_tracks(surfaces_of(layout), spec["field_t"], pt, np.pi / 2, 10_000, 3, log_thickness=log)


@pytest.mark.parametrize("pt", [0.1, 1.0])
def test_tracks_that_curl_have_the_errors_of_a_simulated_helix(pt):
    result = evaluate_design(CURL | {"pt_gev": [pt]}, log="fixed")
    found = toy(CURL, pt, FIXED).resolution
    (point,) = result["points"]
    assert result["trajectory"] == "helix"
    assert point["sigma_pt_over_pt"] == pytest.approx(found["pt"], rel=0.03)
    assert point["sigma_d0_um"] == pytest.approx(1e3 * found["d0"], rel=0.03)
    if pt == 1.0:
        parabola = evaluate_design(CURL | {"pt_gev": [pt]}, log="fixed", trajectory="parabola")
        (flat,) = parabola["points"]
        off = flat["sigma_pt_over_pt"] / found["pt"] - 1
        assert 0.3 < off < 0.45
        (sentence,) = (s for s in parabola["warnings"] if "turn noticeably" in s)
        assert float(sentence.split("up to ")[1].split(" %")[0]) / 100 == pytest.approx(off, abs=0.05)


def test_gentle_tracks_are_parabolas_without_a_word():
    result = evaluate_design(CURL | {"pt_gev": [10]})
    assert result["trajectory"] == "parabola"
    assert result["warnings"] == []
    exact = evaluate_design(CURL | {"pt_gev": [10]}, trajectory="helix")["points"][0]
    assert result["points"][0]["sigma_pt_over_pt"] == pytest.approx(exact["sigma_pt_over_pt"], rel=0.01)


def test_rows_of_gas_scatter_like_the_gas_they_are():
    """Each row's own logarithm takes 24 % off what the gas as a whole does; the total does not."""
    rows = np.full(159, 3.6e-5)
    whole = projected_angle(1.0, 0.0, np.array([rows.sum()]))[0]
    own = np.sqrt(np.sum(projected_angle(1.0, 0.0, rows) ** 2))
    assert finely_cut(rows)
    assert understated(rows) == pytest.approx(1 - own / whole, rel=1e-6)
    assert 0.2 < understated(rows) < 0.25
    assert not finely_cut(np.array([0.0] * 100 + [3e-4] * 12 + [0.01] * 60))


def test_the_default_in_finely_cut_gas_is_that_of_a_simulation_with_the_total():
    light = TPC | {"pt_gev": [0.4]}
    result, layer = evaluate_design(light), evaluate_design(light, log="layer")
    found = toy(TPC, 0.4, 159 * 3.6e-5).resolution
    assert result["log"] == "total"
    assert any("(--log total)" in sentence for sentence in result["warnings"])
    assert any("and does here" in sentence for sentence in layer["warnings"])
    for key, name, unit in (("sigma_pt_over_pt", "pt", 1.0), ("sigma_d0_um", "d0", 1e3)):
        assert result["points"][0][key] == pytest.approx(unit * found[name], rel=0.04)
        assert layer["points"][0][key] < result["points"][0][key]
