"""The materials a calorimeter is made of, as one table whose columns become arrays.

Sources, column `source`: "PDG" Particle Data Group, atomic and nuclear properties of materials (recalled; the
elements agree with the table of docs/physics/calorimeter.md), "PDG, mixture" mass-weighted from PDG elements,
"data sheet" a vendor's or experiment's number, "estimate" good to 10 %.
Accuracy: elements 1 %, compounds 3 %, estimates 10 %.
"""

import difflib
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np

import designopt.design  # noqa: F401  # gives JAX 64 bits
from designopt.units import MeV, cm, mm
from designopt.written import shown

SCALE_ENERGY = 21.2052 * MeV  # multiple-scattering energy: Moliere radius = X0 * SCALE_ENERGY / Ec (PDG)


@dataclass(frozen=True)
class Material:
    """One substance. Lengths in mm, energies in GeV, density in g/cm3, `ionisation` in GeV/mm."""

    name: str
    charge: float  # effective Z: weighted with the mass of the elements
    density: float
    radiation_length: float
    critical_energy: float  # of electrons, Rossi's definition
    interaction_length: float  # nuclear
    ionisation: float  # energy loss of a minimum-ionising particle
    source: str
    aliases: tuple[str, ...] = ()

    @property
    def moliere_radius(self) -> float:
        """Radius that holds about 90 % of a shower: X0 * 21.2052 MeV / Ec, in mm. PDG."""
        return self.radiation_length * SCALE_ENERGY / self.critical_energy


