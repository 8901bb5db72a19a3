"""The model's even fields against a solution of the section of a magnet (`studies/magnet_section.py`)."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from designopt.detectors.muon_shield.magnets.excitation import VACUUM, ampere_turns
from designopt.detectors.muon_shield.magnets.field import SATURATION
from designopt.detectors.muon_shield.magnets.row import Magnets
from designopt.detectors.muon_shield.reference import best_equal_magnets

SCRIPT = Path(__file__).parents[3] / "studies/magnet_section.py"


@pytest.fixture(scope="module")
def section():
    spec = importlib.util.spec_from_file_location("magnet_section", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_coil_without_iron_obeys_amperes_law(section):
    """Two sheets 0.85 m apart, 4 m high; what they drive returns outside, in the 0.375 m up to where A = 0."""
    magnet = section.quadrant(400.0, 50.0, 50.0, 2000.0, 0.0, True, 50.0)
    air = magnet._replace(steel=np.zeros_like(magnet.steel))
    _, b_y = section.solved(air, 1e5)
    assert abs(b_y[:8, 0].mean()) == pytest.approx(VACUUM * 1e5 / 2.0 * 0.375 / 0.8, rel=0.01)


def test_the_ampere_turns_of_the_model_drive_its_field_into_all_three_legs(section):
    magnets = Magnets.from_table(best_equal_magnets())
    half, current = magnets.section(0.5), float(ampere_turns(magnets, SATURATION)[1])
    sizes = {name: float(getattr(half, name)[1]) for name in ("core", "window", "yoke", "height", "top")}
    b_x, b_y = section.solved(section.quadrant(**sizes, positive=True, step=50.0), current / 2)
    core, window = round(sizes["core"] / 50), round(sizes["window"] / 50)
    outer, height = core + window + round(sizes["yoke"] / 50), round(sizes["height"] / 50)
    assert abs(b_y[:core, 0].mean()) == pytest.approx(1.9, rel=0.06)
    assert abs(b_y[core + window : outer, 0].mean()) == pytest.approx(1.9, rel=0.06)
    assert abs(b_x[core, height : height + core].mean()) == pytest.approx(1.9, rel=0.06)
