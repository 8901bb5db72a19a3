"""What `designopt evaluate interferometer-v1` reads, refuses and gives; with the package and without it."""

import json
import subprocess
import sys

import numpy as np
import pytest

from designopt import make
from designopt.detectors.interferometer import evaluate
from designopt.detectors.interferometer.models import plane_waves
from designopt.problem.written.schema import document

SHORT = {"model": "closed-form", "frequencies": [50.0, 100.0, 1000.0]}


def test_the_answer_has_its_keys_and_adds_up():
    found = evaluate.evaluate_design(SHORT)
    assert found["frequencies"] == SHORT["frequencies"]
    assert found["model"] == "closed form (two-photon formalism)"
    assert np.asarray(found["strain_asd"]) == pytest.approx([8.0e-24, 2.155e-24, 1.378e-24], rel=0.02)
    assert found["total_cost"] == pytest.approx(sum(found["cost"].values()))
    assert found["cost"] == pytest.approx(
        {"vacuum": 79_900, "mirrors": 3200, "laser": 2500, "squeezer": 3000, "isolation": 7600}
    )
    assert not found["requirements"]["soft side"]["kept"]  # aLIGO's beam splitter
    assert found["requirements"]["hard side"]["kept"]
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert evaluate.render_table(found) is not None


def test_left_out_fields_are_as_published_and_the_example_writes_them_out():
    written = evaluate.evaluate_design(evaluate.example() | SHORT)
    assert written == evaluate.evaluate_design(SHORT)


def test_options_stand_over_the_file():
    found = evaluate.evaluate_design(
        SHORT | {"model": "auto"}, frequencies="30, 300", model="closed-form", soft_side=4e3
    )
    assert found["frequencies"] == [30.0, 300.0]
    assert found["requirements"]["soft side"]["kept"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"itm_transmissivity": 1.4}, "share of the power"),
        ({"itm_transmissivity": 0.9, "mirror_loss": 0.2}, "nothing is left"),
        ({"homodyne_angle_deg": 10.0}, "belongs to the layout 'voyager'"),
        ({"layout": "virgo"}, "not known"),
        ({"arm_lenght_m": 4000}, "Did you mean"),
        ({"frequencies": []}, "at least 1"),
        ({"frequencies": [0.0]}, "between 0.001"),
        ({"model": "finesse"}, "not known"),
        ({"dark_offset_deg": 0.0}, "has to be between"),
    ],
)
def test_what_is_wrong_is_refused_in_a_sentence(change, sentence):
    with pytest.raises(ValueError, match=sentence):
        evaluate.evaluate_design(SHORT | change)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"laser_power_w": 1e4}, "mW given as W"),
        ({"arm_length_m": 4.0}, "km given as m"),
        ({"mirror_mass_kg": 4e4}, "grams given as kg"),
        ({"frequencies": [0.1]}, "kHz given as Hz"),
        ({"frequencies": [2e4]}, "not much longer than the arms"),
    ],
)
def test_slips_of_units_are_noted(change, words):
    assert any(words in note for note in evaluate.evaluate_design(SHORT | change)["warnings"])


def test_without_the_package_the_closed_form_is_used_and_said(monkeypatch):
    monkeypatch.setattr(plane_waves, "find_spec", lambda name: None)
    found = evaluate.evaluate_design({"frequencies": [100.0]})
    assert found["model"].startswith("closed form")
    assert any("not installed" in note for note in found["warnings"])
    with pytest.raises(ValueError, match=r"designopt\[interferometer\]"):
        evaluate.evaluate_design({"frequencies": [100.0]}, model="differometor")
    assert make("interferometer-v1", points=3).options["model"] == "closed-form"
    with pytest.raises(ValueError, match=r"designopt\[interferometer\]"):
        make("interferometer-v1", model="differometor")


def test_a_file_of_prices_stands_over_the_book(tmp_path):
    mine = tmp_path / "mine.toml"
    mine.write_text('[power]\nlaser-1064 = { price = 40_000, unit = "CHF/W" }\n')
    assert evaluate.evaluate_design(SHORT, prices=str(mine))["cost"]["laser"] == pytest.approx(5000)


def test_importing_the_package_imports_no_simulator():
    program = "import designopt.detectors.interferometer.evaluate, sys; sys.exit('differometor' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_the_schema_says_what_is_read():
    jsonschema = pytest.importorskip("jsonschema")
    told = document(evaluate.FORM, "interferometer-v1")
    jsonschema.validate(evaluate.example(), told)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"itm_transmissivity": 1.4}, told)
