"""A Gaussian process that learns from values and, where a simulator has them, from gradients too."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

JITTER = 1e-8
STEP = 0.5
"""Logarithmic step of the search for length scales and noise."""
TRIED = 10
"""Length scales tried in one pass."""
LENGTHS, NOISE = (np.log(0.02), np.log(20.0)), (np.log(1e-8), np.log(1.0))


def covariance(
    rows: Float[ndarray, "row axis"], columns: Float[ndarray, "column axis"], slopes: tuple[bool, bool]
) -> Float[ndarray, "both_rows both_columns"]:
    r"""Covariances of values, and of slopes where `slopes` says so, at points in units of the length scales.

    $k = e^{-r^2/2}$ with $r = z - z'$; value with slope $r_j k$, slope with value $-r_i k$, slope with slope
    $(\delta_{ij} - r_i r_j) k$. Values come first, then the slopes point by point. Rasmussen and Williams, Gaussian
    Processes for Machine Learning, section 9.4.
    """
    squares = np.sum(rows**2, axis=1)[:, None] + np.sum(columns**2, axis=1) - 2.0 * rows @ columns.T
    k = np.exp(-0.5 * np.maximum(squares, 0.0))
    if not any(slopes):
        return k
    apart = rows[:, None, :] - columns[None, :, :]
    (n, m), d = k.shape, rows.shape[1]
    upper, lower = [k], []
    if slopes[1]:
        upper.append((apart * k[..., None]).reshape(n, m * d))
    if slopes[0]:
        lower.append(-(apart * k[..., None]).transpose(0, 2, 1).reshape(n * d, m))
    if all(slopes):
        both = (np.eye(d) - apart[..., :, None] * apart[..., None, :]) * k[..., None, None]
        lower.append(both.transpose(0, 2, 1, 3).reshape(n * d, m * d))
    return np.concatenate([np.concatenate(half, axis=1) for half in (upper, lower) if half], axis=0)


@dataclass(frozen=True)
class Scales:
    """Logarithms of the length scales and of the noise (variance, in units of the signal's)."""

    lengths: Float[ndarray, " axis"]
    noise: float

    @classmethod
    def first(cls, size: int, gradients: Float[ndarray, "point axis"] | None = None) -> "Scales":
        r"""Half the cube along every axis; with gradients the axes relate as $1/\mathrm{rms}(\partial_k f)$.

        The prior of the process says $\langle(\partial_k f)^2\rangle = \sigma^2/l_k^2$.
        """
        lengths = np.full(size, np.log(0.5))
        if gradients is not None:
            steepness = np.sqrt(np.mean(gradients**2, axis=0))
            lengths -= np.clip(np.log(np.maximum(steepness, 1e-12) / np.mean(steepness + 1e-12)), -2.0, 2.0)
        return cls(np.clip(lengths, *LENGTHS), np.log(1e-4))

    def moved(self, place: int, step: float) -> "Scales":
        """One length scale (all of them for the place `size`, the noise beyond) multiplied by e to the `step`."""
        if place > len(self.lengths):
            return replace(self, noise=float(np.clip(self.noise + 3.0 * step, *NOISE)))
        change = np.full(len(self.lengths), step) if place == len(self.lengths) else step * np.eye(place + 1)[place]
        change = np.pad(change, (0, len(self.lengths) - len(change)))
        return replace(self, lengths=np.clip(self.lengths + change, *LENGTHS))


@dataclass(frozen=True)
class SlopeProcess:
    """A fitted process with a constant mean and squared-exponential covariance, one length scale an axis.

    `points` (point, axis) in the unit cube, `values` (point,), `gradients` (point, axis) or None.
    """

    points: Float[ndarray, "point axis"]
    values: Float[ndarray, " point"]
    gradients: Float[ndarray, "point axis"] | None
    scales: Scales
    _fit: tuple[Any, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        from scipy.linalg import cho_factor, cho_solve

        lengths = np.exp(self.scales.lengths)
        centre, spread = float(np.mean(self.values)), float(max(np.std(self.values), 1e-12))
        known = [(self.values - centre) / spread]
        if self.gradients is not None:
            known.append((self.gradients * lengths / spread).ravel())
        targets, sloped = np.concatenate(known), self.gradients is not None
        matrix = covariance(self.points / lengths, self.points / lengths, (sloped, sloped))
        factor = cho_factor(matrix + (np.exp(self.scales.noise) + JITTER) * np.eye(len(targets)), lower=True)
        weights = cho_solve(factor, targets)
        signal = float(max(targets @ weights / len(targets), 1e-12))
        object.__setattr__(self, "_fit", (lengths, centre, spread, factor, weights, signal))

    @property
    def evidence(self) -> float:
        """Logarithm of the marginal likelihood, with the best signal variance, but for a constant."""
        lengths, _, _, factor, weights, signal = self._fit
        scaled = len(self.points) * np.sum(np.log(lengths)) if self.gradients is not None else 0.0
        return float(-0.5 * len(weights) * np.log(signal) - np.sum(np.log(np.diag(factor[0]))) + scaled)

    @property
    def noise(self) -> float:
        """Standard deviation of the noise of a value."""
        _, _, spread, _, _, signal = self._fit
        return float(spread * np.sqrt(signal * np.exp(self.scales.noise)))

    def predict(self, points: Float[ndarray, "query axis"]) -> tuple[ndarray, ndarray]:
        """Mean and standard deviation, shape (query,) each."""
        from scipy.linalg import solve_triangular

        lengths, centre, spread, factor, weights, signal = self._fit
        cross = covariance(points / lengths, self.points / lengths, (False, self.gradients is not None))
        explained = np.sum(solve_triangular(factor[0], cross.T, lower=True) ** 2, axis=0)
        deviation = np.sqrt(signal * np.maximum(1.0 - explained, 1e-12))
        return centre + spread * cross @ weights, spread * deviation

    def slopes(self, point: Float[ndarray, " axis"]) -> tuple[float, ndarray, float, ndarray]:
        """Mean, its gradient, standard deviation, its gradient at one point."""
        from scipy.linalg import cho_solve

        lengths, centre, spread, factor, weights, signal = self._fit
        cross = covariance((point / lengths)[None], self.points / lengths, (True, self.gradients is not None))
        mean = spread * cross @ weights
        solved = cho_solve(factor, cross[0])
        deviation = spread * np.sqrt(signal * max(1.0 - cross[0] @ solved, 1e-12))
        descent = -(spread**2) * signal * (cross[1:] @ solved) / deviation
        return centre + float(mean[0]), mean[1:] / lengths, float(deviation), descent / lengths


def due(number: int) -> int:
    """Passes of the search for scales when `number` designs are known: one at first, later at every fourth design."""
    return 1 if number < 40 or number % 4 == 0 else 0


def fitted(
    points: Float[ndarray, "point axis"],
    values: Float[ndarray, " point"],
    gradients: Float[ndarray, "point axis"] | None = None,
    scales: Scales | None = None,
    passes: int = 1,
) -> SlopeProcess:
    """A process whose scales are better than `scales` by their evidence: scales are tried a step up and down.

    A pass tries `TRIED` of the length scales, in turn by the number of points, then all together and the noise. Called
    with the last scales for every new observation, the search for them goes on where it stopped.
    """
    best = SlopeProcess(points, values, gradients, scales or Scales.first(points.shape[1], gradients))
    size = points.shape[1]
    for number in range(passes):
        first = (len(points) + number) * TRIED
        for place in [*{(first + k) % size: None for k in range(min(TRIED, size))}, size, size + 1]:
            for step in (STEP, -STEP):
                other = SlopeProcess(points, values, gradients, best.scales.moved(place, step))
                if other.evidence > best.evidence + 1e-9:
                    best = other
                    break
    return best
