"""What a board asks of a silicon hadron calorimeter beside its resolution: voltage of the sensors, linearity, pi/e."""

import math
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.units import cm

PERMITTIVITY = 11.9 * 8.854e-14  # F/cm, silicon
MOBILITY = 1400.0  # cm2/(V s), electrons in silicon at room temperature
RESISTIVITY = 5000.0
"""Ohm cm of the n-type wafers: assumed, 3000 to 10000."""
HIGHEST_VOLTAGE = 800.0
"""V that a sensor of a calorimeter stands: assumed, 600 to 1000."""
FROM, TO = 20.0, 175.0  # GeV


def depletion_voltage(thickness: float, resistivity: float = RESISTIVITY) -> float:
    r"""Voltage that depletes a sensor of this thickness (mm).

    $V = \frac{qNd^2}{2\epsilon} = \frac{d^2}{2\epsilon\mu\rho}$, doping N and resistivity (Ohm cm) bound by
    $\rho = 1/(qN\mu)$. A planar diode that is not irradiated; the built-in half a volt is left out. Sze, Physics of
    Semiconductor Devices.
    """
    return (thickness / cm) ** 2 / (2 * PERMITTIVITY * MOBILITY * resistivity)


class Linearity(NamedTuple):
    """Half the relative change of a response between two energies, and its error from the number of showers."""

    value: float
    error: float


def nonlinearity(
    energy: Float[ndarray, " shower"], response: Float[ndarray, " shower"], low: float = FROM, high: float = TO
) -> Linearity:
    r"""How far the mean response (estimate over beam energy) leaves a constant, as a half-range between two energies.

    $\frac{b\,\ln(E_2/E_1)}{2\,a}$ of the line $a + b\ln(E/\sqrt{E_1E_2})$ through showers inside, by least squares: the
    share of electromagnetic energy in hadron showers grows with the logarithm of the energy. Energies in GeV. Raises
    ValueError for fewer than ten showers inside.

    Args:
        energy: of the beam, GeV, a shower each.
        response: estimate over beam energy, without unit.
        low: E_1 in GeV.
        high: E_2 in GeV.
    """
    inside = (energy >= low) & (energy <= high)
    if inside.sum() < 10:
        raise ValueError(f"There are {inside.sum()} showers between {low:g} and {high:g} GeV. Take a wider range.")
    rows = np.stack([np.ones(inside.sum()), np.log(energy[inside] / math.sqrt(low * high))], axis=1)
    (middle, slope), *_ = np.linalg.lstsq(rows, response[inside], rcond=None)
    spread = np.std(response[inside] - rows @ [middle, slope], ddof=2)
    error = spread * math.sqrt(np.linalg.inv(rows.T @ rows)[1, 1])
    half = math.log(high / low) / 2 / middle
    return Linearity(float(slope * half), float(error * half))
