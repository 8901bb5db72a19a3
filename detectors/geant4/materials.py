"""The project's materials in Geant4's words: names of its NIST table, or density and mass fractions."""

from typing import Any

from designopt.detectors.compositions import FORMULAS, TABULATED
from designopt.detectors.materials import index_of, material

# Names of the table of the US National Institute of Standards, as Geant4 spells them.
TABLE = {
    **{name: f"G4_{name}" for name in ("W", "Pb", "Fe", "Cu", "U", "Al", "Ti", "Ni", "Zn", "Sn", "Ta", "Au", "Be")},
    **{name: f"G4_{name}" for name in ("Si", "Ge", "PbWO4", "BGO", "Ar")},
    "SS": "G4_STAINLESS-STEEL", "brass": "G4_BRASS", "C": "G4_GRAPHITE", "GaAs": "G4_GALLIUM_ARSENIDE",
    "PS": "G4_POLYSTYRENE", "PVT": "G4_PLASTIC_SC_VINYLTOLUENE", "PMMA": "G4_PLEXIGLASS", "PE": "G4_POLYETHYLENE",
    "LAr": "G4_lAr", "LKr": "G4_lKr", "LXe": "G4_lXe", "CsI": "G4_CESIUM_IODIDE", "NaI": "G4_SODIUM_IODIDE",
    "BaF2": "G4_BARIUM_FLUORIDE", "lead glass": "G4_GLASS_LEAD", "SiO2": "G4_SILICON_DIOXIDE", "Kapton": "G4_KAPTON",
    "H2O": "G4_WATER", "air": "G4_AIR", "vacuum": "G4_Galactic",
}  # fmt: skip
_OWN = {name: made for name, made in {**TABULATED, **FORMULAS}.items() if name not in TABLE}


def geant4_name(name: str) -> str:
    """What Geant4 calls a material of the project. Raises ValueError for one whose composition is not known."""
    own = material(name).name
    if own not in TABLE and own not in _OWN:
        raise ValueError(f"The composition of '{own}' is not known well enough for Geant4. Choose another material.")
    return TABLE.get(own, own)


def recipes(names: set[str]) -> dict[str, dict[str, Any]]:
    """Density (g/cm3) and mass fractions of those materials that Geant4's own table lacks."""
    own = sorted({material(name).name for name in names}, key=index_of)
    return {name: {"density": material(name).density, "fractions": _OWN[name]} for name in own if name in _OWN}