# name, Z, g/cm3, X0 mm, Ec MeV, nuclear interaction length mm, minimum dE/dx MeV/cm, source, aliases
_ROWS: tuple[tuple[Any, ...], ...] = (
    ("W", 74, 19.30, 3.504, 7.97, 99.5, 22.10, "PDG", ("tungsten",)),
    ("Pb", 82, 11.35, 5.612, 7.43, 175.9, 12.74, "PDG", ("lead",)),
    ("Fe", 26, 7.874, 17.57, 21.68, 167.7, 11.43, "PDG", ("iron", "steel", "carbon steel")),
    ("Cu", 29, 8.960, 14.36, 19.42, 153.2, 12.57, "PDG", ("copper",)),
    ("U", 92, 18.95, 3.166, 6.65, 110.3, 20.48, "PDG", ("uranium", "DU", "depleted uranium")),
    (
        "SS",
        25.8,
        8.02,
        17.42,
        21.5,
        165.9,
        11.65,
        "PDG, mixture",
        ("stainless steel", "stainless", "SS304", "STAINLESS-STEEL", "inox", "steel 304", "SS316", "SS316L"),
    ),
    ("brass", 29.3, 8.53, 14.9, 19.3, 164.2, 11.99, "PDG, mixture", ("CuZn",)),
    (
        "W-alloy",
        70.5,
        17.8,
        3.93,
        8.4,
        108.0,
        20.7,
        "data sheet",
        ("heavy alloy", "tungsten alloy", "heavymet", "densimet", "WNiCu", "WNiFe", "W-Ni-Fe"),
    ),
    ("WC", 64.2, 14.25, 5.34, 9.55, 120.6, 17.2, "PDG, mixture", ("tungsten carbide", "WC-Co")),
    ("Al", 13, 2.699, 88.97, 42.70, 397.0, 4.358, "PDG", ("aluminium", "aluminum")),
    ("Ti", 22, 4.540, 35.60, 26.01, 278.0, 6.706, "PDG", ("titanium",)),
    ("Ni", 28, 8.902, 14.24, 20.05, 150.6, 13.07, "PDG", ("nickel",)),
    ("Zn", 30, 7.133, 17.42, 18.93, 194.2, 10.06, "PDG", ("zinc",)),
    ("Sn", 50, 7.31, 12.06, 11.86, 228.0, 9.23, "PDG", ("tin",)),
    ("Ta", 73, 16.654, 4.094, 8.09, 114.7, 19.14, "PDG", ("tantalum",)),
    ("Au", 79, 19.32, 3.344, 7.53, 101.6, 21.9, "PDG", ("gold",)),
    ("Be", 4, 1.848, 352.8, 113.7, 421.0, 2.947, "PDG", ("beryllium",)),
    ("C", 6, 2.210, 193.2, 81.74, 388.3, 3.850, "PDG", ("carbon", "graphite", "carbon fibre", "CFRP")),
    ("Si", 14, 2.329, 93.7, 40.19, 465.2, 3.876, "PDG", ("silicon",)),
    ("Ge", 32, 5.323, 23.01, 18.16, 264.0, 7.29, "PDG", ("germanium",)),
    ("GaAs", 32, 5.31, 22.96, 18.2, 264.0, 7.36, "PDG", ("gallium arsenide",)),
    ("diamond", 6, 3.52, 121.3, 80.2, 243.8, 6.13, "PDG", ("CVD",)),
    (
        "PS",
        5.7,
        1.06,
        413.1,
        93.1,
        771.0,
        2.052,
        "PDG",
        (
            "polystyrene",
            "scintillator",
            "plastic",
            "Sc",
            "Scint",
            "PLASTIC_SC",
            "plastic scintillator",
            "polystyrene scintillator",
            "SciFi",
        ),
    ),
    (
        "PVT",
        5.6,
        1.032,
        425.4,
        94.1,
        788.0,
        2.019,
        "PDG",
        ("polyvinyltoluene", "vinyltoluene", "PLASTIC_SC_VINYLTOLUENE", "BC408", "BC-408", "BC-404", "EJ200", "EJ-200"),
    ),
    ("LAr", 18, 1.396, 140.0, 32.8, 857.7, 2.105, "PDG", ("liquid argon", "liquid Ar")),
    ("LKr", 36, 2.418, 47.03, 17.03, 639.0, 3.281, "PDG", ("liquid krypton", "liquid Kr")),
    ("LXe", 54, 2.953, 28.72, 11.66, 583.0, 3.707, "PDG", ("liquid xenon", "liquid Xe")),
    ("PbWO4", 68.4, 8.30, 8.903, 9.64, 202.8, 10.20, "PDG", ("lead tungstate", "PWO", "PWO-II")),
    ("PbF2", 77, 7.77, 9.3, 9.0, 210.0, 9.4, "PDG", ("lead fluoride",)),
    ("LYSO", 62, 7.4, 11.4, 11.6, 209.0, 9.6, "data sheet", ("LSO", "LYSO:Ce", "LYSO(Ce)")),
    ("BGO", 62.5, 7.13, 11.18, 10.50, 223.0, 8.918, "PDG", ("bismuth germanate", "Bi4Ge3O12")),
    ("BSO", 64.8, 6.80, 11.5, 10.6, 230.0, 8.5, "data sheet", ("bismuth silicate",)),
    (
        "CsI",
        54,
        4.51,
        18.60,
        11.17,
        380.0,
        5.605,
        "PDG",
        ("CsI(Tl)", "CsI:Tl", "CsI(Na)", "pure CsI", "caesium iodide", "CESIUM_IODIDE"),
    ),
    ("NaI", 46.6, 3.667, 25.88, 13.37, 422.0, 4.785, "PDG", ("NaI(Tl)", "NaI:Tl", "sodium iodide", "SODIUM_IODIDE")),
    ("BaF2", 45.8, 4.893, 20.27, 13.78, 305.0, 6.37, "PDG", ("barium fluoride", "BARIUM_FLUORIDE")),
    ("lead glass", 64.3, 6.22, 12.65, 10.4, 254.0, 7.81, "PDG", ("leadglass", "lead-glass", "GLASS_LEAD")),
    ("SF57", 60.0, 5.51, 15.4, 11.6, 270.0, 7.0, "data sheet", ("SF-57",)),
    ("TF1", 46.0, 3.86, 27.4, 15.0, 340.0, 5.2, "data sheet", ("SF5", "TF-1", "TF1-000", "F101", "TF101")),
    ("G10", 8.8, 1.70, 194.0, 62.8, 531.0, 3.18, "PDG, mixture", ("FR4", "PCB", "FR-4", "G-10")),
    ("SiO2", 10.8, 2.20, 122.9, 50.6, 445.0, 3.737, "PDG", ("quartz", "fused silica", "glass")),
    ("PMMA", 6.2, 1.19, 340.7, 83.0, 695.0, 2.29, "PDG", ("acrylic", "plexiglass", "lucite")),
    ("PE", 5.3, 0.94, 503.0, 101.0, 837.0, 1.95, "PDG", ("polyethylene", "POLYETHYLENE")),
    ("Kapton", 6.3, 1.42, 285.7, 83.0, 590.0, 2.58, "PDG", ("polyimide",)),
    ("epoxy", 6.1, 1.20, 345.0, 84.0, 700.0, 2.3, "estimate", ("glue", "resin", "prepreg")),
    ("H2O", 7.2, 1.0, 360.8, 78.3, 833.0, 1.992, "PDG", ("water", "WATER")),
    ("air", 7.4, 1.205e-3, 303_900.0, 87.9, 747_700.0, 2.187e-3, "PDG", ("AIR", "gap", "gas")),
    ("Ar", 18, 1.662e-3, 117_630.0, 38.0, 720_000.0, 2.525e-3, "PDG", ("argon gas",)),
    ("vacuum", 1, 1e-12, 1e15, 100.0, 1e15, 1e-12, "estimate", ("Galactic", "nothing")),
)


