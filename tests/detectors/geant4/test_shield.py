"""Muon shields for Geant4: blocks with the right iron and closed flux, and muons that bend as they must."""

import dataclasses
import importlib.util

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from designopt.detectors.geant4.leaks import hits, verify_shield
from designopt.detectors.geant4.magnets import area, shield_blocks
from designopt.detectors.geant4.session import Session
from designopt.detectors.geant4.transport import shield_job, transport

# The baseline of the MuonShieldChallenge: 29.03 m, 921.3 t of iron; cm and T.
BASELINE = [
    [0, 120.5, 50, 50, 119, 119, 2, 2, 50, 50, 50, 50, 0, 0, 1.9],
    [10, 250, 72, 51, 29, 46, 10, 7, 72, 51, 72, 51, 0, 0, 1.9],
    [10, 250, 54, 38, 46, 130, 14, 9, 54, 38, 54, 38, 0, 0, 1.9],
    [10, 250, 10, 31, 35, 31, 51, 11, 10, 31, 10, 31, 0, 0, 1.9],
    [10, 150, 5, 32, 54, 24, 8, 8, 5, 32, 5, 32, 0, 0, -1.9],
    [10, 150, 22, 32, 130, 35, 8, 13, 22, 32, 22, 32, 30, 30, -1.9],
    [10, 251, 33, 77, 85, 90, 9, 26, 33, 77, 33, 77, 0, 0, -1.9],
]
DENSITY = 7.87e-9  # t/mm3
needs_geant4 = pytest.mark.skipif(
    importlib.util.find_spec("geant4_pybind") is None, reason="designopt[geant4] is not installed"
)

widths = st.floats(5, 150)
magnets = st.tuples(
    st.floats(10, 50), st.floats(100, 350), *[widths] * 4, *[st.floats(2, 100)] * 2, *[widths] * 4,
    *[st.floats(0, 100)] * 2, st.floats(-2, 2).filter(lambda field: abs(field) > 0.1),
)  # fmt: skip


def volume(blocks):
    return sum(
        (area(block["corners"][0]) + area(block["corners"][1])) / 2 * (block["z"][1] - block["z"][0])
        for block in blocks
    )


def test_the_baseline_has_its_published_mass_and_length():
    blocks = shield_blocks(BASELINE, slices=40)
    assert volume(blocks) * DENSITY == pytest.approx(921.3, rel=1e-3)
    assert max(block["z"][1] for block in blocks) == pytest.approx(29_030)
    assert len(shield_blocks(BASELINE, saturation=None)) == 8 * len(BASELINE)


@given(magnets)
def test_iron_of_a_face_is_that_of_the_cost_formula(magnet):
    """A = 4 [(dX + X_y) dY + Y_y (dX + gap + X_y)], at both faces."""
    blocks = shield_blocks([magnet], saturation=None)
    for face in (0, 1):
        core, height, gap, side, top = (magnet[2 + 2 * i + face] for i in range(5))
        iron = 4 * ((core + side) * height + top * (core + gap + side)) * 100  # mm2
        assert sum(area(block["corners"][face]) for block in blocks) == pytest.approx(iron, rel=1e-9)


@given(magnets)
def test_one_flux_runs_through_every_leg_and_none_is_above_saturation(magnet):
    blocks = shield_blocks([magnet], saturation=2.0, slices=3)
    for part in range(3):
        middle = (part + 0.5) / 3
        size = {n: magnet[i] + (magnet[i + 1] - magnet[i]) * middle for n, i in (("core", 2), ("side", 8), ("top", 10))}
        flux = blocks[8 * part]["field"][1] * size["core"]
        found = sorted(abs(field) for block in blocks[8 * part : 8 * part + 8] for field in block["field"] if field)
        wanted = sorted(abs(flux) / size[n] for n in ("core", "core", "side", "side", "top", "top", "top", "top"))
        assert np.allclose(found, wanted, rtol=1e-9)
        assert found[-1] <= 2.0 + 1e-9


def test_fields_are_those_of_the_challenge_without_saturation():
    core, top = shield_blocks([BASELINE[6]], saturation=None)[0]["field"], {}
    assert core[1] == pytest.approx(-1.9)  # yokes as wide as the core
    for block in shield_blocks([BASELINE[1]], saturation=None):
        x, y = np.mean(block["corners"][0], axis=0)
        if block["field"][0]:
            top[np.sign(x), np.sign(y)] = block["field"][0]
    assert top == {(1, 1): 1.9, (1, -1): -1.9, (-1, 1): -1.9, (-1, -1): 1.9}


def test_corners_run_clockwise_and_mirror_images_have_equal_areas():
    for block in shield_blocks(BASELINE):
        x, y = np.array(block["corners"][0]).T
        assert np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)) < 0
    left = [block for block in shield_blocks(BASELINE) if np.mean(block["corners"][0], axis=0)[0] < 0]
    assert volume(left) == pytest.approx(volume(shield_blocks(BASELINE)) / 2)


