"""Plates that stand for material of which only x/X0 is known: one substance, as thick as it has to be."""

from dataclasses import replace

from designopt.detectors.compositions import substance
from designopt.detectors.materials import material
from designopt.geometry import Substance

NEARLY = 1e-9


def plate(name: str, x_over_x0: float, room: float) -> tuple[Substance, float]:
    """A plate of a material of the table with so many radiation lengths: its substance, and its thickness in mm.

    Where it does not fit into `room` (mm) it is as thick as that, and so much denser: x/X0 and mass an area stay.
    """
    thickness = x_over_x0 * material(name).radiation_length
    if thickness <= room * (1 + NEARLY):
        return substance(name), thickness
    denser = float(f"{thickness / room:.9g}")
    own = substance(name)
    made = replace(own, name=f"{own.name} {denser:.9g} times as dense", density=own.density * denser)
    return made, thickness / denser
