"""A calorimeter as a stack of layers: how much of which material stands in front of, and is, each active part."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.detectors import materials
from designopt.units import mm

DEFAULT_PITCH = 10 * mm
_KEYS = ("absorber", "absorber_thickness", "active", "active_thickness", "pitch", "present", "repeat")


class Layers(eqx.Module):
    """Material of every layer in beam order: the absorber first, then the active part behind it.

    `absorber` and `active` are thicknesses in mm along the table of `detectors.materials`, with the presence gate
    already multiplied in; a mixture is written as its share of the thickness. `pitch` is the cell's side in mm and
    `present` counts the layer (0..1). A layer that is absent has no thickness and changes nothing.
    """

    absorber: Float[Array, "layer material"]
    active: Float[Array, "layer material"]
    pitch: Float[Array, " layer"]
    present: Float[Array, " layer"]

    @classmethod
    def from_cells(cls, cells: Any, slots: int | None = None) -> "Layers":
        """Read a stack as a user writes it: one mapping a layer, lengths in mm.

        `absorber` is null (homogeneous), a name with `absorber_thickness`, or a list of
        `{"material": name, "thickness": mm}`; `active` is a name with `active_thickness`; `pitch` may be left out
        (10 mm); `repeat` stands for so many equal layers.
        `slots` appends absent layers, so that stacks of different length share one compiled program.
        Raises ValueError with a sentence for anything that is not a stack.
        """
        if not isinstance(cells, Sequence) or isinstance(cells, str) or not cells:
            raise ValueError("A calorimeter needs at least one layer, but the list of layers is empty or no list.")
        cells = [cell for i, group in enumerate(cells) for cell in _repeated(group, f"Layer {i + 1}")]
        size = len(cells) if slots is None else slots
        if size < len(cells):
            raise ValueError(f"The stack has {len(cells)} layers but room for {size}: raise the number of slots.")
        absorber, active = np.zeros((2, size, len(materials.MATERIALS)))
        pitch, present = np.full(size, DEFAULT_PITCH), np.zeros(size)
        for i, cell in enumerate(cells):
            where = f"Layer {i + 1}"
            for name, thickness in _passive(cell, where):
                absorber[i, _index(name, where)] += thickness
            if not cell.get("active"):
                raise ValueError(f"{where} has no active medium: give 'active' (Si, PS, LAr, PbWO4, ...) a name.")
            thickness = _length(cell.get("active_thickness"), f"{where}: active_thickness")
            active[i, _index(cell["active"], where)] = thickness
            pitch[i] = _length(cell.get("pitch", DEFAULT_PITCH), f"{where}: pitch")
            if pitch[i] == 0:
                raise ValueError(f"{where}: pitch is 0 mm, but a cell needs a side. Give a positive pitch.")
            present[i] = _length(cell.get("present", 1.0), f"{where}: present")
            if present[i] > 1:
                raise ValueError(
                    f"{where}: present is {present[i]:g}, but a layer is there (1), absent (0) or between."
                )
        absorber, active = absorber * present[:, None], active * present[:, None]
        if not active.any():
            raise ValueError("The stack has no active material: every active_thickness is zero, so nothing is seen.")
        return cls(*(jnp.asarray(a) for a in (absorber, active, pitch, present)))


def _repeated(group: Any, where: str) -> list[Mapping[str, Any]]:
    """The equal layers that one entry of the list stands for."""
    if not isinstance(group, Mapping):
        raise ValueError(f"{where} has to be a mapping with the keys {', '.join(_KEYS)}, but is {group!r}.")
    if unknown := [key for key in group if key not in _KEYS]:
        raise ValueError(f"{where} has the unknown key {unknown[0]!r}. Known: {', '.join(_KEYS)}.")
    repeat = group.get("repeat", 1)
    if isinstance(repeat, bool) or not isinstance(repeat, int) or repeat < 1:
        raise ValueError(f"{where}: repeat is {repeat!r}, but has to be a whole number from 1 on.")
    return [group] * repeat


def _passive(cell: Mapping[str, Any], where: str) -> list[tuple[str, float]]:
    """Materials in front of the active part with their thickness."""
    absorber = cell.get("absorber")
    if absorber is None:
        if cell.get("absorber_thickness") not in (None, 0, 0.0):
            raise ValueError(f"{where} has an absorber_thickness but no absorber: name its material.")
        return []
    if isinstance(absorber, str):
        return [(absorber, _length(cell.get("absorber_thickness"), f"{where}: absorber_thickness"))]
    if not isinstance(absorber, Sequence):
        raise ValueError(f"{where}: absorber has to be null, a name or a list of materials, but is {absorber!r}.")
    parts = []
    for part in absorber:
        if not isinstance(part, Mapping) or set(part) != {"material", "thickness"}:
            raise ValueError(f'{where}: write each absorber as {{"material": "Pb", "thickness": 2.0}}, not {part!r}.')
        parts.append((part["material"], _length(part["thickness"], f"{where}: thickness of {part['material']}")))
    return parts


def _index(name: Any, where: str) -> int:
    try:
        return materials.index_of(name)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None


def _length(value: Any, what: str) -> float:
    """A finite number that is not negative, or a sentence."""
    if value is None:
        raise ValueError(f"{what} is missing: give a number (lengths in mm).")
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
        raise ValueError(f"{what} is {value!r}, which is no number.")
    if not math.isfinite(value) or value < 0:
        raise ValueError(f"{what} is {value}, but it has to be finite and not negative.")
    return float(value)
