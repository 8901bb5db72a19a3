"""Noise and light of a cell by its size: constants confirmed, laws, and what the first version did stays."""

import jax.numpy as jnp
import numpy as np
import pytest

from designopt.detectors.calorimeter.layers import Layers
from designopt.detectors.calorimeter.response.front_end import (
    PAIR,
    PERMITTIVITY,
    FrontEnd,
    cell_noise,
    cell_variance,
    most_probable_loss,
    pad_capacitance,
    pad_noise,
    photo_electrons,
    tile_loss,
)
from designopt.detectors.calorimeter.review.limits import layers_signal_to_noise, signal_to_noise
from designopt.detectors.materials import NAMES
from designopt.units import MeV, cm

BOARDS = FrontEnd()
SILICON = {"absorber": "W", "absorber_thickness": 2.0, "active": "Si", "active_thickness": 0.5, "pitch": 10.0}
TILE = {"absorber": "W", "absorber_thickness": 2.0, "active": "PS", "active_thickness": 3.0, "pitch": 30.0}


def test_the_capacitance_of_a_pad_is_that_of_a_plate_capacitor():
    permittivity = 11.7 * 8.854e-14 * 1e12  # pF/cm
    assert pytest.approx(permittivity, rel=0.01) == PERMITTIVITY * cm
    assert float(pad_capacitance(0.5, 10.0)) == pytest.approx(20.8)  # 1 cm2, 0.05 cm
    assert float(pad_noise(0.5, 10.0, stray=0.0)) == pytest.approx(np.hypot(1000, 45 * 20.8))
    assert float(pad_noise(0.5, 10.0, stray=10.0)) == pytest.approx(np.hypot(1000, 45 * 30.8))


@pytest.mark.parametrize(("thickness", "pairs"), [(0.2, 75.3), (0.3, 77.6), (0.5, 80.0), (0.75, 82.3)])
def test_a_mip_leaves_the_pairs_that_are_measured(thickness, pairs):
    found = float(most_probable_loss(thickness, "Si")) / PAIR / (1000 * thickness)
    assert found == pytest.approx(pairs, abs=0.5)
    assert 73 < found < 83


def test_large_thin_pads_drown_and_small_thick_ones_do_not():
    """The limit of ten: 5 mm pads of 0.3 mm pass, thin sensors with large pads fail."""

    def ratio(size, pitch):
        return float(signal_to_noise(jnp.asarray(size), jnp.asarray(pitch), "Si", BOARDS))

    assert ratio(0.525, 10.0) > 20
    assert ratio(0.3, 5.0) > 10
    assert ratio(0.2, 10.0) < 6
    assert ratio(0.5, 20.0) < 10
    assert ratio(0.5, 5.0) > ratio(0.5, 10.0) > ratio(0.3, 10.0)


def test_light_falls_with_the_side_of_a_tile():
    assert float(photo_electrons(3.0, 30.0)) == pytest.approx(15.0, rel=0.01)
    assert float(photo_electrons(3.0, 60.0)) == pytest.approx(7.5, rel=0.01)
    assert float(photo_electrons(5.0, 60.0)) == pytest.approx(12.5, rel=0.01)
    assert float(photo_electrons(3.0, 1.0)) < 46  # a dot of plastic gives no light for nothing
    assert float(signal_to_noise(jnp.asarray(3.0), jnp.asarray(60.0), "PS", BOARDS)) < 10


def test_none_takes_the_dependence_away():
    off = FrontEnd(None, None)
    table = np.array([(0.010 * MeV) ** 2 if name == "Si" else (0.05 * MeV) ** 2 * (name == "PS") for name in NAMES])
    layers = Layers.from_cells([SILICON, TILE])
    assert np.sqrt(np.asarray(cell_variance(layers, off, table))) == pytest.approx([0.010 * MeV, 0.05 * MeV])
    assert np.asarray(tile_loss(layers, off)) == pytest.approx([0, 0])
    assert np.asarray(tile_loss(layers, BOARDS))[1] > 0


def test_each_layer_has_the_noise_and_the_ratio_of_its_own_cell():
    layers = Layers.from_cells([SILICON, TILE, SILICON | {"pitch": 20.0}], slots=5)
    noise = np.sqrt(np.asarray(cell_variance(layers, BOARDS, np.zeros(len(NAMES)))))
    alone = [float(cell_noise(0.5, 10.0, "Si", BOARDS)), float(cell_noise(3.0, 30.0, "PS", BOARDS))]
    assert noise[:2] == pytest.approx(alone)
    assert noise[3:] == pytest.approx([0, 0])
    found = layers_signal_to_noise(layers, BOARDS)
    none = float("nan")
    assert np.asarray(found["tile"]) == pytest.approx([none, 15, none, none, none], rel=0.01, nan_ok=True)
    assert found["silicon"][0] > 20 > 10 > found["silicon"][2]
