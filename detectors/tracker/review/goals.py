"""Goals without weights: the width of the Higgs recoil against Z -> mu mu, and the impact parameter of charm."""

import math
from functools import partial
from typing import Any

import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.design.numbers import shown
from designopt.problem.detector import Response
from designopt.units import GeV

ENERGY, HIGGS, Z = 240.0 * GeV, 125.25 * GeV, 91.1876 * GeV
"""Centre of mass of ZH production at FCC-ee, and masses (PDG)."""
BEAM_SPREAD = 1.85e-3
"""Relative energy spread of one beam at 120 GeV with beamstrahlung: recalled from FCC-ee parameter tables."""
MUON = 45.0 * GeV
CHARM = (1.0, 2.0, 5.0)
"""Momenta (GeV) of the particles that tag charm."""


def recoil_terms(spread: float) -> tuple[float, float]:
    r"""Width of the recoil mass in GeV from the beams, and per relative error of the pT of one muon.

    $m_{rec}^2 = s - 2\sqrt s(E_1 + E_2) + m_{ll}^2$ and $m_{ll} = m_Z$, so
    $E_{ll} = (s + m_Z^2 - m_H^2)/2\sqrt s$, shared equally: $\partial m_{rec}/\partial\ln\sqrt s =
    \sqrt s(\sqrt s - E_{ll})/m_H$, times the spread of a beam over the root of two;
    $\partial m_{rec}/\partial\ln p_1 = (m_Z^2/2 - \sqrt s E_{ll}/2)/m_H$ for each muon. Exact kinematics; errors of
    directions are left out.
    """
    lepton = (ENERGY**2 + Z**2 - HIGGS**2) / (2 * ENERGY)
    beams = ENERGY * (ENERGY - lepton) / HIGGS * spread / math.sqrt(2)
    return beams, abs(Z**2 / 2 - ENERGY * lepton / 2) / HIGGS


def recoil_width(pt: Float[Array, "*shape"], spread: float | None) -> Float[Array, "*shape"]:
    r"""$\sigma(m_{rec})$ in GeV for two muons of the relative error `pt`; `spread` None: of beams without a spread."""
    beams, muon = recoil_terms(spread or 0.0)
    return jnp.sqrt(beams**2 + 2 * (muon * pt) ** 2)


def _row(momenta: tuple[float, ...], wanted: float) -> int:
    if wanted not in momenta:
        raise ValueError(
            f"The goal looks at {wanted:g} GeV, but the momenta are {shown(list(momenta))}. Add it or change the goal."
        )
    return momenta.index(wanted)


def recoil(response: Response, momenta: tuple[float, ...], spread: float | None) -> Float[Array, ""]:
    r"""Mean logarithm of the width of the Higgs recoil against Z -> mu mu over directions, with muons of 45 GeV:
    $\langle\ln(\sigma(m_{rec})/\mathrm{GeV})\rangle$.

    Args:
        response: errors by momentum and angle.
        momenta: p_T, GeV.
        spread: of the energy of a beam, relative; None: none.
    """
    row = _row(momenta, MUON)
    return jnp.sum(response["share"][row] * jnp.log(recoil_width(response["pt"][row], spread)))


def charm(response: Response, momenta: tuple[float, ...], spread: float | None = None) -> Float[Array, ""]:
    r"""Mean logarithm of the error of d0 at 1, 2, 5 GeV over directions: $\langle\ln(\sigma(d_0)/\mathrm{mm})\rangle$.

    Args:
        response: errors by momentum and angle, d0 in mm.
        momenta: p_T, GeV.
        spread: not used: the goal has no beam in it.
    """
    rows = jnp.asarray([_row(momenta, momentum) for momentum in CHARM])
    return jnp.sum(response["share"][rows] * jnp.log(response["d0"][rows])) / len(CHARM)


GOALS = {"recoil": recoil, "charm": charm}


def physics_goal(goal: str, momenta: tuple[float, ...], spread: float | None) -> partial[Any]:
    """The objective of a name of `GOALS`. Raises ValueError where its momenta are not among those of the problem."""
    for wanted in (MUON,) if goal == "recoil" else CHARM:
        _row(momenta, wanted)
    return partial(GOALS[goal], momenta=momenta, spread=spread)
