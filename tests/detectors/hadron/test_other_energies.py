"""Pions without a sample of their own: what the calibration showers say agrees with samples where there are some."""

import jax.numpy as jnp
import numpy as np
import pytest

from designopt.detectors.hadron.evaluate import evaluate_design
from designopt.detectors.hadron.reference import alpha, gamma, uniform
from designopt.detectors.hadron.simulation.other_energies import around
from designopt.detectors.hadron.simulation.reading import expected
from designopt.detectors.hadron.simulation.sensors import Sensors
from designopt.detectors.hadron.simulation.showers import read_showers

PIONS = read_showers()["calibration pions"]
LAYOUTS = {"alpha": alpha(), "gamma": gamma(), "42": uniform(42), "34 thick": uniform(34, 1.2), "10": uniform(10)}


@pytest.mark.parametrize("cells", LAYOUTS.values(), ids=[*LAYOUTS])
def test_it_agrees_with_the_showers_of_50_and_100_gev(cells):
    mean, variance = (np.asarray(part) for part in expected(jnp.asarray(PIONS.deposit), Sensors.from_cells(cells)))
    own = evaluate_design({"sensors": cells})
    for energy, resolution, error in zip((50.0, 100.0), own["resolution"], own["resolution_error"], strict=True):
        found = around(energy, PIONS.energy, mean, variance)
        other = found.sigma / found.mean
        assert other == pytest.approx(resolution, abs=2 * np.hypot(error, other / np.sqrt(2 * found.showers)))
        assert found.showers > 250


def test_a_known_law_is_found_at_the_ends_of_the_range_too():
    rng = np.random.default_rng(1)
    energy = rng.uniform(9.0, 200.0, 20_000)
    sigma = 0.6 / np.sqrt(energy)
    estimate = energy * (0.8 + 0.03 * np.log(energy / 50) + sigma * rng.standard_normal(energy.size))
    for point in (9.0, 20.0, 60.0, 200.0):
        found = around(point, energy, estimate, np.zeros(energy.size))
        assert found.mean == pytest.approx(0.8 + 0.03 * np.log(point / 50), abs=0.01)
        assert found.sigma == pytest.approx(0.6 / np.sqrt(point), rel=0.06)


def test_other_energies_are_told_and_the_own_ones_unchanged():
    cells = uniform(42)
    usual, both = evaluate_design({"sensors": cells}), evaluate_design({"sensors": cells, "energies": [20, 50, 180]})
    assert usual["warnings"] == []
    assert both["resolution"][1] == usual["resolution"][0]
    assert both["resolution"][0] > both["resolution"][1] > both["resolution"][2]
    assert both["resolution_error"][0] > 2 * both["resolution_error"][1]
    assert "20 GeV (131 showers), 180 GeV (483 showers)" in both["warnings"][0]
    assert np.divide(both["mean"], both["energies"]).tolist() == pytest.approx([0.94] * 3, abs=0.05)
    with pytest.raises(ValueError, match="Pions of 9 to 200 GeV were simulated"):
        evaluate_design({"sensors": cells, "energies": [500]})
