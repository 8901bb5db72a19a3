"""A user's stack: the promised keys, laws of the result, and one sentence for everything that can be wrong."""

import copy
import json

import numpy as np
import pytest
from rich.console import Console

from designopt.detectors.calorimeter.evaluate import evaluate_design, render_table

CELL = {"absorber": "W", "absorber_thickness": 3.5, "active": "Si", "active_thickness": 0.525, "pitch": 10.0}
SPEC = {"layers": [CELL] * 20, "energies": [1, 20], "beam": "electron"}
RESULT = evaluate_design(SPEC)


def spec(**changes):
    return copy.deepcopy(SPEC) | changes


def layer(**changes):
    return spec(layers=[CELL | changes] * 20)


def test_the_result_has_the_promised_keys_and_is_plain_json():
    assert json.loads(json.dumps(RESULT, allow_nan=False)) == RESULT
    promised = ("energies", "resolution", "contained_fraction", "visible_energy", "layer_energy", "position_resolution",
                "two_photon_separation", "depth_x0", "channels", "cost")  # fmt: skip
    assert set(promised) <= set(RESULT)
    assert list(RESULT["terms"]) == ["sampling", "leakage", "noise", "photostatistics", "constant"]
    assert set(RESULT["cost"]) == {"absorber", "active", "channels", "mechanics"}


def test_the_result_adds_up():
    energy = np.array(RESULT["layer_energy"])
    assert energy.shape == (2, 20)
    assert energy.sum(axis=1) == pytest.approx(RESULT["visible_energy"])
    squares = sum(np.square(values) for values in RESULT["terms"].values())
    assert np.sqrt(squares) == pytest.approx(RESULT["resolution"], rel=1e-9)
    assert RESULT["total_cost"] == pytest.approx(sum(RESULT["cost"].values()))
    assert RESULT["channels"] == pytest.approx(20 * 1150**2 / 100)
    assert RESULT["depth_x0"] == pytest.approx(20 * (3.5 / 3.504 + 0.525 / 93.7))
    assert RESULT["warnings"] == []


def test_selected_terms_restrict_the_resolution():
    few = evaluate_design(SPEC, terms="sampling, leakage")
    kept = np.hypot(few["terms"]["sampling"], few["terms"]["leakage"])
    assert kept == pytest.approx(few["resolution"], rel=1e-9)
    assert np.all(np.array(few["resolution"]) < RESULT["resolution"])
    assert set(few["terms"]) == set(RESULT["terms"])


def test_absent_layers_and_a_finer_description_change_nothing():
    longer = evaluate_design(spec(layers=[*SPEC["layers"], CELL | {"present": 0}]))
    for key in ("resolution", "position_resolution", "two_photon_separation", "channels", "total_cost", "depth_x0"):
        assert longer[key] == pytest.approx(RESULT[key], rel=1e-9), key
    parts = [{"material": "W", "thickness": 1.0}, {"material": "tungsten", "thickness": 2.5}]
    listed = {key: value for key, value in CELL.items() if key != "absorber_thickness"} | {"absorber": parts}
    assert evaluate_design(spec(layers=[listed] * 20))["resolution"] == pytest.approx(RESULT["resolution"], rel=1e-12)


def test_a_homogeneous_block_is_one_layer_without_absorber():
    block = {"absorber": None, "active": "PbWO4", "active_thickness": 230, "pitch": 22}
    result = evaluate_design({"layers": [block], "energies": [10.0]})
    assert result["terms"]["sampling"][0] < 1e-4
    assert result["resolution"][0] < 0.03
    assert result["contained_fraction"][0] > 0.97
    assert result["warnings"] == []
    assert 0.3 < result["position_resolution"][0] < 2.0


def test_an_own_price_book_counts(tmp_path):
    book = tmp_path / "prices.toml"
    book.write_text('[area]\nsilicon = { price = 8.56, unit = "CHF/cm2", source = "an offer" }\n')
    dear = evaluate_design(SPEC, prices=str(book))
    area, euro = 115.0**2, 1.07e-3  # cm2, kCHF
    difference = dear["cost"]["active"] - RESULT["cost"]["active"]
    assert difference == pytest.approx(20 * area * (8.56e-3 - 4 * euro))


def test_people_get_a_table():
    console = Console(width=180, record=True, file=open("/dev/null", "w"))
    console.print(render_table(evaluate_design(layer(absorber_thickness=9.0), terms=["sampling"])))
    text = console.export_text()
    assert all(word in text for word in ("sigma(E)/E", "kCHF", "two photons", "Note: The sampling law", "only."))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ([], "has to be an object"),
        ({}, "no 'layers'"),
        (spec(layers=[]), "at least 1 layer"),
        (spec(energy=[1]), "unknown key 'energy'.*Did you mean 'energies'"),
        (layer(absorber="unobtainium"), "Layer 1: absorber: No material is called 'unobtainium'"),
        (layer(active="silicn"), "Did you mean"),
        (layer(absorber_thickness=-1), "between 0 and"),
        (layer(active_thickness=float("nan")), "is nan, but it has to be between 0 and"),
        (layer(active_thickness=0), "no active material"),
        (layer(pitch=0), "Layer 1: pitch is 0, .* A cell needs a side"),
        (layer(thickness=3), "unknown key 'thickness'"),
        (spec(energies=[]), "at least 1 number of GeV"),
        (spec(energies=[1, -5]), "is -5, but it has to be between 0.001 and"),
        (spec(energies=["ten"]), "is 'ten', which is no number"),
        (spec(energies=3), "Give a list"),
        (spec(beam="proton"), "'proton'"),
        (spec(beam=4), "is 4, which is not known here"),
    ],
)
def test_a_wrong_stack_gets_one_sentence(wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        evaluate_design(wrong)


def test_wrong_options_get_one_sentence(tmp_path):
    with pytest.raises(ValueError, match="Did you mean 'sampling'"):
        evaluate_design(SPEC, terms="samplng")
    with pytest.raises(ValueError, match="best"):
        evaluate_design(SPEC, weights="best")
    with pytest.raises(ValueError, match="cannot be read"):
        evaluate_design(SPEC, prices=str(tmp_path / "none.toml"))
