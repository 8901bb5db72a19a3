"""A calorimeter in space: plates, boards and sensors as squares along the beam; and a design as JSON."""

from collections.abc import Iterator, Mapping
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.design.space import Design
from designopt.detectors.calorimeter.layers import KEYS, Layers
from designopt.detectors.calorimeter.review.boards import DEAD, MIX, SKIN, bare_lead, behind, with_boards
from designopt.detectors.calorimeter.review.stacks import cells_of, stack_of_design
from designopt.detectors.compositions import substance
from designopt.detectors.layer_input import entries, length, plates
from designopt.detectors.materials import DENSITY, NAMES, material
from designopt.geometry import Geometry, Slab, stacked
from designopt.units import mm

HEADINGS = {
    "energies": "GeV",
    "absorber": "",
    "absorber_thickness": "mm",
    "active_thickness": "mm",
    "pitch": "mm",
    "constant_term": "relative",
    "miscalibration": "relative",
    "noise": "factor",
    "light": "factor",
}
NOTES = (
    "Layers are whole squares, one behind the other without gaps but those that are listed as air: no frames, no "
    "cables, no cooling pipes.",
    "Cells are not cut: the pitch of a layer (mm) is a word on the volume of its sensor.",
    "No field: a calorimeter of this problem stands in none, and GDML holds no fields.",
)


def written_stack(
    design: Design, absorbers: tuple[str, ...], actives: tuple[str, ...], energies: tuple[float, ...], **more: Any
) -> dict[str, Any]:
    """A built design in the words of `designopt evaluate`, lengths in mm, energies in GeV."""
    return {"layers": cells_of(stack_of_design(design, absorbers, actives)), "energies": list(energies), **more}


def stack_geometry(
    written: Mapping[str, Any], area: float, board: float = 0.0, dead: float = 0.0, cladding: float = 0.0
) -> Geometry:
    """The stack of a written design, each layer a square of `area` (mm2), its front at z = 0.

    `board` (mm) of every layer, `dead` radiation lengths in front of the first and `cladding` (mm of steel on each side
    of bare lead), as the problem has them. Raises ValueError for what is no stack, and for layers that are there in
    part.
    """
    layers = Layers.from_cells(written.get("layers"))
    cells, _ = entries(written.get("layers"), KEYS, "layer")
    slabs: list[Slab] = []
    bare = np.asarray(bare_lead(layers))
    if dead:
        slabs.append(Slab("dead_material", substance(DEAD), dead * material(DEAD).radiation_length))
    for number, cell in enumerate(cells, start=1):
        if (there := cell.number("present")) not in (0.0, 1.0):
            raise ValueError(
                f"Layer {number} is there by {there:g}, but a geometry holds whole layers. Give present 1, or 0."
            )
        if there:
            slabs += _layer(number, cell, board, cladding if bare[number - 1] else 0.0)
    whole = behind(with_boards(layers, board, cladding=cladding), dead) if board or dead or cladding else layers
    return Geometry(stacked(slabs, (area**0.5) / mm), NOTES, _bill(whole, area))


def _layer(number: int, cell: Any, board: float, cladding: float) -> Iterator[Slab]:
    absorber = cell.fields.get("absorber")
    if cladding:
        yield Slab(f"layer_{number}_skin_1", substance(SKIN), cladding)
    if isinstance(absorber, str):
        yield Slab(f"layer_{number}_plate", substance(absorber), length(cell, "absorber_thickness"))
    elif absorber is not None:
        for place, (row, thickness) in enumerate(plates(cell), start=1):
            yield Slab(f"layer_{number}_plate_{place}", substance(NAMES[row]), thickness)
    if cladding:
        yield Slab(f"layer_{number}_skin_2", substance(SKIN), cladding)
    for name, share in MIX.items():
        yield Slab(f"layer_{number}_board_{name}", substance(name), share * board)
    marks = {"sensor": "yes", "pitch_mm": repr(length(cell, "pitch", 10.0))}
    yield Slab(f"layer_{number}_sensor", substance(cell.fields["active"]), length(cell, "active_thickness"), marks)


def _bill(layers: Layers, area: float) -> dict[str, float]:
    """Kilograms by material, from the thicknesses that the model's showers meet."""
    thickness: Float[Array, " material"] = jnp.sum(layers.absorber + layers.active, axis=0)
    masses = np.asarray(thickness) * DENSITY * area * 1e-6
    return {name: float(mass) for name, mass in zip(NAMES, masses, strict=True) if mass > 0}
