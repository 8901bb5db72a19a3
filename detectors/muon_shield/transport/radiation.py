r"""How hard muons radiate in iron: how often they lose more than a fraction v of their energy at once.

Bremsstrahlung, $e^+e^-$ pairs and photonuclear reactions, each from its published differential cross-section. Plain
numpy: `straggling` turns the result into a closed form once, and nothing here is fitted.
"""

import numpy as np
from jaxtyping import Float

from designopt.detectors.muon_shield.transport.energy_loss import (
    CHARGE,
    DENSITY,
    ELECTRON,
    FINE_STRUCTURE,
    MASS_NUMBER,
    MUON,
)
from designopt.units import GeV, MeV, cm

NUCLEI = DENSITY * 6.02214076e23 / MASS_NUMBER / cm**3  # per mm3
ELECTRON_RADIUS = 2.8179403e-13 * cm
ROOT_E = np.sqrt(np.e)
NUCLEON = 0.938 * GeV
LAMBDA2 = 0.4 * GeV**2  # scale of the nucleon's form factor
MICROBARN = 1e-30 * cm**2
ANGLES = 24  # Gauss-Legendre points in the asymmetry of a pair

Array = Float[np.ndarray, "..."]


def bremsstrahlung(energy: Array, v: Array) -> Array:
    r"""dN/dv per mm of iron for photons of energy vE.

    $\frac{16}{3}\alpha n (\frac{m}{\mu} r_e)^2 \frac{Z (Z\Phi_n + \Phi_e)}{v} (1 - v + \frac34 v^2)$ with screening by
    the atom and the size of the nucleus in $\Phi_n$, atomic electrons in $\Phi_e$. Good to 1 % above 1 GeV.
    Kelner, Kokoulin and Petrukhin 1995; Geant4 Physics Reference Manual.
    """
    photon = v * energy
    delta = MUON**2 * photon / (2 * energy * (energy - photon))
    size = 1.54 * MASS_NUMBER**0.27
    screen = 183 * CHARGE ** (-1 / 3)
    nucleus = np.log(screen * (MUON + delta * (size * ROOT_E - 2)) / (size * (ELECTRON + delta * ROOT_E * screen)))
    screen = 1429 * CHARGE ** (-2 / 3)
    electrons = np.log(
        screen * MUON / ((1 + delta * MUON / (ELECTRON**2 * ROOT_E)) * (ELECTRON + delta * ROOT_E * screen))
    )
    electrons = np.where(photon < energy / (1 + MUON**2 / (2 * ELECTRON * energy)), electrons, 0.0)
    strength = 16 / 3 * FINE_STRUCTURE * NUCLEI * (ELECTRON / MUON * ELECTRON_RADIUS) ** 2 * CHARGE
    shape = (CHARGE * np.maximum(nucleus, 0.0) + np.maximum(electrons, 0.0)) * (1 - v + 0.75 * v**2) / v
    return np.where(photon < energy - MUON, strength * shape, 0.0)


def pairs(energy: Array, v: Array) -> Array:
    r"""dN/dv per mm of iron for pairs of energy vE.

    $\frac{4}{3\pi} n Z(Z+\zeta) (\alpha r_e)^2 \frac{1-v}{v} \int_0^{\rho_{max}} [\Phi_e + (m/\mu)^2\Phi_\mu] d\rho$,
    $\rho$ the asymmetry of the pair. Good to some per cent above 5 GeV. Kokoulin and Petrukhin 1969, 1971;
    Geant4 Physics Reference Manual.
    """
    nodes, weights = np.polynomial.legendre.leggauss(ANGLES)
    allowed = (v * energy > 4 * ELECTRON) & (v * energy < energy - 0.75 * ROOT_E * MUON * CHARGE ** (1 / 3))
    u = np.where(allowed, v, 0.1)
    e = np.where(allowed, energy, 100 * GeV)
    largest = (1 - 6 * MUON**2 / (e**2 * (1 - u))) * np.sqrt(1 - 4 * ELECTRON / (e * u))
    # Substituting 1 - rho = exp(-t) puts points where the integrand peaks.
    end = -np.log1p(-np.clip(largest, 0.0, 1 - 1e-12))
    t = end[..., None] * (nodes + 1) / 2
    integral = np.sum(_pair_density(e[..., None], u[..., None], 1 - np.exp(-t)) * np.exp(-t) * weights, -1) * end / 2
    strength = 4 / (3 * np.pi) * NUCLEI * CHARGE * (CHARGE + _electrons(e)) * (FINE_STRUCTURE * ELECTRON_RADIUS) ** 2
    return np.where(allowed, strength * (1 - u) / u * integral, 0.0)


def _electrons(energy: Array) -> Array:
    """Pairs made on atomic electrons, as an addition to Z."""
    gamma = energy / MUON
    above = 0.073 * np.log(gamma / (1 + 1.95e-5 * CHARGE ** (2 / 3) * gamma)) - 0.26
    below = 0.058 * np.log(gamma / (1 + 5.3e-5 * CHARGE ** (1 / 3) * gamma)) - 0.14
    return np.where(gamma > 35, np.maximum(above, 0.0) / below, 0.0)


