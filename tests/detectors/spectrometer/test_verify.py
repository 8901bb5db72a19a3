"""`designopt verify` finds of a spectrometer what its covariance predicts."""

import numpy as np
import pytest

from designopt.detectors.spectrometer.problem import spectrometer_layout
from designopt.detectors.spectrometer.verify import verify_design


def test_verify_finds_what_the_model_predicts():
    problem = spectrometer_layout(pointing_weight=0.1)
    result = verify_design(problem, problem.references["SHiP"], events=3 * 20_000)
    assert result.events == 60_000
    assert [measured.quantity for measured in result.quantities][:2] == [
        "sigma(p)/p at 5 GeV (%)",
        "vertex at 5 GeV (um)",
    ]
    for measured in result.quantities:
        assert measured.error == pytest.approx(measured.found / np.sqrt(40_000), rel=0.01)
        assert measured.found == pytest.approx(measured.predicted, rel=0.025)
    alone = verify_design(spectrometer_layout(), problem.references["SHiP"], events=3000)
    assert len(alone.quantities) == 3
