"""Water and ice with the modules that hang in them: absorption, scattering, indices, area and efficiency."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

LIGHT_SPEED = 0.299792458  # m/ns
FINE_STRUCTURE = 1.0 / 137.036
SHORTEST, LONGEST = 300e-9, 600e-9
"""Wavelengths in m between which Cherenkov photons are counted; the efficiency is the mean over the same range."""
PEAK, EXPONENT = 5.40, 0.35
"""Angular profile of a shower's light, exp(-5.40 |cos - 1/n|^0.35): R. Mirani, as in KM3NeT's Jpp (JGeanx)."""
SOFT = 0.1
"""Width in the cosine over which the cusp of that profile is rounded (assumed): its slope is infinite at the cone."""
TRACK_PER_GEV, SIMULATED = 5.321, 0.910
"""Track length of a shower in m per GeV in ice of 0.910 g/cm3: L. Rädel, C. Wiebusch, arXiv 1206.5530, as in ppc."""
BACKWARD = 20_001


@dataclass(frozen=True)
class Medium:
    """What light and modules are like at a site.

    Attributes:
        name: of the preset.
        absorption: absorption length, m.
        scattering: effective (transport) scattering length, m.
        phase_index, group_index: refractive indices, of the Cherenkov angle and of the arrival times.
        density: g/cm3.
        area: of a module, m2, mean over the directions that light comes from.
        efficiency: share of the photons between 300 and 600 nm on that area that are detected.
        lean: how much more a module sees of light that goes up: acceptance 1 + lean * cos; 0 is the same everywhere.
        direct: share of a cascade's light that kept its direction; the rest comes from all sides.
        jitter: of an arrival time, ns.
    """

    name: str
    absorption: float
    scattering: float
    phase_index: float
    group_index: float
    density: float
    area: float
    efficiency: float
    lean: float
    direct: float
    jitter: float = 3.0

    @property
    def photons_per_metre(self) -> float:
        r"""Cherenkov photons per m of track between 300 and 600 nm, $2\pi\alpha(1-1/n^2)(1/\lambda_1-1/\lambda_2)$."""
        bandwidth = 1.0 / SHORTEST - 1.0 / LONGEST
        return 2 * math.pi * FINE_STRUCTURE * (1.0 - self.phase_index**-2) * bandwidth

    @property
    def photons_per_gev(self) -> float:
        """Photons per GeV of a shower: those per m, times its track length."""
        return self.photons_per_metre * TRACK_PER_GEV * SIMULATED / self.density

    @cached_property
    def profile_norm(self) -> float:
        """Mean over the sphere of the profile before it is normalised, without unit."""
        cosine = np.linspace(-1.0, 1.0, BACKWARD)
        values = np.exp(-PEAK * ((cosine - 1.0 / self.phase_index) ** 2 + SOFT**2) ** (EXPONENT / 2))
        return float(np.trapezoid(values, cosine) / 2.0)


ICE = Medium(
    "ice", absorption=100.0, scattering=30.0, phase_index=1.32, group_index=1.356, density=0.9216,
    area=math.pi * 0.1651**2 * 0.34, efficiency=2450.08 / 32_560.0, lean=0.9, direct=0.4,
)  # fmt: skip
"""Deep ice with IceCube's modules. Absorption and scattering: middle of 80-190 m and 22-50 m of the depths of ppc's
spice_bfr-v2. Radius of a module, mean of its angular acceptance (0.34) and 2450 detectable photons per m: ppc. `lean`:
its linear part, which would be 1.07, cut to 0.9; `direct`: assumed, exp(-r/L) at 27 m."""
WATER = Medium(
    "water", absorption=50.0, scattering=200.0, phase_index=1.35, group_index=1.38, density=1.03,
    area=0.2194 * 0.1845, efficiency=0.186, lean=0.2, direct=0.85,
)  # fmt: skip
"""Deep sea with KM3NeT's modules of 31 photomultipliers: their area, mean angular acceptance and quantum efficiency
from LumenManufaktur (KM3NeT). Scattering: Kopelevich's 46 m at 440 nm with a mean cosine of 0.77. Absorption: mean of
its spectrum, which peaks with 67 m. `lean`: 19 of 31 look down (recalled); `direct`: assumed, exp(-r/L) at 33 m."""
MEDIA = {medium.name: medium for medium in (ICE, WATER)}
