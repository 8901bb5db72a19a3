"""Showers in homogeneous blocks: how late they start, and the photons that carry energy out behind and in front."""

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import gammaln
from jaxtyping import Array, Float

from designopt.detectors.calorimeter.shower.profile import GRID, between, floor
from designopt.units import MeV

# Published (Grindhammer-Peters, hep-ex/0001020): <alpha> = 0.81 + (0.458 + 2.26/Z) ln y.
SHAPE = (0.81, 0.458, 2.26)
# Late starts, and the correlation of ln T and ln alpha: skew deviates, bounded because a mean over unbounded ones hangs
# on showers that no sample contains. With these two numbers rms and core of the leakage agree with Geant4 in blocks of
# BGO, PbWO4, CsI and lead glass, 16-26 X0, 5-120 GeV (tests/data/geant4_homogeneous.csv). In the moments of single
# showers there, the mean depth has a skewness of 1.0 to 1.3 and the correlation is 0.8 (published: 0.5).
START, LATEST = 0.75, 3.0
CORRELATION = 0.60
# Least inverse widths of ln T and ln alpha. The published 1/(-1.4 + 1.26 ln y) and 1/(-0.58 + 0.86 ln y) grow without
# end towards low energies, while in Geant4 the mean depth of a shower scatters by 0.9 to 1.05 X0 from 0.5 to 20 GeV.
# Chosen on CsI at 0.5 to 2 GeV; NaI, BaF2, lead glass and krypton are predicted (tests/data/geant4_homogeneous.csv).
LEAST = (4.25, 3.2)
# Slope of the tail per X0, where it is not steeper for a light medium: 0.31, 0.30, 0.30 for BGO, PbWO4 and CsI in
# Geant4 between 24 and 30 X0 at 20 GeV, as mu_min X0 of these compounds is; their mass-weighted Z says less.
TAIL = 0.30
# X0 before which no tail shows: nearer the gamma profile alone holds, as PbWO4 profiles of 0.4 and 1 GeV say, which a
# tail from the depth of its slope on would shift by 3 to 5 % of their energy (tests/data/ecal_pbwo4_homogeneous.csv).
EARLIEST = 10.0
# Energy of one photon that leaves (Poisson: variance = quantum times energy), and the mean energy that leaves through
# the front at 1 GeV and Z = 65 with its power of the beam energy: BGO and PbWO4 in Geant4 at 0.5 to 120 GeV. In
# proportion to Z, BaF2, NaI, lead glass and krypton are predicted within 10 %, CsI 23 % low.
QUANTUM = 4 * MeV
ALBEDO, ALBEDO_POWER, ALBEDO_CHARGE = 3.6 * MeV, 0.6, 65.0

EXPONENT = 500.0
"""Logarithm of a density beyond which it is counted from its largest value on the grid."""

_z, _share = np.polynomial.hermite_e.hermegauss(60)
_share = _share / _share.sum()
_grown = np.exp(START * LATEST * np.tanh(_z / LATEST))
_MEAN = _share @ _grown
_SPREAD = np.sqrt(_share @ (_grown - _MEAN) ** 2)
_LATE = (_grown - _MEAN) / _SPREAD


@cache
def _whole() -> np.ndarray:
    """Integrates a profile over all depths."""
    with jax.ensure_compile_time_eval():
        return np.asarray(between(jnp.zeros(1), jnp.full(1, 1e6)))[:, 0]


def late(z: Float[Array, " event"] | np.ndarray) -> Array:
    r"""Standard normal deviates made skew: $e^{\gamma\,3\tanh(z/3)}$ with $\gamma$ = 0.75, at mean 0 and variance 1.

    Returns deviates without unit, of the shape of `z`.
    """
    return (jnp.exp(START * LATEST * jnp.tanh(z / LATEST)) - _MEAN) / _SPREAD


