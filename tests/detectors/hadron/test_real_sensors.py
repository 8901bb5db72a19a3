"""A layout as Geant4's volumes, and a small check with sensors really in the block."""

import importlib.util

import numpy as np
import pytest

from designopt.detectors.geant4.cache import Cache
from designopt.detectors.hadron.problem import hadron_calorimeter
from designopt.detectors.hadron.simulation.sensors import Sensors
from designopt.detectors.hadron.verify import geant4_block, verify_design

CELLS = [{"absorber": 30.0, "thickness": 0.2, "repeat": 20}, {"absorber": 60.0, "thickness": 1.2, "repeat": 10}]


def test_the_block_is_two_metres_and_weights_are_steel_over_silicon():
    volumes, read, weights = geant4_block(Sensors.from_cells(CELLS))
    assert sum(thickness for _, thickness in volumes) == pytest.approx(2000.0)
    assert [volumes[i] for i in read] == [("G4_Si", 0.2)] * 20 + [("G4_Si", 1.2)] * 10
    assert weights.tolist() == pytest.approx([150.0] * 20 + [50.0] * 10)
    assert volumes[-1] == ("G4_STAINLESS-STEEL", pytest.approx(2000 - 20 * 30.2 - 10 * 61.2))


def test_absent_sensors_are_not_built():
    plain, padded = (geant4_block(Sensors.from_cells(CELLS, slots)) for slots in (None, 44))
    assert plain[0] == padded[0]
    assert plain[1] == padded[1]


@pytest.mark.skipif(importlib.util.find_spec("geant4_pybind") is None, reason="designopt[geant4] is not installed")
def test_geant4_with_real_sensors_is_near_the_stored_showers(tmp_path):
    problem = hadron_calorimeter()
    result = verify_design(problem, problem.references["uniform"], events=45, cache=Cache(tmp_path))
    for quantity in result.quantities:
        assert abs(quantity.found - quantity.predicted) < 0.1 * quantity.predicted + 3 * quantity.error
    assert result.events == 45
    assert np.all([quantity.predicted < 25 for quantity in result.quantities])
    assert "Geant4 11.4.1" in result.simulation
