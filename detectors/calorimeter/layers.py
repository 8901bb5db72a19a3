"""A calorimeter as a stack of layers: how much of which material stands in front of, and is, each active part."""

from typing import Any

import equinox as eqx
import jax
import numpy as np
from jaxtyping import Array, Float

from designopt.detectors import materials
from designopt.detectors.calorimeter.description import DEFAULT_PITCH, LAYER
from designopt.detectors.layer_input import entries, length, plates
from designopt.written import Entry

WRAPPING = 0.05  # part of the radiation lengths that may be dead in a homogeneous calorimeter
KEYS = LAYER


class Layers(eqx.Module):
    """Material of every layer in beam order: the absorber first, then the active part behind it.

    `absorber` and `active` are thicknesses in mm along the table of `detectors.materials`, with the presence gate
    already multiplied in; a mixture counts as its share of the thickness. `pitch` is the cell's side in mm and
    `present` counts the layer (0..1). A layer that is absent has no thickness and changes nothing. `homogeneous` says
    which of the two kinds of calorimeter it is: a block that is active (nearly) everywhere, or a sampling one.

    Two fields may say more. `board` is the part of `absorber` that is no plate: boards, cooling, dead material.
    `share` is the weight of each sensor times the gate, so that active / share is how thick that sensor is. Without
    them all of the absorber is plates, and the read-out does not ask how large a cell is.
    """

    absorber: Float[Array, "layer material"]
    active: Float[Array, "layer material"]
    pitch: Float[Array, " layer"]
    present: Float[Array, " layer"]
    homogeneous: bool = eqx.field(static=True, default=False)
    board: Float[Array, "layer material"] | None = None
    share: Float[Array, "layer material"] | None = None

    @property
    def plate(self) -> Float[Array, "layer material"]:
        """The absorber without its boards, in mm."""
        return self.absorber if self.board is None else self.absorber - self.board

    @classmethod
    def from_cells(cls, cells: Any, slots: int | None = None) -> "Layers":
        """Read a stack as a user writes it: one mapping a layer, lengths in mm.

        `absorber` is null (homogeneous), a name with `absorber_thickness`, or a list of
        `{"material": name, "thickness": mm}`; `active` is a name with `active_thickness`; `pitch` may be left out
        (10 mm); `repeat` stands for so many equal layers. A stack with less than 5 % of its radiation lengths in
        absorbers (wrapping, windows) is homogeneous.
        `slots` appends absent layers, so that stacks of different length share one compiled program.
        Raises ValueError, in a sentence, for anything that is not a stack.
        """
        found, size = entries(cells, KEYS, "layer", slots)
        absorber, active = np.zeros((2, size, len(materials.MATERIALS)))
        pitch, present = np.full(size, DEFAULT_PITCH), np.zeros(size)
        for i, cell in enumerate(found):
            for row, thickness in _passive(cell):
                absorber[i, row] += thickness
            active[i, cell["active"]] = cell.number("active_thickness")
            pitch[i], present[i] = cell.number("pitch"), cell.number("present")
        absorber, active = absorber * present[:, None], active * present[:, None]
        if not active.any():
            raise ValueError("The stack has no active material: every active_thickness is zero, so nothing is seen.")
        dead, alive = (float((part / materials.RADIATION_LENGTH).sum()) for part in (absorber, active))
        homogeneous = dead < WRAPPING * (dead + alive)
        absorber, active, pitch, present = jax.device_put((absorber, active, pitch, present))
        return cls(absorber, active, pitch, present, homogeneous)


def _passive(cell: Entry) -> list[tuple[int, float]]:
    """Materials in front of the active part, as rows of the material table, with their thickness."""
    thickness, absorber = cell.optional("absorber_thickness"), cell["absorber"]
    if absorber is None:
        if thickness:
            raise ValueError(f"{cell.where} has an absorber_thickness but no absorber: name its material.")
        return []
    if isinstance(absorber, list):
        return plates(cell)
    return [(absorber, length(cell, "absorber_thickness"))]
