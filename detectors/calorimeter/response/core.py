"""The core of a resolution: the Gaussian that a test beam fits around the peak; the rms counts the tail as well."""

import math

import numpy as np
from jaxtyping import Float

BELOW, ABOVE = 1.0, 2.0  # standard deviations around the peak that are fitted: leakage makes the tail below
POINTS = 2000
ROUNDS = 60


def core_width(values: Float[np.ndarray, " node"], probability: Float[np.ndarray, " node"], smearing: float) -> float:
    r"""Sigma of the Gaussian fitted from one sigma below to two above the peak of a smeared distribution.

    The distribution is $\sum_k p_k\,\mathrm{Gauss}(x; r_k, \sigma)$ with the `values` r, their `probability` and the
    `smearing` sigma (all in one unit). The logarithm of its density is fitted by a parabola, weighted with the density,
    and the range follows the fit. Of a Gaussian it is its sigma; a tail on the low side widens it less than the rms.
    """
    spread = float(np.sqrt(probability @ (values - probability @ values) ** 2))
    smearing = max(smearing, spread / 10)
    if spread < 1e-3 * smearing:
        return float(np.hypot(spread, smearing))
    x = np.linspace(values.min() - 5 * smearing, values.max() + 5 * smearing, POINTS)
    density = _density(x, values, probability, smearing)
    middle, sigma = float(x[density.argmax()]), float(np.hypot(spread, smearing))
    for _ in range(ROUNDS):
        near = np.linspace(middle - BELOW * sigma, middle + ABOVE * sigma, 61)
        height = np.interp(near, x, density)
        bent, slope, _ = np.polyfit((near - middle) / sigma, np.log(np.maximum(height, 1e-300)), 2, w=height)
        found = sigma / np.sqrt(max(-2 * bent, 0.05))
        middle += float(np.clip(slope / max(-2 * bent, 0.05), -0.5, 0.5)) * sigma
        if abs(found / sigma - 1) < 1e-4:
            break
        sigma = float((found + sigma) / 2)
    return float(found)


def _density(x: np.ndarray, values: np.ndarray, probability: np.ndarray, smearing: float) -> np.ndarray:
    """The smeared density on a grid: nodes are shared out to its points first, then folded with the Gaussian."""
    step = x[1] - x[0]
    place = (values - x[0]) / step
    front = np.floor(place).astype(int)
    behind = place - front
    histogram = np.bincount(front, probability * (1 - behind), x.size)[: x.size]
    histogram = histogram + np.bincount(front + 1, probability * behind, x.size)[: x.size]
    half = min(int(np.ceil(6 * smearing / step)), (x.size - 1) // 2)
    edges = (np.arange(-half, half + 2) - 0.5) * step / smearing
    below = np.array([0.5 * math.erfc(-edge / math.sqrt(2)) for edge in edges])  # SciPy takes long to import
    return np.asarray(np.convolve(histogram, np.diff(below), mode="same") / step)
