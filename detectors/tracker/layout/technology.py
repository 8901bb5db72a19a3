"""What a sensor can do: hit errors from pitch, efficiency and power from technology, material from all of them."""

from dataclasses import dataclass
from functools import lru_cache

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.suggestion import suggestion
from designopt.units import cm, m, um

SILICON = 93.7  # mm, radiation length
CHARGE = 80.0 / um  # electrons that a minimum-ionising particle frees per length of silicon (most probable)
BEST_EFFICIENCY = 0.995
SERVICES = 0.03  # x/X0 for each W/cm2: calibrated, see `material`
SUPPORT = 0.019  # x/X0 of the support of a very long layer
STIFF = 1 * m  # half-length over which the support grows


@dataclass(frozen=True)
class Technology:
    """One kind of sensor.

    Attributes:
        name: as in the price book.
        sharing: width (mm) of the strip between two cells in which both fire; `shared` is a fixed fraction instead.
        threshold: electrons a cell needs.
        base, channel: front-end power, W/cm2 and W a channel.
        chip: silicon of read-out chips, mm. sensors: sensitive layers in one module.
        stereo: angle (rad) between the two sensors of a strip pair, 0 for pixels.
        thickness: sensor thickness (mm) if a layout does not say.
    """

    name: str
    sharing: float
    shared: float
    threshold: float
    base: float
    channel: float
    chip: float
    sensors: int
    stereo: float
    thickness: float


# Sharing: ALPIDE 27 x 29 um gives 5 um, so 8 um; CMS Phase 2 pitch 25 gives 5.61 um and 100 gives 22.5, a fraction 0.16
# at any pitch; CMS strips of 80, 122, 183 um are quoted with pitch / sqrt(12).
# Power: ALPIDE 40 mW/cm2; hybrid 0.33 W/cm2 at 100 x 150 um (recalled), 0.7 at 50 x 50 um; CMS Phase 2 strip modules
# 4.7 W for 4064 strips.
MONOLITHIC = Technology("monolithic-pixel", 8 * um, 0.0, 150.0, 0.02, 1.6e-7, 0.0, 1, 0.0, 50 * um)
HYBRID = Technology("hybrid-pixel", 0.0, 0.16, 1000.0, 0.25, 1.2e-5, 180 * um, 1, 0.0, 150 * um)
STRIPS = Technology("strip-pair", 0.0, 0.0, 2500.0, 0.0, 1.16e-3, 0.0, 2, 0.1, 320 * um)
TECHNOLOGIES = (MONOLITHIC, HYBRID, STRIPS)
NAMES = tuple(technology.name for technology in TECHNOLOGIES)
SMALLEST_PITCH = 15 * um
"""Pixels and strips of designs are not made smaller."""

Size = Float[Array, "*shape"]
Known = Size | Float[np.ndarray, "*shape"]
"""Also of numbers that are known, by NumPy."""


def technology(name: str) -> Technology:
    """The technology of a name. Raises ValueError for an unknown one, with the closest known one."""
    if name not in NAMES:
        raise ValueError(f"No sensor technology is called '{name}'.{suggestion(name, NAMES)}")
    return TECHNOLOGIES[NAMES.index(name)]


def cell_error(kind: Technology, pitch: Size) -> Size:
    r"""Error of one coordinate from a binary cell: $\frac{p}{\sqrt{12}}\sqrt{(1-f)^3 + f^3}$.

    f is the fraction of clusters of two cells, at most 1/2, where the error is half of $p/\sqrt{12}$; exact for sharp
    regions. Smoothly held at 1/2 for small cells. arXiv 1711.00590 calls $p/\sqrt{12}$ the worst case.
    """
    if kind.sharing:
        open_fraction = kind.sharing / pitch
        fraction = open_fraction / (1.0 + (2.0 * open_fraction) ** 8) ** 0.125
    else:
        fraction = jnp.full_like(pitch, kind.shared)
    return pitch / jnp.sqrt(12.0) * jnp.sqrt((1.0 - fraction) ** 3 + fraction**3)


def hit_errors(kind: Technology, pitch: Size, length: Size) -> tuple[Size, Size]:
    r"""Errors in r-phi and along the cell (mm) of one hit, from the pitch and the length of a cell.

    Pixels: `cell_error` in both directions. A strip pair, turned by $\pm\alpha/2$:
    $\sigma_1/(\sqrt2\cos(\alpha/2))$ and $\sigma_1/(\sqrt2\sin(\alpha/2))$, never worse along the
    strip than $l/\sqrt{12}$.
    """
    single = cell_error(kind, pitch)
    if not kind.stereo:
        return single, cell_error(kind, length)
    across, slanted = single / jnp.sqrt(2.0), single / jnp.sqrt(2.0) / jnp.sin(kind.stereo / 2)
    return across / jnp.cos(kind.stereo / 2), 1.0 / jnp.sqrt(1.0 / slanted**2 + 12.0 / length**2)


@lru_cache(maxsize=256)
def pitch_for(kind: Technology, error: float) -> float:
    """The cell (mm) whose `cell_error` is this error (mm): what a layout must have that states only its resolution."""
    low, high = error, 2.0 * error * 12.0**0.5
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if float(cell_error(kind, jnp.asarray(middle))) < error else (low, middle)
    return middle


def channel_density(kind: Technology, pitch: Known, length: Known) -> Known:
    """Channels per mm2 of module."""
    return kind.sensors / (pitch * length)


def power_density(kind: Technology, pitch: Known, length: Known) -> Known:
    """Power of the front end in W/mm2 of module."""
    return kind.base / cm**2 + kind.channel * channel_density(kind, pitch, length)


def efficiency(kind: Technology, thickness: Size) -> Size:
    r"""Efficiency of a hit: $0.995\,(1 - e^{-Q/2T})$ with the charge Q of the sensor and the threshold T.

    Assumed form: full efficiency while the charge is many times the threshold, and a steep loss below; a sensor of
    no thickness sees nothing.
    """
    return BEST_EFFICIENCY * (1.0 - jnp.exp(-CHARGE * thickness / (2.0 * kind.threshold)))


def material(kind: Technology, pitch: Size, length: Size, thickness: Size, reach: Size) -> Size:
    r"""x/X0 of a layer at normal incidence: sensors and chips, services for the power, support for the length.

    $x = \frac{n d + d_{chip}}{93.7\,\mathrm{mm}} + 0.03\,q\,\mathrm{cm^2/W} + 0.019\,(1 - e^{-h/\mathrm{m}})$
    with n sensors of thickness d, power density q and half-length h (half the radial width of a disk). The
    two constants are a compromise of ALICE ITS2 (inner 0.41 against 0.36 %, outer 1.0 and 1.0 %) and the CMS pixels
    (2.0 against 2.2 %). Predicted: CLD inner tracker 0.9 to 1.1 against 1.4 %, outer 1.5 and 1.4 %; CMS outer barrel
    pairs 2.4 against 2.1 %, its inner barrel, full of services, 1.7 against 5.3 %. So it is good to some 35 %
    for trackers whose services do not run through the sensitive volume.
    """
    silicon = (kind.sensors * thickness + kind.chip) / SILICON
    services = SERVICES * power_density(kind, pitch, length) * cm**2
    return silicon + services + SUPPORT * (1.0 - jnp.exp(-reach / STIFF))
