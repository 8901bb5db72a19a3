"""A stack is read as a user writes it, and what is wrong with it is said in a sentence."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from designopt.detectors import materials
from designopt.detectors.calorimeter.layers import Layers
from designopt.detectors.calorimeter.shower.medium import ratio

CELL = {"absorber": "Pb", "absorber_thickness": 2.0, "active": "PS", "active_thickness": 4.0, "pitch": 60.0}


def test_a_stack_keeps_its_millimetres() -> None:
    layers = Layers.from_cells([CELL, CELL], slots=3)
    assert layers.absorber[:, materials.index_of("lead")].tolist() == [2, 2, 0]
    assert layers.active[:, materials.index_of("polystyrene")].tolist() == [4, 4, 0]
    assert layers.present.tolist() == [1, 1, 0]


@pytest.mark.parametrize(
    ("written", "name"),
    [("CsI:Tl", "CsI"), ("pure CsI", "CsI"), ("NaI(Tl)", "NaI"), ("PWO-II", "PbWO4"), ("LYSO:Ce", "LYSO"),
     ("F101", "TF1"), ("Bi4Ge3O12", "BGO"), ("BC-408", "PVT"), ("polystyrene scintillator", "PS"),
     ("W-Ni-Fe", "W-alloy"), ("tungsten alloy", "W-alloy"), ("SS316", "SS"), ("liquid xenon", "LXe"),
     ("depleted uranium", "U")],
)  # fmt: skip
def test_materials_have_the_names_that_papers_give_them(written: str, name: str) -> None:
    assert materials.material(written).name == name


def test_a_compound_absorber_adds_up_and_null_is_homogeneous() -> None:
    parts = [
        {"material": "Fe", "thickness": 0.2},
        {"material": "Pb", "thickness": 1.5},
        {"material": "steel", "thickness": 0.2},
    ]
    layers = Layers.from_cells(
        [{**CELL, "absorber": parts}, {"absorber": None, "active": "PbWO4", "active_thickness": 230}]
    )
    assert layers.absorber[0, materials.index_of("Fe")] == pytest.approx(0.4)
    assert float(layers.absorber[1].sum()) == 0


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ([], "at least 1 layer"),
        ([{**CELL, "absorber": "Tungstn"}], "Did you mean 'W'"),
        ([{**CELL, "absorber_thickness": -1.0}], "is -1, but it has to be between 0 and"),
        ([{**CELL, "active_thickness": float("nan")}], "is nan, but it has to be between 0 and"),
        ([{**CELL, "active_thickness": float("inf")}], "is inf, but it has to be between 0 and"),
        ([{**CELL, "active": None}], "Layer 1 has no 'active'. Give the name of a material"),
        ([{**CELL, "active_thickness": 0}], "nothing is seen"),
        ([{**CELL, "pitch": 0}], "Layer 1: pitch is 0, .* A cell needs a side"),
        ([{**CELL, "thikness": 0}], "unknown key"),
        ([{**CELL, "absorber": None}], "name its material"),
        (["Pb"], "Layer 1 has to be an object"),
    ],
)
def test_a_wrong_stack_is_refused_in_a_sentence(cells: list, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Layers.from_cells(cells)


def test_geant4_names_are_understood() -> None:
    assert materials.material("G4_PLASTIC_SC_VINYLTOLUENE").name == "PVT"
    assert materials.material("lAr").name == "LAr"


def test_every_material_is_physical() -> None:
    assert len(set(materials.NAMES)) == len(materials.NAMES)
    for m in materials.MATERIALS:
        assert min(m.charge, m.density, m.radiation_length, m.critical_energy, m.ionisation, m.interaction_length) > 0
    solid = [m for m in materials.MATERIALS if m.density > 0.5 and m.charge > 4.5]
    rossi = np.array([m.critical_energy * 1e3 * (m.charge + 1.24) / 610 for m in solid])
    assert np.all(np.abs(rossi - 1) < 0.25)  # 610 MeV/(Z + 1.24), for the mass-weighted Z of a compound too


def test_repeat_stands_for_equal_layers() -> None:
    cell = {"absorber": "W", "absorber_thickness": 2.0, "active": "Si", "active_thickness": 0.5}
    for one, other in zip(
        jax.tree.leaves(Layers.from_cells([cell | {"repeat": 3}, cell])),
        jax.tree.leaves(Layers.from_cells([cell] * 4)),
        strict=True,
    ):
        np.testing.assert_array_equal(one, other)
    for wrong in (0, -1, 2.5, True, "3"):
        with pytest.raises(ValueError, match="repeat is"):
            Layers.from_cells([cell | {"repeat": wrong}])


@pytest.mark.parametrize("gate", [0.0, 2.7e-162, 5e-324])
def test_what_a_hardened_gate_leaves_of_a_layer_has_no_slope(gate: float) -> None:
    """Its square, which the slope of a quotient divides by, is no number: 3 g / g at sharpness 64."""
    value, slope = jax.value_and_grad(lambda g: ratio(3.0 * g, g))(jnp.asarray(gate))
    assert (float(value), float(slope)) == (0.0, 0.0)
    assert float(ratio(jnp.asarray(3e-60), jnp.asarray(1e-60))) == pytest.approx(3.0)