def _pair_density(energy: Array, v: Array, rho: Array) -> Array:
    """The square bracket of `pairs`; symbols as in the sources."""
    r2 = rho**2
    beta = v**2 / (2 * (1 - v))
    xi = (MUON * v / (2 * ELECTRON)) ** 2 * (1 - r2) / (1 - v)
    be = ((2 + r2) * (1 + beta) + xi * (3 + r2)) * np.log1p(1 / xi) + (1 - r2 - beta) / (1 + xi) - (3 + r2)
    be = np.where(xi > 1e3, (3 - r2 + 2 * beta * (1 + r2)) / (2 * xi), be)
    bm = ((1 + r2) * (1 + 1.5 * beta) - (1 + 2 * beta) * (1 - r2) / xi) * np.log1p(xi)
    bm += xi * (1 - r2 - beta) / (1 + xi) + (1 + 2 * beta) * (1 - r2)
    bm = np.where(xi < 1e-3, xi / 2 * (5 - r2 + beta * (3 + r2)), bm)
    ye = (5 - r2 + 4 * beta * (1 + r2)) / (2 * (1 + 3 * beta) * np.log(3 + 1 / xi) - r2 - 2 * beta * (2 - r2))
    ym = (4 + r2 + 3 * beta * (1 + r2)) / ((1 + r2) * (1.5 + 2 * beta) * np.log(3 + xi) + 1 - 1.5 * r2)
    screen = 183 * CHARGE ** (-1 / 3)
    recoil = 2 * ELECTRON * ROOT_E * screen * (1 + xi) / (energy * v * (1 - r2))
    le = np.log(screen * np.sqrt((1 + xi) * (1 + ye)) / (1 + recoil * (1 + ye)))
    le -= 0.5 * np.log1p((1.5 * ELECTRON / MUON * CHARGE ** (1 / 3)) ** 2 * (1 + xi) * (1 + ye))
    far = np.sqrt((1 + 1 / xi) * (1 + ym))
    lm = np.log(MUON / ELECTRON * screen * far / (1 + recoil * (1 + ym))) - np.log(1.5 * CHARGE ** (1 / 3) * far)
    return np.maximum(be * le, 0.0) + (ELECTRON / MUON) ** 2 * np.maximum(bm * lm, 0.0)


def photonuclear(energy: Array, v: Array) -> Array:
    r"""dN/dv per mm of iron for nuclear reactions that take vE.

    $\frac\alpha\pi n A_{eff} \sigma_{\gamma N}(vE)\,\Phi(E, v)/v$, $\sigma_{\gamma N} = 49.2 + 11.1\ln K +
    151.8/\sqrt K$ microbarn, K in GeV; transfers from 0.2 GeV. Good to 10-15 %. Borog and Petrukhin 1975; Geant4
    Physics Reference Manual.

    Args:
        energy: total energy of the muon, GeV.
        v: fraction of the energy that is lost, 0 to 1.
    """
    transfer = v * energy
    cross = (49.2 + 11.1 * np.log(transfer) + 151.8 / np.sqrt(transfer)) * MICROBARN
    shadowed = 0.22 * MASS_NUMBER + 0.78 * MASS_NUMBER**0.89
    scale = np.sqrt(LAMBDA2)
    argument = energy**2 * (1 - v) / MUON**2 * (1 + MUON**2 * v**2 / (LAMBDA2 * (1 - v)))
    argument /= 1 + transfer / scale * (1 + scale / (2 * NUCLEON) + transfer / scale)
    flux = v - 1 + (1 - v + v**2 / 2 * (1 + 2 * MUON**2 / LAMBDA2)) * np.log(argument)
    allowed = (transfer > 200 * MeV) & (transfer < energy - NUCLEON / 2)
    return np.where(allowed, FINE_STRUCTURE / np.pi * NUCLEI * shadowed * cross * np.maximum(flux, 0.0) / v, 0.0)


PROCESSES = {"bremsstrahlung": bremsstrahlung, "pairs": pairs, "photonuclear": photonuclear}


def fractions(points: int = 240, smallest: float = 1e-6) -> Float[np.ndarray, " fraction"]:
    """A grid of v, dense near 0 and near 1.

    Args:
        points: how many.
        smallest: the first v.

    Returns numbers without unit.
    """
    x = np.linspace(np.log(smallest / (1 - smallest)), np.log(1e6), points)
    return 1 / (1 + np.exp(-x))


def rates(
    energies: Float[np.ndarray, " energy"], v: Float[np.ndarray, " fraction"]
) -> Float[np.ndarray, "energy fraction"]:
    """dN/dv per mm of all three together.

    Args:
        energies: total energies of muons, GeV.
        v: fractions of the energy that are lost.
    """
    e, u = np.meshgrid(energies, v, indexing="ij")
    return np.sum([process(e, u) for process in PROCESSES.values()], axis=0)


def above(
    v: Float[np.ndarray, " fraction"], density: Float[np.ndarray, "energy fraction"]
) -> Float[np.ndarray, "energy fraction"]:
    """Integral of a density from each v to 1, by trapezia.

    Args:
        v: rising fractions of the energy, without unit.
        density: dN/dv at each of them, per mm.

    Returns per mm.
    """
    pieces = (density[:, 1:] + density[:, :-1]) / 2 * np.diff(v)
    return np.concatenate([np.cumsum(pieces[:, ::-1], axis=1)[:, ::-1], np.zeros((len(density), 1))], axis=1)
