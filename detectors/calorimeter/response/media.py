"""What each medium gives and adds when it is read: carriers of the signal, noise of a cell, constant term of a block.

One calorimeter that was published sets the yield and the constant term of a medium that can be a homogeneous block;
others of the same medium are predictions (docs/detectors/calorimeter.md).
"""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.detectors import materials
from designopt.detectors.calorimeter.shower.medium import ratio
from designopt.units import MeV

YIELD = {
    "PS": 4000, "PVT": 4000, "PMMA": 2000, "LAr": 2000, "LKr": 1000, "LXe": 1000,
    "PbWO4": 1500, "PbF2": 1200, "lead glass": 350, "SF57": 350, "TF1": 350, "SiO2": 350,
    "BGO": 2500, "BSO": 2000, "LYSO": 3000, "CsI": 2500, "NaI": 2500, "BaF2": 2500,
}  # fmt: skip
"""Signal carriers seen for each GeV deposited, every loss of light and charge included (effective numbers: tile to
tile, plate to plate and fibre spread hide in them). Sampling media are calibrated on LHCb and Bernardi (plastic),
CALICE SiW (silicon: no loss seen) and ATLAS barrel (argon); blocks on the stochastic terms of CMS (2.8 %/sqrt E), BSO
(2.3 %), L3 (BGO, 2 %), KTeV (CsI, 2 %), NA48 (krypton, 3.2 %) and between OPAL's and PHENIX's (lead glass, 5.0 and
5.95 %); the rest is assumed: NaI as CsI, xenon as krypton."""

NOISE_CELL = {"Si": 0.010, "Ge": 0.010, "GaAs": 0.010, "diamond": 0.010, "PS": 0.05, "PVT": 0.05, "PMMA": 0.05}
"""Noise of a cell in MeV deposited where its depth does not count. Silicon 10 keV is a tenth of a MIP in 0.3 mm."""

NOISE_DEPTH = {
    "LAr": 0.25, "LKr": 0.25, "LXe": 0.25, "PbWO4": 2.6, "PbF2": 0.5, "lead glass": 0.5, "SF57": 0.5, "TF1": 0.5,
    "SiO2": 0.5, "BGO": 0.1, "BSO": 0.1, "LYSO": 0.05, "CsI": 0.05, "NaI": 0.05, "BaF2": 0.1,
}  # fmt: skip
"""Noise of a cell that grows with the square root of its depth, MeV per sqrt(mm), so that slabs of one block add up to
it. CMS's photodiodes 40 MeV in 230 mm; NA48 9 MeV in 1.25 m; others assumed."""

CONSTANT = {
    "PbWO4": 0.002, "BGO": 0.005, "CsI": 0.004, "NaI": 0.004, "LKr": 0.004, "LXe": 0.004, "LAr": 0.004,
    "lead glass": 0.006, "SF57": 0.006, "TF1": 0.006, "SiO2": 0.006,
}  # fmt: skip
"""Relative error that a block of a medium adds by calibration and uniformity; leakage is counted apart, so each is less
than what was fitted. CMS 0.30 % at the centre of crystals (JINST 2 P04004; 0.33-1.2 % elsewhere); L3 0.7 %, KTeV 0.45 %
and NA48 0.42 % (the Review of Particle Physics' table of typical calorimeters, recalled); lead glass between OPAL's 0
and PHENIX's 0.76 % (recalled)."""

OTHER_CONSTANT = 0.005
"""Of the media that `CONSTANT` does not name; assumed."""


CALIBRATED = ("PbWO4", "BGO", "BSO", "CsI", "LKr", "lead glass", "SF57", "TF1")
"""Media whose light, or charge, in a block was set by a published one (`YIELD`); that of all others is assumed."""

CHERENKOV = ("lead glass", "SF57", "TF1")
"""Media that lose light on its way to tubes behind the block, so that late showers are seen better than early ones."""


def column(table: dict[str, float], other: float = 0.0) -> np.ndarray:
    """A number for each of the materials, in the order of `materials.NAMES`.

    Args:
        table: numbers by the names of materials.
        other: of materials that the table does not name.
    """
    return np.array([table.get(name, other) for name in materials.NAMES])


def constant_noise(material: str) -> float:
    """Noise of one cell in GeV deposited where its size does not count; 0 for what is not in the table."""
    return NOISE_CELL.get(material, 0.0) * MeV


def constant_term(read: Float[Array, " material"]) -> Float[Array, ""]:
    """Relative error that all of a homogeneous block shares: mean of `CONSTANT` over the thickness that is read.

    Args:
        read: thickness of each medium that gives a signal, mm.
    """
    return ratio(read @ column(CONSTANT, OTHER_CONSTANT), jnp.sum(read))
