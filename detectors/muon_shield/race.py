"""A race of shields that meet block after block of the same muons: the worse half drops out when asked to."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

FLOOR = 10.0  # hits; what a side limit is weighed against where hardly any are left
STEEPNESS = 50.0  # per unit of a side limit: 3 m too long cost as much as a factor 150 in hits


class Race:
    """Shields that meet one block of muons after another; the worse half of those still running drops out at times."""

    def __init__(self, excess: Float[ndarray, " design"]):
        self.excess, self.running, self.left = excess, np.arange(len(excess)), [np.arange(0)]
        self.sums, self.blocks = np.zeros(len(excess)), np.zeros(len(excess))

    def see(self, design: int, hits: float) -> None:
        """Hits per 1e7 muons of another block."""
        self.sums[design] += hits
        self.blocks[design] += 1

    @property
    def hits(self) -> Float[ndarray, " design"]:
        """Mean over the blocks that each shield has met."""
        return self.sums / self.blocks

    @property
    def merit(self) -> Float[ndarray, " design"]:
        """What is compared: ln(10 + hits) and a charge for what exceeds the side limits; smaller is better."""
        return np.log(FLOOR + self.hits) + STEEPNESS * self.excess

    def halve(self) -> None:
        """Only the better half runs on."""
        ranked = self.running[np.argsort(self.merit[self.running], kind="stable")]
        self.running = np.sort(ranked[: -(-len(ranked) // 2)])
        self.left.append(ranked[-(-len(ranked) // 2) :])

    def order(self) -> Float[ndarray, " design"]:
        """The rank of each shield, 0 the best; who dropped out ranks behind all that ran on."""
        ranked: list[int] = []
        merit = self.merit
        for group in (self.running, *reversed(self.left)):
            ranked.extend(group[np.argsort(merit[group], kind="stable")])
        return np.argsort(ranked).astype(float)
