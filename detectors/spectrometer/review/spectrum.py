"""Which momenta decay products of a long-lived particle from a beam dump have: fractions with a source."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.units import GeV

BEAM = 400 * GeV
FALL, SLOPE = 3.2, 1.5
r"""Charm by protons of 400 GeV: $E\,d^3\sigma/dp^3 \propto (1-x)^{3.2}e^{-1.5\,p_T}$, p_T in GeV. "Characteristics of
charm production by 400-GeV protons", Phys. Rev. Lett. 43 (1979); beam-dump experiment at Fermilab."""
CHARM = 1.87 * GeV  # mass of D+, PDG
OPENING = 2.76 / 95.07
"""Radius of a circle as large as SHiP's 4 m x 6 m over the distance of its last station from the target (FairShip,
strawtubes_config.yaml and geometry_config.py, magnet at 89.57 m)."""
POINTS = 200


def decays(momentum: Float[ndarray, "*shape"], mass: float) -> Float[ndarray, "*shape"]:
    r"""Decays in an interval of ln p whose two products have the momentum p (GeV) each, in any unit.

    $\frac{dN}{d\ln p} \propto (1-x)^{3.2}\,[1-(1+u)e^{-u}]\,\frac{1}{p}$: charm of the momentum $P_D = 2p/s$ with
    $x = P_D/400$ GeV, inside the aperture, $u = 1.5\,P_D\,\theta$, times the probability to decay in the vessel, which
    falls as 1/p for a long lifetime. The particle takes the mean share $s = (1+m^2/m_D^2)/2$ of a two-body decay
    $D \to \ell X$, its products half of that each. Spread about the means is left out.

    Args:
        momentum: p, GeV.
        mass: m, GeV.
    """
    charm = 2.0 * momentum / (0.5 * (1.0 + (mass / CHARM) ** 2))
    reach = SLOPE * charm * OPENING
    accepted = 1.0 - (1.0 + reach) * np.exp(-reach)
    return np.maximum(1.0 - charm / BEAM, 0.0) ** FALL * accepted / momentum


def fractions(momenta: Sequence[float], mass: float) -> tuple[float, ...]:
    """Share of the decays that each of the `momenta` (GeV) stands for, in ascending order or any other.

    Borders are half-way in the logarithm, the outermost intervals symmetric; a single momentum stands for all.
    Raises ValueError where no decay has such momenta, or the `mass` (GeV) is beyond that of charm.
    """
    if not 0 < mass < CHARM:
        raise ValueError(f"The particle has a mass of {mass:g} GeV, but charm of {CHARM:g} GeV has to decay into it.")
    order = np.argsort(momenta)
    logs = np.log(np.asarray(momenta, float)[order])
    if not np.any(decays(np.exp(logs), mass) > 0):
        raise ValueError(f"No decay product of charm has {', '.join(f'{p:g}' for p in momenta)} GeV: give less.")
    if len(logs) == 1:
        return (1.0,)
    middle = (logs[1:] + logs[:-1]) / 2
    edges = np.concatenate([[2 * logs[0] - middle[0]], middle, [2 * logs[-1] - middle[-1]]])
    inside = np.linspace(edges[:-1], edges[1:], POINTS, axis=1)
    share = np.mean(decays(np.exp(inside), mass), axis=1) * np.diff(edges)
    found = np.empty(len(logs))
    found[order] = share / share.sum()
    return tuple(found.tolist())