def _material(row: tuple[Any, ...]) -> Material:
    name, charge, density, x0, ec, interaction, ionisation, source, aliases = row
    return Material(
        name, float(charge), density, x0 * mm, ec * MeV, interaction * mm, ionisation * MeV / cm, source, aliases
    )


MATERIALS: tuple[Material, ...] = tuple(_material(row) for row in _ROWS)
NAMES: tuple[str, ...] = tuple(material.name for material in MATERIALS)


def _plain(name: str) -> str:
    return name.lower().removeprefix("g4_").replace("_", " ").replace("-", " ").strip()


_INDEX = {_plain(n): i for i, m in enumerate(MATERIALS) for n in (m.name, *m.aliases)}


def index_of(name: str) -> int:
    """Row of a material on the material axis. Capitals, `_`, `-` and Geant4's `G4_` do not matter.

    Raises ValueError, with the nearest known names, for a name that is not in the table.
    """
    try:
        return _INDEX[_plain(name)]
    except (KeyError, AttributeError):
        near = difflib.get_close_matches(_plain(str(name)), _INDEX, n=3, cutoff=0.5)
        nearest = list(dict.fromkeys(NAMES[_INDEX[n]] for n in near))
        hint = f"Did you mean {' or '.join(repr(n) for n in nearest)}? " if nearest else ""
        raise ValueError(f"No material is called {shown(name)}. {hint}Known: {', '.join(NAMES)}.") from None


def is_listed(name: str) -> bool:
    """Whether the table has a material of this name or alias."""
    return _plain(name) in _INDEX


def material(name: str) -> Material:
    """The record of one material, by name or alias."""
    return MATERIALS[index_of(name)]


def column(field: str) -> jnp.ndarray:
    """One property of every material, along the material axis (float64).

    Args:
        field: its name in `Material`.

    Returns shape (material,), in the unit of the field: mm, GeV or none.
    """
    return jnp.asarray([getattr(m, field) for m in MATERIALS], dtype=np.float64)


CHARGE = np.array([m.charge for m in MATERIALS])
DENSITY = np.array([m.density for m in MATERIALS])
RADIATION_LENGTH = np.array([m.radiation_length for m in MATERIALS])
CRITICAL_ENERGY = np.array([m.critical_energy for m in MATERIALS])
MOLIERE_RADIUS = np.array([m.moliere_radius for m in MATERIALS])
INTERACTION_LENGTH = np.array([m.interaction_length for m in MATERIALS])
IONISATION = np.array([m.ionisation for m in MATERIALS])
