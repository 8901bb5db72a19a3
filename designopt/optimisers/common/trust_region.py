"""A box around the best design, as in TuRBO (Eriksson et al., arXiv 1910.01739): its side, its corners, its points."""

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray

Point = Float[ndarray, " axis"]


@dataclass
class Box:
    """A side that doubles after three gains in a row (to 2 at most) and halves after `patience` failures.

    Below `last` it starts again from `first`.
    """

    first: float
    last: float
    patience: int
    side: float = field(init=False)
    _gains: int = 0
    _failures: int = 0

    def __post_init__(self) -> None:
        self.side = self.first

    def note(self, better: bool) -> None:
        """A suggestion was scored: was it better than the best before?"""
        self._gains, self._failures = (self._gains + 1, 0) if better else (0, self._failures + 1)
        if self._gains == 3:
            self.side, self._gains = min(2.0 * self.side, 2.0), 0
        if self._failures == self.patience:
            self.side, self._failures = self.side / 2.0, 0
        if self.side < self.last:
            self.side = self.first


def corners(centre: Point, half: float) -> tuple[Point, Point]:
    """Lowest and highest corner of the box of the half side `half` around a point, cut to the unit cube."""
    return np.clip(centre - half, 0.0, 1.0), np.clip(centre + half, 0.0, 1.0)


def nearest_rows(points: Float[ndarray, "point axis"], centre: Point, count: int) -> Int[ndarray, " row"]:
    """Rows of the at most `count` points closest to `centre`, the closest first, by their largest difference."""
    return np.argsort(np.max(np.abs(points - centre), axis=1), kind="stable")[:count]


def candidates(
    random: np.random.Generator | np.random.RandomState, centre: Point, low: Point, high: Point, count: int
) -> Float[ndarray, "candidate axis"]:
    """Uniform random points of a box that keep some coordinates of its centre.

    Each point changes every coordinate with a probability of its own, between 0.1 and 1 (in the manner of Regis
    and Shoemaker, Eng. Optim. 45 (2013) 529).
    """
    cloud = random.uniform(low, high, (count, len(centre)))
    changed = random.uniform(size=cloud.shape) < random.uniform(0.1, 1.0, (count, 1))
    return np.where(changed, cloud, centre)
