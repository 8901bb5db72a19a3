"""Reference designs: calorimeters that people built, as they are and as they fit into the problem's slots."""

from collections.abc import Mapping, Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np

from designopt.design.space import Design, DesignSpace
from designopt.design.variables import Categorical
from designopt.detectors.calorimeter.detector import THICKNESS_OF
from designopt.detectors.materials import index_of, material

Cells = list[dict[str, Any]]
UNIFORM_DEPTH = 24.0  # X0 of absorber in the uniform stack: what the CALICE prototype has


def calice_siw(board: float = 2.1) -> Cells:
    """CALICE Si-W ECAL prototype: 10 x 1.4, 10 x 2.8, 10 x 4.2 mm W, 0.525 mm Si, 10 mm pads; arXiv 0811.2354.

    `board` is the thickness in mm of the printed-circuit board with its glue in each layer (recalled).
    """
    parts = [[{"material": "W", "thickness": d}] for d in [1.4] * 10 + [2.8] * 10 + [4.2] * 10]
    boards = [{"material": "G10", "thickness": board}] if board else []
    return [{"absorber": part + boards, "active": "Si", "active_thickness": 0.525, "pitch": 10.0} for part in parts]


def lhcb_shashlik() -> Cells:
    """LHCb electromagnetic calorimeter, inner cells: 66 x (2 mm Pb, 4 mm scintillator), 40 mm; LHCb-TDR-002.

    Read out here layer by layer; the real one sums its fibres along the depth.
    """
    return [_cell("Pb", 2.0, "scintillator", 4.0, 40.0)] * 66


def uniform(layers: int, absorber: str = "W", active: str = "Si", pitch: float = 10.0) -> Cells:
    """Equal layers with as many radiation lengths as the CALICE prototype: tungsten and silicon cost the same."""
    thickness = UNIFORM_DEPTH * material(absorber).radiation_length / layers
    return [_cell(absorber, thickness, active, {"Si": 0.525, "scintillator": 3.0}[active], pitch)] * layers


def references(space: DesignSpace, absorbers: Sequence[str], actives: Sequence[str]) -> dict[str, Design]:
    """The reference designs that the slots and the materials of a problem allow.

    With fewer slots than layers the absorber is cut into fewer plates of the same total, none thicker than the problem
    allows. The shashlik keeps its lead and its sensors in 40 cells instead of 66.
    """
    slots = space["present"].count or 1
    number = min(30, slots)
    found = {"uniform": uniform(number, absorbers[0], actives[0])}
    if "W" in absorbers and "Si" in actives:
        third = np.array_split(np.arange(number), 3)
        plates = np.concatenate([np.full(len(part), d) for part, d in zip(third, (1.4, 2.8, 4.2), strict=True)])
        plates *= 84.0 / plates.sum()
        found["CALICE Si-W"] = [_cell("W", d, "Si", 0.525, 10.0) for d in plates.tolist()]
    if "Pb" in absorbers and "scintillator" in actives:
        number = min(40, slots)
        found["shashlik"] = [_cell("Pb", 132.0 / number, "scintillator", 4.0, 40.0)] * number
    return {name: design_of(cells, space, absorbers, actives) for name, cells in found.items()}


def design_of(
    cells: Sequence[Mapping[str, Any]], space: DesignSpace, absorbers: Sequence[str], actives: Sequence[str]
) -> Design:
    """A stack of simple layers (one absorber each) as a design; absent slots repeat the last layer's sizes."""
    slots = space["present"].count or 1
    thickest = float(space["absorber_thickness"].decode(jnp.asarray(1.0)))
    filled = [*cells, *[cells[-1]] * (slots - len(cells))]
    design: dict[str, Any] = {
        "absorber_thickness": np.asarray([min(float(cell["absorber_thickness"]), thickest) for cell in filled]),
        "pitch": np.asarray([float(cell["pitch"]) for cell in filled]),
        "present": (np.arange(slots) < len(cells)).astype(float),
    }
    for name in actives:
        own = [float(cell["active_thickness"]) for cell in cells if index_of(cell["active"]) == index_of(name)]
        middle = float(space[THICKNESS_OF[name]].decode(jnp.asarray(0.5)))
        same = [index_of(cell["active"]) == index_of(name) for cell in filled]
        sizes = [
            float(cell["active_thickness"]) if s else (own or [middle])[0] for cell, s in zip(filled, same, strict=True)
        ]
        design[THICKNESS_OF[name]] = np.asarray(sizes)
    for name, choices in (("absorber", absorbers), ("active", actives)):
        if name in space.slices and isinstance(space[name], Categorical):
            known = [index_of(choice) for choice in choices]
            design[name] = np.eye(len(choices))[[known.index(index_of(cell[name])) for cell in filled]]
    return {name: jnp.asarray(values) for name, values in design.items()}


def _cell(absorber: str, thickness: float, active: str, active_thickness: float, pitch: float) -> dict[str, Any]:
    return {
        "absorber": absorber,
        "absorber_thickness": thickness,
        "active": active,
        "active_thickness": active_thickness,
        "pitch": pitch,
    }
