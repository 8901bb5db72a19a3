"""Real trackers: resolutions that others computed or measured, from the layer tables alone."""

import itertools

import numpy as np
import pytest
from once import once
from validation.tracker import CLD, COLUMNS, LAYOUTS, cld, spec

from designopt.detectors.tracker.evaluate import evaluate_design


def points(name, momenta, theta=90.0, **options):
    result = evaluate_design(spec(name, pt_gev=momenta, theta_deg=[theta]), **options)
    return result["points"]


@once
def computed():
    """CLD by the table's hits and scattering: errors at 1, 10 and 100 GeV."""
    cases = itertools.product(("yes", "no"), ("Tracker", "IT+OT"))
    return {(word, hits): cld(word == "yes", [1, 10, 100], hits == "IT+OT") for word, hits in cases}


@pytest.mark.parametrize("row", CLD, ids=lambda row: "-".join(row.values()))
def test_cld_as_tklayout_has_it(row):
    """pT within 3 %, impact parameters within 7 %; without the vertex hits, which scattering carries farther, 10 %."""
    key, unit, tolerance = COLUMNS[row["quantity"]]
    rows = computed()[row["multiple_scattering"], row["subset"]]
    point = next(p for p in rows if p["pt_gev"] == float(row["pT_GeV"]))
    far = row["multiple_scattering"] == "yes" and row["subset"] == "IT+OT"
    assert unit * point[key] == pytest.approx(float(row["value"]), rel=0.1 if far else tolerance)


def test_cms_phase_0_impact_parameters():
    """TRK-11-001: 10 and 30 um at 100 GeV; its 2.8 % in pT contain the alignment of 2011 and bound the ideal one."""
    (point,) = points("CMS_phase0", [100])
    assert point["sigma_d0_um"] == pytest.approx(10, rel=0.15)
    assert point["sigma_z0_um"] == pytest.approx(30, rel=0.15)
    assert 0.014 < point["sigma_pt_over_pt"] < 0.028
    assert points("CMS_phase0", [1])[0]["sigma_pt_over_pt"] == pytest.approx(0.007, rel=0.25)


def test_alice_its2_impact_parameters():
    """arXiv 2409.19810: about 30 um at 1 GeV, which contain the vertex and the alignment."""
    (point,) = points("ALICE_ITS2", [1], mass="pion")
    assert point["sigma_d0_um"] == pytest.approx(30, rel=0.25)
    assert point["sigma_z0_um"] == pytest.approx(30, rel=0.25)


def test_clicdet_constant_term():
    """Muons, |eta| < 0.18: 0.204 % of scattering. Radii and material are recalled, so only this term counts.

    At 10 GeV, where tracks turn little and measuring adds 0.4 %.
    """
    radii = [31, 33, 44, 46, 58, 60, 127, 340, 554, 819, 1153, 1486]
    measured = 0.0020392
    found = []
    for thickness in (0.012, 0.015):
        barrel = [
            {
                "radius_mm": r,
                "half_length_mm": 1200,
                "x_over_x0": 0.002 if r < 100 else thickness,
                "resolution_rphi_um": 3 if r < 100 else 7,
                "resolution_z_um": 3 if r < 100 else 90,
            }
            for r in radii
        ]
        result = evaluate_design({"field_t": 4.0, "barrel": barrel, "pt_gev": [10], "theta_deg": [85]})
        found.append(result["points"][0]["sigma_pt_over_pt"])
    assert found[0] == pytest.approx(measured, rel=0.15)
    assert found[1] == pytest.approx(measured, rel=0.15)


@pytest.mark.parametrize("name", ["SiD_Delphes", "CLD_Delphes", "ALICE_ITS2", "CMS_phase0"])
def test_the_recipe_gives_the_same_numbers_as_when_it_was_written(name):
    """No truth, a guard: values that an implementation of the same formulas gave; muons, log per layer."""
    entry = LAYOUTS[name]
    expected = entry.get("recipe") or entry["regression_only"]
    mass = str(entry.get("recipe_mass_GeV", 0.105))
    for row, point in enumerate(points(name, expected["pT_GeV"], mass=mass, trajectory="parabola")):
        assert 100 * point["sigma_pt_over_pt"] == pytest.approx(expected["dpt_over_pt_pct"][row], rel=3e-3)
        assert point["sigma_d0_um"] == pytest.approx(expected["d0_um"][row], rel=3e-3)
        assert point["sigma_z0_um"] == pytest.approx(expected["z0_um"][row], rel=3e-3)


def by_inverses(name, pt, theta):
    """Recipe of published tools in plain numpy, at any angle: parabola, every layer's own logarithm, muons."""
    layout, tangent = spec(name), np.tan(np.radians(theta))
    sine, momentum = np.sin(np.radians(theta)), pt / np.sin(np.radians(theta))
    met = [
        (b["radius_mm"], b["x_over_x0"] / sine, b["resolution_rphi_um"], b["resolution_z_um"])
        for b in layout["barrel"]
        if b["half_length_mm"] is None or b["radius_mm"] <= b["half_length_mm"] * tangent
    ]
    met += [
        (d["z_mm"] * tangent, d["x_over_x0"] * tangent / sine, d["resolution_rphi_um"], d["resolution_r_um"] / tangent)
        for d in layout["disks"]
        if d["inner_mm"] <= d["z_mm"] * tangent <= d["outer_mm"]
    ]
    s, x, across, along = (np.array(column, dtype=float) for column in zip(*sorted(met), strict=True))
    s, beta = s / 1e3, momentum / np.hypot(momentum, 0.1056584)
    kick = 0.0136 / (beta * momentum) * np.sqrt(x) * (1 + 0.038 * np.log(x)) / sine
    lever = np.maximum(s[:, None] - s[None, :], 0.0)
    found = {}
    for sigma, factor, power in ((across, 1.0, 2), (along, 1.0 / sine, 1)):
        hit = np.isfinite(sigma)
        noise = np.diag((1e-6 * sigma[hit]) ** 2) + ((lever * (factor * kick) ** 2) @ lever.T)[np.ix_(hit, hit)]
        rows = np.stack([s[hit] ** n / (1 + (n > 1)) for n in range(power + 1)], axis=1)
        found[power] = np.sqrt(np.diag(np.linalg.inv(rows.T @ np.linalg.solve(noise, rows))))
    bending = 0.299792458 * layout["field_t"]
    return {
        "sigma_pt_over_pt": found[2][2] * pt / bending,
        "sigma_d0_um": 1e6 * found[2][0],
        "sigma_phi_rad": found[2][1],
        "sigma_z0_um": 1e6 * found[1][0],
        "sigma_cot_theta": found[1][1],
    }


def test_forward_tracks_of_cld_follow_the_recipe():
    """Barrel, the overlap of barrel and disks, disks alone."""
    for theta in (75.0, 55.0, 35.0, 20.0, 12.0):
        for point in points("CLD_tkLayout", [1, 10, 100], theta):
            for key, value in by_inverses("CLD_tkLayout", point["pt_gev"], theta).items():
                assert point[key] == pytest.approx(value, rel=1e-4), (key, theta)
