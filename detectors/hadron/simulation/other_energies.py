"""Pions of energies without a sample of their own, from the calibration showers of 9 to 200 GeV around them."""

import math
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from numpy import ndarray

LOWEST, HIGHEST = 9.0, 200.0  # GeV: where the calibration showers were thrown, uniformly in the energy
BANDWIDTH = 0.25
"""Of the kernel, in ln(E): showers of half the energy count 2 % of those of the energy itself."""
SLOPES = np.linspace(-2.0, 1.0, 61)


class Local(NamedTuple):
    """What a layout makes of pions of one energy, relative to their energy, in raw units of the estimator."""

    mean: float
    sigma: float
    sampling: float
    showers: float


def around(
    energy: float,
    energies: Float[ndarray, " shower"],
    mean: Float[ndarray, " shower"],
    variance: Float[ndarray, " shower"],
) -> Local:
    r"""Mean and sigma of the estimate at one energy (GeV), each over the energy.

    Showers of energy $E_i$ count $w_i = \exp[-\ln^2(E_i/E)/2h^2]$, h = 0.25. The mean of $q_i = S_i/E_i$ is a straight
    line in $x_i = \ln(E_i/E)$, its variance $v\,e^{\beta x_i}$, that of each shower's own sensors included; $\beta$ is
    what all showers of 9-200 GeV together say. So the change of mean and resolution over the kernel is taken out, and
    what is left is curvature in ln E. At 50 and 100 GeV, where there are samples of their own, sigma over mean agrees
    within the errors (`test_other_energies.py`).

    Args:
        energy: of the pions, 9 to 200 GeV.
        energies: of the showers, GeV.
        mean, variance: of the weighted sum of each shower over the fluctuations of its sensors.

    Returns:
        mean, sigma and the part of sigma from thin sensors, over the energy; and how many showers with equal weights
        would know as much: $(\sum w)^2/\sum w^2$.
    """
    x = np.log(energies / energy)
    weight = kernel(energy, energies)
    ratio, noise = mean / energies, variance / energies**2
    rows = np.stack([np.ones(x.size), x], axis=1) * np.sqrt(weight)[:, None]
    line, *_ = np.linalg.lstsq(rows, ratio * np.sqrt(weight), rcond=None)
    square = (ratio - line[0] - line[1] * x) ** 2 + noise
    share = weight / weight.sum()
    spread = float(share @ (square * np.exp(-_slope(x, ratio, noise) * x)))
    grains = float(share @ (noise * np.exp(x)))
    return Local(float(line[0]), math.sqrt(spread), math.sqrt(grains), float(1 / (share**2).sum()))


def kernel(energy: float, energies: Float[ndarray, " shower"]) -> Float[ndarray, " shower"]:
    r"""How much each shower counts at one energy: $\exp[-\ln^2(E_i/E)/2h^2]$, h = 0.25.

    Args:
        energy: E, GeV.
        energies: E_i of the showers, GeV.
    """
    return np.asarray(np.exp(-((np.log(energies / energy) / BANDWIDTH) ** 2) / 2))


def _slope(x: Float[ndarray, " shower"], ratio: Float[ndarray, " shower"], noise: Float[ndarray, " shower"]) -> float:
    r"""The most likely $\beta$ of a variance $v\,e^{\beta x}$ about a parabola in x, over all showers."""
    square = (ratio - np.polyval(np.polyfit(x, ratio, 2), x)) ** 2 + noise
    losses = [math.log(float(np.mean(square * np.exp(-slope * x)))) + slope * float(np.mean(x)) for slope in SLOPES]
    return float(SLOPES[int(np.argmin(losses))])