def widths(log_y: Float[Array, "*any"]) -> tuple[Array, Array]:
    r"""Standard deviations of ln T and ln alpha from shower to shower.

    $1/\max(4.25, -1.4 + 1.26\ln y)$ and $1/\max(3.2, -0.58 + 0.86\ln y)$, with smooth corners: the published widths
    (Grindhammer and Peters), bounded below some 1 GeV.

    Args:
        log_y: logarithm of the beam's energy over the critical one.
    """
    first, second = LEAST
    return 1 / floor(-1.4 + 1.26 * log_y, first), 1 / floor(-0.58 + 0.86 * log_y, second)


def mean_shift(width: Float[Array, "*any"]) -> Float[Array, "*any"]:
    r"""Logarithm of the mean of $e^{w\,\mathrm{late}}$ over that of $e^{w z}$, for the width w of ln T.

    Late starts shift no mean: the published mean of T holds, and only its distribution is skew.
    """
    return jnp.log(jnp.exp(width[..., None] * _LATE) @ _share) - width**2 / 2


def attenuation(charge: Float[Array, ""]) -> Float[Array, ""]:
    r"""Slope of a shower's tail per X0: $\max(0.30, 1/(1.15 + 0.29\sqrt{Z}))$.

    The second is $\mu_{min}X_0$ of single photons, within 5 % of NIST's tables for elements from carbon to uranium.

    Args:
        charge: effective Z of the block.
    """
    return jnp.maximum(TAIL, 1 / (1.15 + 0.29 * jnp.sqrt(charge)))


def tailed_profile(
    alpha: Float[Array, "*shape"], beta: Float[Array, "*shape"], slope: Float[Array, ""]
) -> Float[Array, "*shape grid"]:
    r"""A gamma profile that ends in an exponential tail, on GRID, per X0, with the integral 1.

    $\propto t^{\alpha-1}e^{-\beta t}$ up to the depth $t_c = (\alpha-1)/(\beta-\lambda)$ where it falls with the slope
    $\lambda$ of the tail, but at least 10 X0, and $e^{-\lambda t}$ behind it: what is left there are photons at their
    least absorption, whose number differs from shower to shower and whose attenuation does not.
    """
    shape = (alpha - 1)[..., None]
    rate = beta[..., None]
    joint = jnp.maximum(shape / jnp.maximum(rate - slope, 0.02), EARLIEST)
    before = jnp.minimum(GRID, joint)
    logarithm = shape * jnp.log(before) - rate * before - slope * (GRID - before)
    logarithm += (alpha * jnp.log(beta) - gammaln(alpha))[..., None]
    # Far below the energies that were checked a profile may be a spike between two depths of the grid, 0 on all of it.
    peak = jax.lax.stop_gradient(jnp.max(logarithm, axis=-1, keepdims=True))
    density = jnp.exp(logarithm - jnp.where(jnp.abs(peak) > EXPONENT, peak, 0.0))
    return density / (density @ _whole())[..., None]


def albedo(energies: Float[Array, " energy"], charge: Float[Array, ""]) -> Float[Array, " energy"]:
    r"""Share of the beam energy that leaves through the front: $a\frac{Z}{65}E^{-0.4}$, a = 3.6 MeV, E in GeV.

    Args:
        energies: of the beam, GeV.
        charge: effective Z of the block.
    """
    return ALBEDO * charge / ALBEDO_CHARGE * energies ** (ALBEDO_POWER - 1)


def unseen_variance(energies: Float[Array, " energy"], contained: Float[Array, " energy"]) -> Float[Array, " energy"]:
    r"""Variance (GeV2) from the limited number of photons that leave, behind or in front: $\epsilon E (1-c)$.

    $\epsilon$ = 4 MeV, the energy of one such photon. No layer tells of it.

    Args:
        energies: of the beam, GeV.
        contained: the share c of each that stays in the block.
    """
    return QUANTUM * energies * (1 - contained)
