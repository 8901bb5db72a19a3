"""Hadron calorimeters that were published: contained pions are as test beams have them, and leakage is said."""

import numpy as np
import pytest

from designopt.detectors.hadron.evaluate_v2 import evaluate_design


def tiles(steel: float, count: int, energies: list[float]) -> dict:
    sensors = [{"absorber": steel, "sensor": "tile", "thickness": 3.0, "repeat": count}]
    return evaluate_design({"sensors": sensors, "energies": energies})


def test_pions_of_the_calice_ahcal():
    """arXiv 1207.4210: 58 %/sqrt(E) (+) 1.6 % in 38 layers of 20 mm; early showers with a tail catcher behind."""
    energies = [20.0, 50.0, 80.0]
    found = tiles(20.0, 38, energies)
    published = np.hypot(0.58 / np.sqrt(energies), 0.016)
    assert found["resolution_contained"] == pytest.approx(published, rel=0.2)
    assert min(found["resolution"]) > 1.5 * max(found["resolution_contained"])
    assert any("behind the last sensor" in note and "resolution_contained" in note for note in found["warnings"])


def test_pions_of_cdhs():
    """58 %/sqrt(E) in 25 mm of iron (H. Abramowicz et al., NIM 180 (1981) 429; recalled), deep enough for all."""
    energies = [20.0, 50.0, 100.0]
    found = tiles(25.0, 60, energies)
    assert found["resolution_contained"] == pytest.approx(0.58 / np.sqrt(energies), rel=0.25)
    assert min(found["contained_share"]) > 0.95
    assert not any("behind the last sensor" in note for note in found["warnings"])


def test_few_contained_pions_have_no_resolution_of_their_own():
    found = tiles(10.0, 10, [50.0, 150.0])
    assert found["resolution_contained"] == [None, None]
    assert max(found["contained_share"]) < 0.1
