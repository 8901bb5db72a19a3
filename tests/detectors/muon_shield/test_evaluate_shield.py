"""A user's shield: the promised keys, the known sizes of the baseline, and one sentence for what can be wrong."""

import numpy as np
import pytest
from once import once
from rich.console import Console

from designopt.detectors.muon_shield.evaluate import evaluate_design, render_table
from designopt.detectors.muon_shield.reference import challenge_baseline
from tests.detectors.shape import assert_one_shape

FEW = {"muons": 20_000, "steps": 10}
SPEC = {"magnets": challenge_baseline().tolist()}
RESULT = once(lambda: evaluate_design(SPEC, **FEW))


def changed(magnet, column, value):
    table = challenge_baseline()
    table[magnet, column] = value
    return {"magnets": table.tolist()}


def test_the_result_has_the_promised_keys_and_is_plain_json():
    assert_one_shape(RESULT())
    promised = ("hits_per_1e7", "hits_error", "length_m", "iron_mass_t", "cost", "peak_field_t", "constraints")
    assert set(promised) <= set(RESULT())
    assert set(RESULT()["constraints"]) == {"length", "cost", "cavern width", "cavern height"}
    assert set(RESULT()["requirements"]) == set(RESULT()["constraints"])


def test_the_sizes_of_the_baseline():
    assert RESULT()["length_m"] == pytest.approx(29.03, rel=1e-3)
    assert RESULT()["iron_mass_t"] == pytest.approx(921.3, rel=1e-3)
    assert RESULT()["cost"] == {"iron": pytest.approx(7371, rel=1e-3)}
    assert RESULT()["magnet_mass_t"] == pytest.approx([128.97, 200.20, 199.62, 44.36, 21.36, 57.22, 269.59], rel=1e-3)
    assert RESULT()["peak_field_t"] == pytest.approx(1.9, rel=0.003)
    assert all(value <= 1e-9 for value in RESULT()["constraints"].values())


def test_the_hits_add_up():
    for parts in (RESULT()["hits_by_momentum"], RESULT()["hits_by_charge"]):
        assert sum(part["hits"] for part in parts.values()) == pytest.approx(RESULT()["hits_per_1e7"])
        assert np.hypot.reduce([part["error"] for part in parts.values()]) == pytest.approx(RESULT()["hits_error"])
    assert RESULT()["hits_on_plane"]["smaller"]["hits"] <= RESULT()["hits_per_1e7"]
    assert RESULT()["hits_on_plane"]["larger"]["hits"] >= RESULT()["hits_per_1e7"]
    assert 0 < RESULT()["stopped_fraction"] < 1


def test_the_seed_decides():
    assert evaluate_design(SPEC, **FEW) == RESULT()
    assert evaluate_design(SPEC, seed=1, **FEW)["hits_per_1e7"] != RESULT()["hits_per_1e7"]


def test_saturation_caps_what_no_steel_carries():
    thin = changed(3, 2, 60.0)  # a core of 60 cm beside a yoke of 10 cm
    with_cap, without = (evaluate_design(thin, saturation=on, **FEW) for on in (True, False))
    assert with_cap["peak_field_t"] <= 2.0
    assert without["peak_field_t"] > 4.0
    assert "no steel" in without["warnings"][-1]


def test_a_shield_longer_than_allowed_breaks_a_limit_but_is_simulated():
    long = evaluate_design(changed(1, 1, 320.0), **FEW)
    assert long["constraints"]["length"] > 0
    assert long["hits_per_1e7"] >= 0


def test_people_get_a_table():
    console = Console(record=True, width=120)
    console.print(render_table(RESULT()))
    text = console.export_text()
    assert "150-400 GeV" in text
    assert "cavern height" in text


@pytest.mark.parametrize(("spec", "sentence"), [
    ([], "has to be an object"), ({}, "no 'magnets'"), ({"magnets": []}, "15 numbers"),
    ({"magnets": [[1, 2]]}, "15 numbers"), ({"magnet": []}, "Did you mean 'magnets'"),
    ({"magnets": [[1] * 15, [2]]}, "at least 15 numbers"), (changed(1, 14, np.nan), "finite"),
    (changed(2, 0, -5.0), "not negative"), (changed(2, 3, -1.0), "not negative"),
    (changed(2, 7, 900.0), "cavern is only"), (changed(4, 14, 5.7), "beyond the reach"),
    (changed(4, 1, 9000.0), "counted at 82 m"),
])  # fmt: skip
def test_a_sentence_for_everything_that_can_be_wrong(spec, sentence):
    with pytest.raises(ValueError, match=sentence):
        evaluate_design(spec, **FEW)


@pytest.mark.parametrize(("option", "value"), [("muons", 0), ("seed", -1), ("steps", 0)])
def test_a_sentence_for_a_wrong_option(option, value):
    with pytest.raises(ValueError, match=f"--{option} is"):
        evaluate_design(SPEC, **FEW | {option: value})
