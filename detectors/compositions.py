"""What the materials of the table consist of: mass fractions of elements, for simulations that need more than X0."""

from functools import lru_cache

from designopt.detectors.materials import MATERIALS, material
from designopt.geometry import Substance
from designopt.geometry.elements import ELEMENTS

FORMULAS: dict[str, dict[str, float]] = {
    "PbF2": {"Pb": 0.8451, "F": 0.1549},
    "LYSO": {"Lu": 0.7145, "Y": 0.0403, "Si": 0.0637, "O": 0.1815},
    "BSO": {"Bi": 0.7517, "Si": 0.0757, "O": 0.1726},
    "WC": {"W": 0.8450, "C": 0.0550, "Co": 0.1000},
    "W-alloy": {"W": 0.9250, "Ni": 0.0500, "Fe": 0.0250},
    "diamond": {"C": 1.0},
    "epoxy": {"C": 0.7403, "H": 0.0932, "O": 0.1665},
    "G10": {"Si": 0.2804, "O": 0.3862, "C": 0.2961, "H": 0.0373},
}
"""From the formulas and the standard atomic weights; G10 as 60 % glass and 40 % epoxy by mass."""

TABULATED: dict[str, dict[str, float]] = {
    "SS": {"Fe": 0.7462, "Cr": 0.1690, "Ni": 0.0848},
    "brass": {"Cu": 0.57515, "Zn": 0.33415, "Pb": 0.09070},
    "GaAs": {"Ga": 0.48203, "As": 0.51797},
    "PbWO4": {"O": 0.140637, "Pb": 0.455366, "W": 0.403998},
    "BGO": {"Bi": 0.671017, "Ge": 0.174865, "O": 0.154118},
    "PS": {"C": 0.922577, "H": 0.077423},
    "PVT": {"C": 0.914709, "H": 0.085291},
    "PMMA": {"C": 0.599841, "H": 0.080542, "O": 0.319617},
    "PE": {"C": 0.856282, "H": 0.143718},
    "CsI": {"Cs": 0.511549, "I": 0.488451},
    "NaI": {"Na": 0.153374, "I": 0.846626},
    "BaF2": {"Ba": 0.783276, "F": 0.216724},
    "lead glass": {"O": 0.156453, "Si": 0.080866, "Ti": 0.008092, "As": 0.002651, "Pb": 0.751938},
    "SiO2": {"Si": 0.467434, "O": 0.532566},
    "Kapton": {"C": 0.691128, "H": 0.026363, "N": 0.073271, "O": 0.209237},
    "H2O": {"H": 0.111898, "O": 0.888102},
    "air": {"C": 0.000124, "N": 0.755268, "O": 0.231781, "Ar": 0.012827},
}
"""As Geant4's table of NIST materials has them (Geant4 11.4.1), of which `detectors.geant4` takes the same ones."""

_ELEMENTAL = {"LAr": "Ar", "LKr": "Kr", "LXe": "Xe", "C": "C", "vacuum": "H"}


@lru_cache(maxsize=256)
def substance(name: str) -> Substance:
    """A material of the project with its density and composition, by name or alias.

    Raises ValueError for a name that is not in the table, and for a glass whose composition is not published here.
    """
    own = material(name)
    fractions = FORMULAS.get(own.name) or TABULATED.get(own.name)
    symbol = _ELEMENTAL.get(own.name, own.name)
    if fractions is None and symbol in ELEMENTS:
        fractions = {symbol: 1.0}
    if fractions is None:
        raise ValueError(
            f"The composition of '{own.name}' is not known here, so it has no place in a geometry. Choose another "
            f"material: {', '.join(one.name for one in MATERIALS if _known(one.name))}."
        )
    return Substance(own.name, own.density, fractions)


def _known(name: str) -> bool:
    return name in FORMULAS or name in TABULATED or _ELEMENTAL.get(name, name) in ELEMENTS
