"""Detectors as solids in space: what a design is made of, where it stands, and GDML that simulations read."""

from designopt.geometry.model import Geometry, Part, Substance
from designopt.geometry.solids import Block, Box, Tube
from designopt.geometry.stack import Slab, stacked
from designopt.geometry.write import Origin, to_gdml

__all__ = ["Block", "Box", "Geometry", "Origin", "Part", "Slab", "Substance", "Tube", "stacked", "to_gdml"]