def test_impossible_shields_and_muons_are_refused_in_words():
    with pytest.raises(ValueError, match="15 columns"):
        shield_blocks([[1.0, 2.0]])
    with pytest.raises(ValueError, match="cannot be negative"):
        shield_blocks([[0, 100, -5, *BASELINE[0][3:]]])
    muons = np.array([[0.0, 0, 0, 0, 0, 10, 1]])
    with pytest.raises(ValueError, match="behind the plane"):
        shield_job(BASELINE, muons, 1, None, 20_000.0, "G4_AIR")
    with pytest.raises(ValueError, match="rows of 7"):
        shield_job(BASELINE, muons[:, :3], 1, None, 82_000.0, "G4_AIR")


@needs_geant4
def test_muons_bend_by_the_integral_of_the_field():
    """10 GeV, 1.9 T, 1 m of nothing: sin(theta) = 0.05696, 28.50 mm, towards -x for mu+; then straight on."""
    muons = np.array([[100.0, 0, -50, 0, 0, 10, 1], [100.0, 0, -50, 0, 0, 10, -1], [-100, 0, -50, 0, 0, 10, 1]])
    magnet = [0, 50, 100, 100, 100, 100, 10, 10, 100, 100, 100, 100, 0, 0, 1.9]
    job = shield_job([magnet], muons, 1, None, 1000.5, "G4_Galactic")
    job = dataclasses.replace(job, geometry={**job.geometry, "iron": "G4_Galactic"})
    found = Session().run(job, 3).values
    assert found[:, 2] / 10 == pytest.approx([-0.05696, 0.05696, -0.05696], rel=1e-3)
    assert found[:, 0] - muons[:, 0] == pytest.approx([-28.5, 28.5, -28.5], abs=0.1)
    assert np.abs(found[:, 1]).max() < 1e-3


@needs_geant4
def test_iron_slows_bends_and_scatters_like_the_reference():
    """10 GeV after 1 m of iron at 1.7 T; from 15 000 muons of the reference file geant4_muons_iron.json."""
    slab = [0, 50, 1000, 1000, 1000, 1000, 10, 10, 1000, 1000, 1000, 1000, 0, 0, 1.7]
    muons = np.tile([500.0, 0, -1, 0, 0, 10, -1], (1000, 1))
    found, _ = transport([slab], muons, seed=2026, saturation=None, plane=1000.5, gas="G4_Galactic")
    found = found[np.isfinite(found[:, 0])]
    momentum = np.linalg.norm(found[:, 2:], axis=1)
    bend, scatter = (np.arctan(found[:, i] / found[:, 4]) * 1000 for i in (2, 3))
    low, high = np.quantile(scatter, [0.16, 0.84])
    assert np.median(momentum) == pytest.approx(8.5761, abs=3 * 1.25 * momentum.std() / 1000**0.5)
    assert np.median(bend) == pytest.approx(55.157, abs=3 * 1.25 * bend.std() / 1000**0.5)
    assert (high - low) / 2 == pytest.approx(12.147, rel=0.12)


@needs_geant4
def test_the_baseline_stops_soft_muons_and_bends_the_others_aside():
    muons = np.array([[0.0, 0, 300, 0.3, 0.1, p, q] for p in (5.0, 100.0) for q in (1, -1)] * 5)
    found, simulation = transport(BASELINE, muons)
    soft = muons[:, 5] < 10
    assert np.isnan(found[soft, 0]).all()
    arrived = found[~soft & np.isfinite(found[:, 0])]
    assert len(arrived) >= 7  # one in a hundred stops in the iron or leaves the hall
    assert np.median(arrived[:, 4]) == pytest.approx(67, abs=6)
    charge = muons[~soft & np.isfinite(found[:, 0]), 6]
    assert np.median(arrived[:, 0] * charge) == pytest.approx(-5800, abs=600)
    assert "Geant4 11.4.1" in simulation


def test_hits_are_counted_inside_the_plane_only():
    arrivals = np.array([[0.0, 0], [1999, -2999], [2001, 0], [0, 3001], [np.nan, np.nan]])
    assert hits(arrivals).tolist() == [True, True, False, False, False]


@needs_geant4
def test_leaks_are_weighted_and_those_simulated_stand_for_all():
    """Muons of 350 GeV pass the baseline's plane, those of 100 GeV do not (kick of 8.5 GeV: 24 mrad, 1.75 m)."""
    muons = np.array([[0.0, 0, 300, 0, 0, p, 1] for p in (350.0, 100.0)] * 60)
    weights = np.where(muons[:, 5] > 200, 2.0, 30.0)
    result = verify_shield(BASELINE, muons, weights, predicted=120.0, saturation=None)
    (measured,) = result.quantities
    assert measured.predicted == 121.0
    assert measured.found == pytest.approx(121.0, abs=25)
    assert measured.error == pytest.approx(2 * 60**0.5, rel=0.15)
    assert result.events == 120
    with pytest.raises(ValueError, match="of 120 muons"):
        verify_shield(BASELINE, muons, weights, 1.0, minutes=1e-4)
