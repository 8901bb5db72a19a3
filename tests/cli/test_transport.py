"""The command `transport`, which the muon shield announces, runs like any other."""

import json


def test_transport_prints_json(call):
    code, out, _ = call("transport", "--iron", 1, "--field", 1.7, "--momentum", 10, "--muons", 200, "--json")
    assert code == 0
    result = json.loads(out)
    keys = ("momentum_gev", "bend_mrad", "angle_mrad", "bend_displacement_mm", "displacement_mm")
    assert all(set(result[key]) == {"mean", "median", "q16", "q84"} for key in keys)
    assert result["stopped_fraction"] == 0.0


def test_transport_prints_a_table_and_refuses_in_a_sentence(call):
    code, out, _ = call("transport", "--iron", 1, "--momentum", 10, "--muons", 200)
    assert code == 0
    assert "bend displacement (mm)" in out
    code, out, err = call("transport", "--iron", -1, "--momentum", 10)
    assert (code, out) == (2, "")
    assert err.startswith("Error: The iron is -1 m long.")
