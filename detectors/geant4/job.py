"""What is to be simulated: a geometry, a beam, a physics list and a seed, with a key that tells it from every other."""

import hashlib
import importlib.metadata
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from designopt.detectors.geant4.tables import has_data, has_tables

BINDINGS = "0.1.3"
RECIPE = 1  # raised when the child simulates the same job differently
LISTS = {
    "FTFP_BERT": "FTFP_BERT with Geant4's data sets",
    "electromagnetic": "electromagnetic processes without data files, Seltzer-Berger bremsstrahlung",
    "electromagnetic,relativistic": "electromagnetic processes without data files, relativistic bremsstrahlung model",
    "hadronic": "FTFP and Bertini without data files (no neutron capture), Seltzer-Berger bremsstrahlung",
    "hadronic,relativistic": "FTFP and Bertini without data files (no neutron capture), relativistic bremsstrahlung",
}


def best_list(hadrons: bool) -> str:
    """The list this machine can run: the stock one where the data sets are installed, a data-free one otherwise."""
    if has_data():
        return "FTFP_BERT"
    return ("hadronic" if hadrons else "electromagnetic") + ("" if has_tables() else ",relativistic")


def bindings_version() -> str:
    """Version of the installed bindings; the pinned one where there are none, so that a cache can still be read."""
    try:
        return importlib.metadata.version("geant4_pybind")
    except importlib.metadata.PackageNotFoundError:
        return BINDINGS


@dataclass(frozen=True)
class Job:
    """One geometry with one beam.

    Attributes:
        geometry: JSON values; `kind` is "stack" (`layers` of [material, mm], `half_width` in mm, own `materials`) or
            "shield" (see `shield.py`).
        beam: JSON values; for a stack `particle` and `energy`, two limits in GeV between which it is uniform.
        physics: name in `LISTS`.
        cut: production range cut in mm.
        seed: of the whole job; each event derives its own from it.
    """

    geometry: Mapping[str, Any]
    beam: Mapping[str, Any]
    physics: str
    cut: float
    seed: int

    def settings(self) -> dict[str, Any]:
        """Everything that decides what an event looks like, as JSON values."""
        return {
            "geometry": dict(self.geometry),
            "beam": dict(self.beam),
            "physics": self.physics,
            "cut": self.cut,
            "seed": self.seed,
            "bindings": bindings_version(),
            "recipe": RECIPE,
        }

    @property
    def key(self) -> str:
        """Fingerprint of the settings."""
        return hashlib.sha256(json.dumps(self.settings(), sort_keys=True).encode()).hexdigest()[:32]


def stack_job(
    layers: list[tuple[str, float]],
    energy: float | tuple[float, float],
    particle: str = "e-",
    seed: int = 1,
    cut: float = 0.7,
    half_width: float = 300.0,
    materials: Mapping[str, Any] | None = None,
    hadrons: bool = False,
    birks: Mapping[str, float] | None = None,
) -> Job:
    """A beam on a stack of layers: Geant4 material names and mm from the front, energies in GeV.

    `birks` names materials whose light is counted instead of their energy, with Birks' constant in mm/MeV (slow: each
    step in them is a call of Python). Raises ValueError for a stack or a beam that cannot be.
    """
    low, high = (energy, energy) if isinstance(energy, (int, float)) else energy
    if not layers or any(not thickness > 0 for _, thickness in layers):
        raise ValueError(f"A stack needs layers of positive thickness in mm, but {layers[:5]} was given.")
    if not 0 < low <= high:
        raise ValueError(f"The beam has {low:g} to {high:g} GeV. Give positive energies, the lower first.")
    geometry: dict[str, Any] = {
        "kind": "stack",
        "layers": [[name, float(thickness)] for name, thickness in layers],
        "half_width": float(half_width),
        "materials": dict(materials or {}),
        **({"birks": dict(birks)} if birks else {}),
    }
    beam = {"particle": particle, "energy": [float(low), float(high)]}
    return Job(geometry, beam, best_list(hadrons), float(cut), int(seed))


def layers_of(text: str) -> list[tuple[str, float]]:
    """Layers of a stack such as `W:2.5,Si:0.3*20;Pb:3,Si:0.5*10`: material:mm in beam order, group*repeat.

    Names are those of Geant4's table without `G4_`. Raises ValueError for anything else.
    """
    layers: list[tuple[str, float]] = []
    try:
        for group in text.split(";"):
            cell, _, repeat = group.partition("*")
            parts = [part.split(":") for part in cell.split(",")]
            layers += [(f"G4_{name}", float(thickness)) for name, thickness in parts] * int(repeat or 1)
    except ValueError as wrong:
        raise ValueError(f"The stack {text!r} cannot be read ({wrong}). Write it as 'W:2.5,Si:0.3*20'.") from None
    return layers
