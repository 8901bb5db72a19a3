"""The constant term of plates that are not as thick as drawn: the formula against plates thrown at random."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from designopt.detectors.calorimeter.layers import Layers
from designopt.detectors.calorimeter.response.tolerance import plate_error
from designopt.detectors.calorimeter.review.boards import with_boards
from designopt.detectors.calorimeter.shower.longitudinal import longitudinal
from designopt.detectors.materials import index_of

TUNGSTEN = {"absorber": "W", "absorber_thickness": 2.8, "active": "Si", "active_thickness": 0.5, "pitch": 10.0}
LEAD = {"absorber": "Pb", "absorber_thickness": 5.0, "active": "PS", "active_thickness": 4.0, "pitch": 30.0}
TOLERANCE, PLATES, ENERGIES = 0.1, 200, jnp.asarray([20.0])
STACKS = [with_boards(Layers.from_cells([cell] * 24), 3.0) for cell in (TUNGSTEN, LEAD)]
seen = jax.jit(lambda layers: longitudinal(layers, ENERGIES).layer_energy[0])


@pytest.mark.parametrize("layers", STACKS, ids=["W-Si", "Pb-scintillator"])
def test_random_plates_spread_the_energy_as_the_formula_says(layers):
    """Weights from the drawing, showers in plates of 0.1 mm rms; the energy's spread over detectors."""
    drawn = seen(layers)
    weight = jnp.ones_like(drawn)  # equal layers: the plain sum
    row = int(np.argmax(np.asarray(layers.plate[0])))
    assert row in (index_of("W"), index_of("Pb"))
    off = TOLERANCE * np.random.default_rng(1).standard_normal((PLATES, 24))
    built = [dataclasses.replace(layers, absorber=layers.absorber.at[:, row].add(d)) for d in off]
    estimates = np.array([float(weight @ seen(one)) for one in built]) / float(weight @ drawn)
    formula = float(jnp.sqrt(jnp.sum((weight * drawn * plate_error(layers, TOLERANCE)) ** 2)) / (weight @ drawn))
    assert estimates.std() == pytest.approx(formula, rel=0.2)  # 200 detectors know the spread to 5 %


def test_boards_are_no_plates_and_thin_plates_are_worse():
    plates = [Layers.from_cells([TUNGSTEN | {"absorber_thickness": d}] * 4) for d in (1.0, 2.0)]
    thin, thick = (float(plate_error(one, TOLERANCE)[0]) for one in plates)
    assert thin == pytest.approx(2 * thick, rel=0.02)
    assert thin == pytest.approx(0.1 / (1.0 + 0.5 / 93.7 * 3.504), rel=1e-6)
    dressed = with_boards(plates[0], 3.0)
    assert 0.8 * thin < float(plate_error(dressed, TOLERANCE)[0]) < thin  # the same plate in a deeper cell
    assert np.asarray(plate_error(Layers.from_cells([TUNGSTEN], slots=3), TOLERANCE))[1:] == pytest.approx([0, 0])
