"""`designopt evaluate neutrino-telescope-v1`: its shape, its example, its refusals and its notes on units."""

import copy
import json

import pytest

from designopt.detectors.neutrino_telescope.description import EVENT, FORM, STRING
from designopt.detectors.neutrino_telescope.evaluate import FISHER, evaluate_design, example, render_table
from tests.detectors.shape import assert_one_shape

SMALL = {
    "strings": [
        {"x": x, "y": y, "top_depth": 2000, "spacing": 30, "modules": 3} for x, y in ((0, 0), (60, 0), (0, 60))
    ],
    "events": [
        {"kind": "cascade", "energy_gev": 1e5, "position": [20, 20, -2030], "theta_deg": 60, "phi_deg": 0},
        {"kind": "track", "energy_gev": 1e5, "position": [-90, 20, -2060], "theta_deg": 80, "phi_deg": 10},
    ],
}


def changed(**values):
    return {**copy.deepcopy(SMALL), **values}


def with_first(part, **values):
    spec = copy.deepcopy(SMALL)
    spec[part][0].update(values)
    return spec


@pytest.fixture(scope="module")
def result():
    return evaluate_design(changed(expected_photons=True))


def test_the_result_has_the_shape_of_all(result):
    assert_one_shape(result)
    assert result["warnings"] == [FISHER]  # a cascade's energy to 2 % by light alone
    cascade, track = result["events"]
    assert 0.1 < cascade["sigma_angle_deg"] < 20
    assert 0.22 < track["sigma_log10_energy"] < 0.4
    assert 0.0 <= cascade["trigger_probability"] <= 1.0
    assert render_table(result) is not None


def test_expected_photons_are_listed_by_string_and_module(result):
    for event in result["events"]:
        assert [len(string) for string in event["expected_photons"]] == [3, 3, 3]
        assert sum(map(sum, event["expected_photons"])) == pytest.approx(event["photons"])


def test_the_bill_is_strings_cable_modules_and_ground(result):
    assert result["cost"]["deployment"] == pytest.approx(1500.0)
    assert result["cost"]["cable"] == pytest.approx(3 * 2060 * 0.05)
    assert result["cost"]["modules"] == pytest.approx(9 * 8.0)
    assert result["cost"]["ground cable"] == pytest.approx(120 * 0.06, rel=0.02)


def test_in_water_cable_comes_from_the_floor():
    spec = changed(medium="water", floor_depth=2100, events=SMALL["events"][:1])
    assert evaluate_design(spec)["cost"]["cable"] == pytest.approx(3 * 100 * 0.05)


def test_every_key_stands_in_the_example():
    written = json.loads(json.dumps(example()))
    assert set(written) == set(FORM)
    assert set(written["strings"][0]) == set(STRING)
    assert set(written["events"][0]) == set(EVENT)


REFUSED = {
    "strings": (changed(strings=[]), "strings"),
    "unknown": (changed(depth=3), "unknown key"),
    "medium": (changed(medium="iced"), "Did you mean 'ice'"),
    "kind": (with_first("events", kind="muon"), "kind"),
    "energy": (with_first("events", energy_gev=0.1), "TeV"),
    "text": (with_first("events", energy_gev="1e4"), "no number"),
    "above": (with_first("events", position=[0, 0, 1950]), "above the surface"),
    "two": (with_first("events", position=[0, 0]), "3 numbers"),
    "theta": (with_first("events", theta_deg=190), "180"),
    "depth": (with_first("strings", top_depth=-2000), "sign"),
    "half": (with_first("strings", modules=2.5), "whole"),
    "spacing": (with_first("strings", spacing=0), "spacing"),
    "floor": (changed(medium="water", floor_depth=2000), "deeper floor"),
    "yes": (changed(expected_photons="yes"), "true or false"),
    "many": (changed(strings=[dict(SMALL["strings"][0], modules=1000)] * 300), "modules in all"),
    "nan": (with_first("strings", x=float("nan")), "between"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_telescope_is_refused_in_a_sentence(name):
    spec, part = REFUSED[name]
    with pytest.raises(ValueError, match=part) as refused:
        evaluate_design(spec)
    assert str(refused.value).endswith((".", "?"))


def scaled(factor):
    spec = copy.deepcopy(SMALL)
    for string in spec["strings"]:
        for name in ("x", "y", "top_depth", "spacing"):
            string[name] *= factor
    spec["events"] = [dict(SMALL["events"][0], position=[20 * factor, 20 * factor, -2030 * factor])]
    return spec


def test_kilometres_given_as_metres_are_noted():
    noted = " ".join(evaluate_design(scaled(1e-3))["warnings"])
    assert noted.count("kilometres") == 3
    far = changed(events=[dict(SMALL["events"][0], position=[20000, 20, -2030])])
    assert "absorption lengths from every module" in " ".join(evaluate_design(far)["warnings"])
    tilted = changed(events=[dict(SMALL["events"][0], theta_deg=1.05, phi_deg=0.3)])
    assert "radians" in " ".join(evaluate_design(tilted)["warnings"])
