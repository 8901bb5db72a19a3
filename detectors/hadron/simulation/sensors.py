"""A layout of thin sensors along the block: where each one is, how much steel stands in front, how thick it is."""

import math
from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.detectors.hadron.description import SENSOR
from designopt.detectors.hadron.simulation.noise import grain
from designopt.detectors.layer_input import entries, plates
from designopt.detectors.materials import INTERACTION_LENGTH, NAMES, RADIATION_LENGTH, index_of
from designopt.units import mm
from designopt.written import Entry

STEEL = "SS"
KEYS = SENSOR
ALIKE = 1.25  # factor: copper and brass shower like steel; lead, tungsten and aluminium do not


class Sensors(eqx.Module):
    """Sensors in beam order, lengths in mm.

    `gap` is the steel in front of each sensor, `thickness` that of its silicon, `present` the gate (0..1). An absent
    sensor takes no room and changes nothing. Sensors that are not all silicon say how they fluctuate (`grains`, GeV,
    see `noise.grain`), how much steel showers as deep as they are (`deep`, mm) and which are tiles (`tile`, 0..1).
    """

    gap: Float[Array, " sensor"]
    thickness: Float[Array, " sensor"]
    present: Float[Array, " sensor"]
    grains: Float[Array, " sensor"] | None = None
    deep: Float[Array, " sensor"] | None = None
    tile: Float[Array, " sensor"] | None = None

    @property
    def grain(self) -> Float[Array, " sensor"]:
        """Variance of each sensor's signal over its mean.

        Returns GeV of a slice of the block.
        """
        return grain(self.thickness) if self.grains is None else self.grains

    @property
    def middle(self) -> Float[Array, " sensor"]:
        """Depth of the middle of each sensor.

        Returns mm from the front of the block.
        """
        own = self.thickness if self.deep is None else self.deep
        room = self.present * (self.gap + own)
        return jnp.cumsum(room) - room + self.gap + own / 2

    @property
    def depth(self) -> Float[Array, ""]:
        """Depth of the end of the last sensor.

        Returns mm from the front of the block.
        """
        own = self.thickness if self.deep is None else self.deep
        return jnp.sum(self.present * (self.gap + own))

    @classmethod
    def from_cells(cls, cells: Any, slots: int | None = None) -> "Sensors":
        """Read a layout as a user writes it: one mapping a sensor, `absorber` in front of it, `thickness` in mm.

        `absorber` is a number (mm of steel) or a list of `{"material", "thickness"}`, other materials counting as the
        steel of the same number of interaction lengths; `repeat` stands for so many equal sensors. Raises ValueError
        for anything else.
        """
        found, size = entries(cells, KEYS, "sensor", slots)
        rows = [_sensor(cell) for cell in found]
        filled = np.array(rows + [rows[-1]] * (size - len(rows)))
        present = (np.arange(size) < len(rows)).astype(float)
        return cls(jnp.asarray(filled[:, 0]), jnp.asarray(filled[:, 1]), jnp.asarray(present))


def steel_equivalent(material: str | int, thickness: float) -> float:
    """Steel with as many interaction lengths, mm; the material by name or by its row of the table."""
    row = index_of(material) if isinstance(material, str) else material
    return thickness * float(INTERACTION_LENGTH[index_of(STEEL)] / INTERACTION_LENGTH[row])


def foreign(cells: Any) -> list[str]:
    """Names of the absorbers of a layout whose showers differ from steel's, in the order they are met.

    That is where the interaction length in radiation lengths differs by more than `ALIKE` from steel's: electrons and
    photons then shower over another part of the hadrons' depth, and e/h is another.
    """
    found: dict[str, None] = {}
    for cell in entries(cells, KEYS, "sensor")[0]:
        for row, thickness in plates_of(cell):
            change = abs(math.log(_compactness(row) / _compactness(index_of(STEEL))))
            if thickness > 0 and change > math.log(ALIKE):
                found[NAMES[row]] = None
    return list(found)


def _compactness(row: int) -> float:
    """Radiation lengths in one interaction length."""
    return float(INTERACTION_LENGTH[row] / RADIATION_LENGTH[row])


def plates_of(cell: Entry) -> list[tuple[int, float]]:
    """What stands in front of a sensor: rows of the material table and mm."""
    absorber = cell["absorber"]
    return plates(cell) if isinstance(absorber, list) else [(index_of(STEEL), absorber)]


def steel_of(cell: Entry) -> float:
    """Steel in front of one sensor in mm, other materials as the steel of as many interaction lengths."""
    return sum(steel_equivalent(row, thickness) for row, thickness in plates_of(cell)) * mm


def _sensor(cell: Entry) -> tuple[float, float]:
    """Steel in front of one sensor, and its thickness."""
    return steel_of(cell), cell.number("thickness") * mm
