"""Trackers whose two sides differ, and layers of gas: what tracks meet, and what it costs."""

import math

import pytest

from designopt.detectors.prices import read_prices
from designopt.detectors.tracker.evaluate import evaluate_design, example
from designopt.detectors.tracker.evaluate_v2 import evaluate_design as reviewed

GRID = {"pt_gev": [10.0], "theta_deg": [90.0, 30.0, 150.0]}
SPEC = {**example(), **GRID}


def without(spec, side):
    """The tracker with its disks on one side only."""
    return spec | {"disks": [disk | {"side": side} for disk in spec["disks"]]}


def test_each_side_is_that_of_the_mirrored_tracker():
    whole, bare = evaluate_design(SPEC), evaluate_design(SPEC | {"disks": []})
    plus, minus = (evaluate_design(without(SPEC, side)) for side in ("+z", "-z"))
    flat, ahead, behind = range(3)
    assert [point["theta_deg"] for point in plus["points"]] == GRID["theta_deg"]
    assert plus["points"][ahead] == whole["points"][ahead]
    assert plus["points"][behind] == bare["points"][behind]
    assert minus["points"][ahead] == bare["points"][ahead]
    assert minus["points"][behind] == whole["points"][behind]
    assert plus["points"][flat] == whole["points"][flat]
    assert any("The two sides differ" in sentence for sentence in plus["warnings"])
    assert not any("sides differ" in sentence for sentence in whole["warnings"])


def test_half_of_a_pair_costs_half():
    whole, bare, half = (evaluate_design(spec) for spec in (SPEC, SPEC | {"disks": []}, without(SPEC, "+z")))
    for key in whole["cost"]:
        assert half["cost"][key] == pytest.approx((whole["cost"][key] + bare["cost"][key]) / 2)
    assert half["area_m2"] == pytest.approx((whole["area_m2"] + bare["area_m2"]) / 2)
    pairs = SPEC | {"disks": [disk | {"side": side} for disk in SPEC["disks"] for side in ("+z", "-z")]}
    assert evaluate_design(pairs)["total_cost"] == pytest.approx(whole["total_cost"])


def test_a_barrel_may_reach_less_far_on_one_side():
    short = [layer | {"half_length_minus_mm": layer["half_length_mm"] / 4} for layer in SPEC["barrel"]]
    found = evaluate_design(SPEC | {"disks": [], "barrel": short, "theta_deg": [50, 130]})
    whole = evaluate_design(SPEC | {"disks": [], "theta_deg": [50, 130]})
    quarter = [layer | {"half_length_mm": layer["half_length_mm"] / 4} for layer in SPEC["barrel"]]
    small = evaluate_design(SPEC | {"disks": [], "barrel": quarter, "theta_deg": [50, 130]})
    assert found["points"] == [whole["points"][0], small["points"][1]]
    assert found["area_m2"] == pytest.approx((whole["area_m2"] + small["area_m2"]) / 2)
    with pytest.raises(ValueError, match="has to cross z = 0"):
        evaluate_design(SPEC | {"barrel": [short[0] | {"half_length_minus_mm": -50}]})
    with pytest.raises(ValueError, match="no half_length_mm"):
        evaluate_design(SPEC | {"barrel": [{**short[0], "half_length_mm": None}]})


def test_disks_at_one_place_on_either_side_do_not_overlap():
    twice = [disk | {"side": side} for disk in SPEC["disks"][:1] for side in ("+z", "-z")]
    assert evaluate_design(SPEC | {"disks": twice})["points"]
    with pytest.raises(ValueError, match="overlap"):
        evaluate_design(SPEC | {"disks": [*twice, SPEC["disks"][0]]})


def test_a_review_looks_at_the_worse_side():
    whole, half = (reviewed(spec) for spec in (SPEC, without(SPEC, "-z")))
    assert half["requirements"]["hits"]["value"] < whole["requirements"]["hits"]["value"]
    assert half["requirements"]["worst"]["value"] > whole["requirements"]["worst"]["value"]
    assert half["coverage"] <= whole["coverage"]
    assert half["points"][2] == whole["points"][2]
    assert half["points"][1]["sigma_pt_over_pt"] != whole["points"][1]["sigma_pt_over_pt"]
    assert any("worse side" in sentence for sentence in half["warnings"])


def chamber(name, layers=10, **more):
    """A drift chamber in all but name."""
    wire = {"half_length_mm": 2000, "x_over_x0": 1e-4, "resolution_rphi_um": 100, "resolution_z_um": 1000}
    rows = [{"radius_mm": 430 + 100 * i, "technology": name, **wire, **more} for i in range(layers)]
    return {"field_t": 2.0, "barrel": rows, **GRID}


def test_gas_is_priced_as_gas():
    book = read_prices()
    wires = evaluate_design(chamber("drift-chamber", pitch_rphi_um=14_000))
    cells = sum(2 * math.pi * (430 + 100 * i) / 14 for i in range(10))
    assert wires["channels"] == pytest.approx(cells)
    assert wires["cost"]["channels"] == pytest.approx(cells * book.price("channel", "drift-chamber"))
    assert wires["cost"]["mechanics"] == pytest.approx(10 * book.price("layer", "drift-chamber"))
    assert wires["cost"]["sensors"] == 0
    silicon = evaluate_design(chamber("strip-pair"))
    assert wires["total_cost"] < silicon["total_cost"] / 5
    assert [point["sigma_pt_over_pt"] for point in wires["points"]] == pytest.approx(
        [point["sigma_pt_over_pt"] for point in silicon["points"]]
    )
    pads = evaluate_design(chamber("time-projection"))
    assert pads["channels"] == pytest.approx(2 * sum(2 * math.pi * (430 + 100 * i) for i in range(10)))
    foil = evaluate_design(chamber("micropattern-gas", layers=1))
    assert foil["cost"]["sensors"] == pytest.approx(4 * math.pi * 430 * 2000 * book.price("area", "micropattern-gas"))


def test_gas_beside_silicon_adds_up():
    mixed = chamber("drift-chamber")
    both = evaluate_design(mixed | {"barrel": [*mixed["barrel"], *SPEC["barrel"]], "beam_pipe": SPEC["beam_pipe"]})
    parts = evaluate_design(mixed), evaluate_design(SPEC | {"disks": []})
    for key in both["cost"]:
        assert both["cost"][key] == pytest.approx(sum(part["cost"][key] for part in parts))
    disks = evaluate_design(SPEC | {"disks": [{"z_mm": 2500, "inner_mm": 300, "outer_mm": 1500, "x_over_x0": 0.001,
                                               "resolution_rphi_um": 100, "technology": "straw-tubes"}]})  # fmt: skip
    assert disks["channels"] - parts[1]["channels"] == pytest.approx(2 * 2 * math.pi * 900 / 10, rel=1e-3)


def test_gas_has_to_state_what_depends_on_it():
    for change, sentence in (
        ({"resolution_rphi_um": None, "resolution_z_um": None}, "depends on its gas"),
        ({"x_over_x0": None}, "no 'x_over_x0'"),
    ):
        with pytest.raises(ValueError, match=sentence):
            evaluate_design(chamber("straw-tubes", **change))
