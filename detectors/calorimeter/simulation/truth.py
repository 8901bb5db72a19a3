"""Read what Geant4 says about a stack, to hold the model against: the one format of all truth files."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from designopt.detectors import materials
from designopt.units import GeV, MeV, mm

SENSITIVE = ("Si", "PVT", "PbWO4", "LAr", "BGO", "CsI")


@dataclass(frozen=True)
class Point:
    """Geant4 at one beam energy; energies in GeV, `resolution` is sigma/mean of the plain sum of the active parts."""

    energy: float
    visible: float
    resolution: float
    resolution_error: float
    contained: float
    profile: np.ndarray  # mean energy in the active part of each layer


@dataclass(frozen=True)
class Stack:
    """One simulated stack: cells as `Layers.from_cells` reads them, and a point for each energy."""

    name: str
    beam: str
    cells: list[dict[str, Any]]
    points: tuple[Point, ...]

    @property
    def homogeneous(self) -> bool:
        """Whether the whole stack is sensitive."""
        return all(cell["absorber"] is None for cell in self.cells)


def read_geant4(path: Path) -> list[Stack]:
    """Stacks of a file with the layout of geant4_calorimeter.json."""
    return [
        Stack(
            stack["name"],
            stack.get("beam", "electron"),
            read_cells(stack["layers"]),
            tuple(
                Point(
                    energy=point["energy_gev"] * GeV,
                    visible=point["visible_mean_mev"] * MeV,
                    resolution=point["relative_resolution"],
                    resolution_error=point["relative_resolution_err"],
                    contained=point["contained_fraction"],
                    profile=np.array(point["active_profile_mev"]) * MeV,
                )
                for point in stack["points"]
            ),
        )
        for stack in json.loads(Path(path).read_text())["geometries"]
    ]


def read_cells(text: str) -> list[dict[str, Any]]:
    """Cells of a Geant4 stack such as `W:2.5,Si:0.3*20;Pb:3,Si:0.5*10`: material:mm in beam order, group*repeat."""
    cells: list[dict[str, Any]] = []
    passive: list[dict[str, Any]] = []
    for group in text.split(";"):
        parts, _, repeat = group.partition("*")
        for _ in range(int(repeat or 1)):
            for part in parts.split(","):
                found, length = part.split(":")
                name, thickness = materials.material(found).name, float(length) * mm
                if name in SENSITIVE:
                    cells.append({"absorber": passive or None, "active": name, "active_thickness": thickness})
                    passive = []
                else:
                    passive = [*passive, {"material": name, "thickness": thickness}]
    return cells
