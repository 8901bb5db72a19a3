"""What verification does without Geant4: volumes of a built design, spreads with their errors, profiles."""

import numpy as np
import pytest

from designopt.detectors.calorimeter.layers import Layers
from designopt.detectors.calorimeter.verify import geant4_layers, profile_distance
from designopt.detectors.geant4.materials import TABLE, geant4_name, recipes
from designopt.detectors.geant4.spread import relative_spread

CELLS = [
    {"absorber": "W", "absorber_thickness": 2.0, "active": "Si", "active_thickness": 0.5},
    {
        "absorber": [{"material": "Pb", "thickness": 3.0}, {"material": "G10", "thickness": 1.0}],
        "active": "PS",
        "active_thickness": 4.0,
    },
    {"absorber": None, "active": "PbWO4", "active_thickness": 20.0},
]


def test_volumes_follow_the_beam_and_the_read_ones_are_the_active_parts():
    volumes, read = geant4_layers(Layers.from_cells(CELLS))
    assert [name for name, _ in volumes] == ["G4_W", "G4_Si", "G4_Pb", "G10", "G4_POLYSTYRENE", "G4_PbWO4"]
    assert [thickness for _, thickness in volumes] == [2.0, 0.5, 3.0, 1.0, 4.0, 20.0]
    assert read == [1, 4, 5]


def test_absent_layers_are_invisible():
    assert geant4_layers(Layers.from_cells(CELLS, slots=9)) == geant4_layers(Layers.from_cells(CELLS))


@pytest.mark.parametrize("kind", ["gauss", "heavy"])
def test_the_error_of_a_spread_is_its_scatter(kind):
    """Law: over many samples the quoted error is the scatter of the spread, for Gaussian and heavy tails alike."""
    random = np.random.default_rng(1)
    noise = random.normal(size=(2000, 300)) if kind == "gauss" else random.exponential(size=(2000, 300))
    found = np.array([relative_spread(20 + sample) for sample in noise])
    assert found[:, 1].mean() == pytest.approx(found[:, 0].std(), rel=0.15)
    truth = 1 / (20 if kind == "gauss" else 21)
    assert found[:, 0].mean() == pytest.approx(truth, rel=0.02)


def test_profiles_are_compared_by_shape():
    shape = np.array([1.0, 4.0, 2.0])
    assert profile_distance(shape, 7 * shape) == pytest.approx(0.0, abs=1e-12)
    assert profile_distance(shape, shape[::-1]) == pytest.approx(np.sqrt(2 / 3) / 4)


def test_every_recipe_adds_up_and_unknown_compositions_are_refused():
    mixtures = recipes({"G10", "PbF2", "LYSO", "BSO", "WC", "W-alloy", "diamond", "epoxy", "W"})
    assert len(mixtures) == 8
    for recipe in mixtures.values():
        assert sum(recipe["fractions"].values()) == pytest.approx(1.0, abs=2e-3)
    assert geant4_name("tungsten") == TABLE["W"] == "G4_W"
    with pytest.raises(ValueError, match="composition of 'SF57'"):
        geant4_name("SF57")
