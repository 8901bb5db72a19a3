"""A layout of thin sensors along the block: where each one is, how much steel stands in front, how thick it is."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.detectors.materials import INTERACTION_LENGTH, index_of
from designopt.units import mm

STEEL = "SS"
KEYS = ("absorber", "thickness", "repeat")


class Sensors(eqx.Module):
    """Sensors in beam order, lengths in mm.

    `gap` is the steel in front of each sensor, `thickness` that of its silicon, `present` the gate (0..1). An absent
    sensor takes no room and changes nothing.
    """

    gap: Float[Array, " sensor"]
    thickness: Float[Array, " sensor"]
    present: Float[Array, " sensor"]

    @property
    def middle(self) -> Float[Array, " sensor"]:
        """Depth of the middle of each sensor."""
        room = self.present * (self.gap + self.thickness)
        return jnp.cumsum(room) - room + self.gap + self.thickness / 2

    @property
    def depth(self) -> Float[Array, ""]:
        """Depth of the end of the last sensor."""
        return jnp.sum(self.present * (self.gap + self.thickness))

    @classmethod
    def from_cells(cls, cells: Any, slots: int | None = None) -> "Sensors":
        """Read a layout as a user writes it: one mapping a sensor, `absorber` in front of it, `thickness` in mm.

        `absorber` is a number (mm of steel) or a list of `{"material", "thickness"}`, other materials counting as the
        steel of the same number of interaction lengths; `repeat` stands for so many equal sensors. Raises ValueError
        for anything else.
        """
        if not isinstance(cells, Sequence) or isinstance(cells, str) or not cells:
            raise ValueError("A layout needs at least one sensor, but its list of sensors is empty or no list.")
        rows = [row for number, cell in enumerate(cells) for row in _sensor(cell, f"Sensor {number + 1}")]
        size = len(rows) if slots is None else slots
        if size < len(rows):
            raise ValueError(f"The layout has {len(rows)} sensors but room for {size}: raise the number of slots.")
        filled = np.array(rows + [rows[-1]] * (size - len(rows)))
        present = (np.arange(size) < len(rows)).astype(float)
        return cls(jnp.asarray(filled[:, 0]), jnp.asarray(filled[:, 1]), jnp.asarray(present))


def steel_equivalent(material: str, thickness: float) -> float:
    """Steel with as many interaction lengths, mm."""
    return thickness * float(INTERACTION_LENGTH[index_of(STEEL)] / INTERACTION_LENGTH[index_of(material)])


def _sensor(cell: Any, where: str) -> list[tuple[float, float]]:
    if not isinstance(cell, Mapping):
        raise ValueError(f"{where} has to be a mapping with the keys {', '.join(KEYS)}, but is {cell!r}.")
    if unknown := [key for key in cell if key not in KEYS]:
        raise ValueError(f"{where} has the unknown key {unknown[0]!r}. Known: {', '.join(KEYS)}.")
    repeat = cell.get("repeat", 1)
    if isinstance(repeat, bool) or not isinstance(repeat, int) or repeat < 1:
        raise ValueError(f"{where}: repeat is {repeat!r}, but has to be a whole number from 1 on.")
    absorber = cell.get("absorber", 0.0)
    parts = absorber if isinstance(absorber, list) else [{"material": STEEL, "thickness": absorber}]
    gap = 0.0
    for part in parts:
        if not isinstance(part, Mapping) or set(part) != {"material", "thickness"}:
            raise ValueError(f'{where}: write each absorber as {{"material": "Cu", "thickness": 6.0}}, not {part!r}.')
        gap += steel_equivalent(part["material"], _length(part["thickness"], f"{where}: absorber"))
    thickness = _length(cell.get("thickness"), f"{where}: thickness")
    if thickness == 0:
        raise ValueError(f"{where}: thickness is 0 mm, but a sensor needs one.")
    return [(gap * mm, thickness * mm)] * repeat


def _length(value: Any, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value) or value < 0:
        raise ValueError(f"{what} is {value!r}. Give a finite number of mm that is not negative.")
    return float(value)
