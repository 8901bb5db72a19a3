"""Spectrometers of kaon experiments that were published: chambers on both sides of a dipole."""

import sys

import numpy as np
import pytest

from designopt.detectors.spectrometer.evaluate import evaluate_design


def stations(places, error, x, hits):
    return [{"z_mm": z, "resolution_um": error, "x_over_x0": x, "hits": hits} for z in places]


EXPERIMENTS = {  # T m, stations, GeV, published errors in %; recalled
    "NA62": (0.9, stations((-14_100, -3_100, 6_900, 21_300), 130, 0.0045, 2), [10, 20, 35, 75],
             lambda p: np.hypot(0.30, 0.005 * p)),
    "KTeV": (1.37, stations((-10_700, -4_200, 4_400, 10_800), 100, 0.002, 2), [10, 36, 80],
             lambda p: np.hypot(0.17, p / 140)),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_momentum_errors(name, capsys: pytest.CaptureFixture[str]):
    """NA62, JINST 12 (2017) P05025: 0.30 (+) 0.005 p %; KTeV, Phys. Rev. D 83 (2011) 092001: 0.17 (+) p/140 %."""
    power, placed, momenta, published = EXPERIMENTS[name]
    magnet = {"bending_power_tm": power, "length_mm": 1300}
    points = evaluate_design({"magnet": magnet, "stations": placed, "momenta_gev": momenta})["points"]
    ratio = np.array([100 * point["sigma_p_over_p"] for point in points]) / published(np.array(momenta))
    with capsys.disabled():
        sys.stdout.write(f"\n{name}: {momenta} GeV, found over published {ratio.round(2)}")
    assert ratio == pytest.approx(1, abs=0.25)


def test_a_thick_radiator_that_measures_nothing_is_no_wrong_unit():
    """A RICH of 12 % X0 between stations, as in LHCb."""
    placed = stations((-5_000, -3_000, 3_000, 5_000), 100, 0.01, 4)
    rich = {"z_mm": -4000, "resolution_um": None, "x_over_x0": 0.12}
    spec = {"magnet": {"bending_power_tm": 4.0, "length_mm": 4000}, "momenta_gev": [20]}
    assert not any("per cent" in n for n in evaluate_design({**spec, "stations": [*placed, rich]})["warnings"])
    placed[0]["x_over_x0"] = 0.12
    assert any("per cent" in note for note in evaluate_design({**spec, "stations": placed})["warnings"])
