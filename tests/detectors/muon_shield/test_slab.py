"""Muons through iron against Geant4: the rows of the reference, and thirty-odd that nothing was ever fitted to."""

import numpy as np
import pytest
from validation.muon_shield import HELD_OUT, NEARLY_ALL, REFERENCE, compare, leaving

from designopt.detectors.muon_shield.command import transport_muons


def name(row):
    return f"{row['p_gev']:g}GeV-{row['iron_m']:g}m-{row['B_tesla']:g}T"


@pytest.mark.parametrize("row", leaving(REFERENCE, 0.5), ids=name)
def test_reference_rows(row):
    found = compare(row, 20_000)
    assert found.momentum == pytest.approx(1, abs=0.015)
    assert found.bend == pytest.approx(1, abs=0.02)
    assert found.angle == pytest.approx(1, abs=0.08)
    assert found.displacement == pytest.approx(1, abs=0.10)
    assert abs(found.stopped) < 0.005


@pytest.mark.parametrize("row", leaving(HELD_OUT, 0.5), ids=name)
def test_rows_that_nothing_was_fitted_to(row):
    found = compare(row, 8_000)
    nearly_stopped = row["n_leave"] < NEARLY_ALL * row["n_events"]
    assert found.momentum == pytest.approx(1, abs=0.025 if nearly_stopped else 0.015)
    assert found.bend == pytest.approx(1, abs=0.02 + 2 * found.bend_error)
    assert found.angle == pytest.approx(1, abs=0.08)
    assert found.displacement == pytest.approx(1, abs=0.10)
    assert abs(found.stopped) < 0.02


def test_the_spread_of_the_momentum_is_geant4s():
    """The core within 10 %, and the hard losses beyond it, at 100 GeV behind 1 and 10 m."""
    for row in leaving(REFERENCE, 0.5):
        if row["p_gev"] == 100 and row["iron_m"] in (1, 10):
            out = transport_muons(row["iron_m"], row["B_tesla"], 100.0, 20_000, seed=2)["momentum_gev"]
            low, middle, high = out["q16"], out["median"], out["q84"]
            expected = row["p_out_gev"]["quantiles"]
            assert (high - low) == pytest.approx(expected[4] - expected[2], rel=0.10)
            assert (middle - out["mean"]) == pytest.approx(expected[3] - row["p_out_gev"]["mean"], rel=0.10)


def test_without_straggling_everybody_loses_the_mean():
    out = transport_muons(5, 0.0, 50.2, 100, straggling=False, scattering=False)
    assert out["momentum_gev"]["q16"] == out["momentum_gev"]["q84"]
    assert out["momentum_gev"]["mean"] == pytest.approx(40.95, rel=0.005)  # 50.1 -> 40.85 GeV kinetic
    assert out["angle_mrad"]["mean"] == 0.0


def test_the_sign_of_the_bend():
    plus, minus = (transport_muons(2, field, 20, 4000, seed=3) for field in (1.5, -1.5))
    assert plus["bend_mrad"]["median"] > 0
    assert plus["bend_displacement_mm"]["median"] > 0
    assert minus["bend_mrad"]["median"] == pytest.approx(-plus["bend_mrad"]["median"], rel=0.02)


def test_nobody_leaves_a_thick_block():
    out = transport_muons(20, 0.0, 5, 100)
    assert out["stopped_fraction"] == 1.0
    assert set(out["momentum_gev"].values()) == {None}
    assert "15 m" in out["warnings"][0]


@pytest.mark.parametrize(("wrong", "sentence"), [
    ({"iron": -1.0}, "not negative"), ({"iron": np.nan}, "finite"), ({"momentum": 0.0}, "0.2 to 1000"),
    ({"field": 5.0}, "steel carries"), ({"muons": 0}, "from 1"), ({"seed": -1}, "not negative"),
    ({"iron": 1e6}, "100 m"),
])  # fmt: skip
def test_a_sentence_for_what_cannot_be_simulated(wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        transport_muons(**{"iron": 1.0, "field": 1.0, "momentum": 10.0} | wrong)
