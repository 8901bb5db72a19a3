"""The side of a box around the best design, as in TuRBO: Eriksson et al., arXiv 1910.01739."""

from dataclasses import dataclass, field


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
