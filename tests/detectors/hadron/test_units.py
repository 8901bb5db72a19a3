"""A hadron stack that was written in metres is told apart from one that somebody means."""

import pytest

from designopt.detectors.hadron.evaluate import _read, _warnings
from designopt.detectors.hadron.simulation.plausible import unit_notes


def test_a_stack_in_metres_is_noted():
    sensors, _ = _read({"sensors": [{"absorber": 0.02, "thickness": 0.0003, "repeat": 40}]})
    told = " ".join(_warnings(sensors, [], "held-out"))
    assert "The layout is 0.812 mm deep" in told
    assert "A sensor is 0.0003 mm thick: that looks like metres" in told


@pytest.mark.parametrize(("depth", "sizes", "notes"), [(900.0, [0.2, 3.0], 0), (99.0, [0.2], 1), (900.0, [0.0002], 1)])
def test_notes_of_depths_and_sizes(depth, sizes, notes):
    assert len(unit_notes(depth, sizes)) == notes
