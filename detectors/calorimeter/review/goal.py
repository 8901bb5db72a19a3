"""What a calorimeter is for: the mass of H -> gamma gamma, a formula without weights, or the first problem's mean."""

import math
from collections.abc import Callable
from functools import partial

import jax.numpy as jnp
from jax.typing import ArrayLike
from jaxtyping import Array, Float

from designopt.detectors.calorimeter.problem import objective as weighted_mean
from designopt.problem.detector import Response
from designopt.suggestion import suggestion
from designopt.units import GeV, m

HIGGS, Z_BOSON = 125.2 * GeV, 91.19 * GeV  # PDG
COLLISION = 240 * GeV  # e+e- -> ZH at FCC-ee and CEPC
RADIUS = 2.15 * m  # inner radius of CLD's electromagnetic barrel; arXiv 1911.12230 (recalled)
HIGGS_ENERGY = (COLLISION**2 + HIGGS**2 - Z_BOSON**2) / (2 * COLLISION)
PHOTON = HIGGS_ENERGY / 2  # 67.7 GeV: each photon of a decay across the flight of the Higgs
HALF_ANGLE = math.asin(HIGGS / HIGGS_ENERGY)  # half of the angle between the two, 68 degrees
GOALS = ("diphoton", "mean")


def mass_resolution(
    energy: Float[ArrayLike, ""], position: Float[ArrayLike, ""], radius: float = RADIUS
) -> Float[Array, ""]:
    r"""Relative resolution of the mass of two equal photons.

    $\frac{\sigma_m}{m} = \frac12\sqrt{2\left(\frac{\sigma_E}{E}\right)^2 +
    \left(\frac{\sqrt2\,\sigma_x/R}{\tan(\theta/2)}\right)^2}$ from $m^2 = 2E_1E_2(1-\cos\theta)$

    with the `energy` resolution and the `position` error (mm, one coordinate) of one photon at the radius R. Photons
    of 67.7 GeV, 136 degrees apart: ZH at 240 GeV, decay across the flight, which stands for the average (energies of
    42 to 93 GeV; the mean of 1/E is 5 % larger for every design). The vertex is known from the Z.
    """
    angle = math.sqrt(2) * jnp.asarray(position) / radius / math.tan(HALF_ANGLE)
    return 0.5 * jnp.sqrt(2 * jnp.asarray(energy) ** 2 + angle**2)


def diphoton(response: Response) -> Float[Array, ""]:
    r"""$\ln(\sigma_m/m)$ of H -> gamma gamma. No free number.

    Args:
        response: with the mass resolution of the pair.
    """
    return jnp.log(response["mass_resolution"])


def objective_of(goal: str, position_weight: float, pion_weight: float) -> Callable[[Response], Float[Array, ""]]:
    """The objective of a goal: "diphoton", or "mean", that of `calorimeter-segmentation-v1` with its two weights.

    Args:
        goal: its name.
        position_weight: without unit; only for "mean".
        pion_weight: without unit; only for "mean".
    """
    match goal:
        case "diphoton":
            return diphoton
        case "mean":
            return partial(weighted_mean, position_weight=position_weight, pion_weight=pion_weight)
        case _:
            raise ValueError(f"No goal of this problem is called {goal!r}.{suggestion(goal, GOALS)}")
