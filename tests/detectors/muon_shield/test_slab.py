"""Muons through iron against Geant4: the rows of the reference, and thirty-odd that nothing was ever fitted to."""

import json
from pathlib import Path

import numpy as np
import pytest

from designopt.detectors.muon_shield.command import transport_muons

DATA = Path(__file__).parents[2] / "data"
REFERENCE = json.loads((DATA / "geant4_muons_iron.json").read_text())["rows"]
HELD_OUT = json.loads((DATA / "geant4_muons_holdout.json").read_text())["rows"]
MEDIAN = 3  # of the seven quantile levels
NEARLY_ALL = 0.95  # leave: where fewer do, what is left of the momentum is a small difference of large numbers


def leaving(rows, share):
    return [row for row in rows if row["n_leave"] > share * row["n_events"] and row["photonuclear"]]


def name(row):
    return f"{row['p_gev']:g}GeV-{row['iron_m']:g}m-{row['B_tesla']:g}T"


def half_width(row, key):
    return (row[key]["quantiles"][4] - row[key]["quantiles"][2]) / 2


def compare(row, muons):
    """Ratios of the model to Geant4: median momentum, median bend, core of angle and of displacement."""
    out = transport_muons(row["iron_m"], row["B_tesla"], row["p_gev"], muons, seed=1)
    core = {key: (out[key]["q84"] - out[key]["q16"]) / 2 for key in ("angle_mrad", "displacement_mm")}
    bend = out["bend_mrad"]["median"] / row["theta_bend_mrad"]["quantiles"][MEDIAN] if row["B_tesla"] else 1.0
    ratios = (
        out["momentum_gev"]["median"] / row["p_out_gev"]["quantiles"][MEDIAN],
        bend,
        core["angle_mrad"] / half_width(row, "theta_y_mrad"),
        core["displacement_mm"] / half_width(row, "y_mm"),
    )
    return ratios, out["stopped_fraction"] - (1 - row["n_leave"] / row["n_events"])


@pytest.mark.parametrize("row", leaving(REFERENCE, 0.5), ids=name)
def test_reference_rows(row):
    (momentum, bend, angle, displacement), stopped = compare(row, 20_000)
    assert momentum == pytest.approx(1, abs=0.015)
    assert bend == pytest.approx(1, abs=0.02)
    assert angle == pytest.approx(1, abs=0.08)
    assert displacement == pytest.approx(1, abs=0.10)
    assert abs(stopped) < 0.005


@pytest.mark.parametrize("row", leaving(HELD_OUT, 0.5), ids=name)
def test_rows_that_nothing_was_fitted_to(row):
    (momentum, bend, angle, displacement), stopped = compare(row, 8_000)
    nearly_stopped = row["n_leave"] < NEARLY_ALL * row["n_events"]
    assert momentum == pytest.approx(1, abs=0.025 if nearly_stopped else 0.015)
    quantiles = row["theta_bend_mrad"]["quantiles"]
    noise = (
        1.25 * half_width(row, "theta_bend_mrad") / quantiles[MEDIAN] * np.hypot(8_000**-0.5, row["n_leave"] ** -0.5)
    )
    assert bend == pytest.approx(1, abs=0.02 + 2 * noise)
    assert angle == pytest.approx(1, abs=0.08)
    assert displacement == pytest.approx(1, abs=0.10)
    assert abs(stopped) < 0.02


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
