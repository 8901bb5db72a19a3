"""How a thin sensor fluctuates about the energy that is left in the steel around it."""

from jaxtyping import Array, Float

from designopt.units import MeV, mm

THINNEST, THICKEST = 0.06 * mm, 1.5 * mm  # range that was simulated
# Geant4, 40 pions of 50 GeV in steel with a sensor every 5 mm (studies/sensor_noise.py): 138 +- 32, 68 +- 6, 71 +- 9
# and 37 +- 6 MeV at 0.06, 0.2, 0.5 and 1.5 mm; the line through their logarithms misses them by 15, 17, 25 and 3 %.
GRAIN = 79 * MeV
POWER = -0.37
REFERENCE = 0.2 * mm
TILE = 3.0 * mm
# Geant4, 37 pions of 50 GeV with a tile behind every 20 mm of steel, light by Birks' law (studies/tile_noise.py):
# 19.3 +- 4.0 MeV. Photo-electrons, 15 a MIP that leaves 6 MeV in a slice, add 0.4 MeV and are left out.
TILE_GRAIN = 19 * MeV


def grain(thickness: Float[Array, "..."]) -> Float[Array, "..."]:
    r"""Variance of a sensor's signal over its mean, in units of a slice's energy: $79\,\mathrm{MeV}\,(t/0.2)^{-0.37}$.

    A few slow fragments of nuclei carry most of it, so it falls slowly with the thickness and the signals have long
    tails; signals of sensors 5 mm apart are independent (correlation below 0.04). Good to 25 %, for pions in steel and
    0.06-1.5 mm of silicon; in photon showers it is a quarter to a sixth. Geant4, `studies/sensor_noise.py`.
    """
    return GRAIN * (thickness / REFERENCE) ** POWER


def silicon_grain(thickness: float) -> float:
    """`grain` of one sensor, as a plain number.

    Args:
        thickness: of the silicon, mm.

    Returns GeV of a slice.
    """
    return GRAIN * (thickness / REFERENCE) ** POWER
