"""Depletion voltage and linearity of a silicon hadron calorimeter, against closed forms."""

import numpy as np
import pytest

from designopt.detectors.hadron.evaluate import evaluate_design
from designopt.detectors.hadron.limits import HIGHEST_VOLTAGE, depletion_voltage, nonlinearity


def test_a_sensor_is_depleted_at_the_voltage_of_its_doping():
    charge, permittivity, doping = 1.602e-19, 11.9 * 8.854e-14, 1 / (1.602e-19 * 1400 * 5000)
    assert depletion_voltage(0.3) == pytest.approx(charge * doping * 0.03**2 / (2 * permittivity), rel=1e-9)
    assert depletion_voltage(0.3) == pytest.approx(61, abs=1)
    assert depletion_voltage(0.6) == pytest.approx(4 * depletion_voltage(0.3))
    assert depletion_voltage(1.0) < HIGHEST_VOLTAGE < depletion_voltage(1.2)


def test_a_response_that_rises_with_the_logarithm_is_found_with_its_error():
    random = np.random.default_rng(0)
    energy = np.exp(random.uniform(np.log(9), np.log(200), 4000))
    response = 0.85 + 0.02 * np.log(energy / np.sqrt(20 * 175)) + 0.1 * random.standard_normal(4000)
    found = nonlinearity(energy, response)
    assert found.value == pytest.approx(0.02 * np.log(175 / 20) / 2 / 0.85, abs=3 * found.error)
    assert 0.002 < found.error < 0.006
    with pytest.raises(ValueError, match="Take a wider range"):
        nonlinearity(energy, response, 1.0, 2.0)


def test_evaluate_tells_of_voltage_linearity_and_pi_over_e():
    result = evaluate_design({"sensors": [{"absorber": 46, "thickness": 1.2, "repeat": 40}]})
    assert any("976 V" in sentence for sentence in result["warnings"])
    assert 0.8 < result["pi_over_e"] < 0.9
    assert abs(result["pion_nonlinearity"]) < 0.1
    assert result["pion_nonlinearity_error"] > 0
