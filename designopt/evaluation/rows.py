"""The results of a batch, design by design, in the plain numbers that trials hold."""

import math
from typing import Any

import numpy as np

UNKNOWN = 1.0
"""Excess of a side limit that a design gives no number for: as if it had twice what is allowed."""
BEYOND = 1e6
"""Excess that stands for an infinite one, which no ledger can hold and no search can add to others."""


class Rows:
    """What the simulator said of a batch.

    Args:
        result: by name, arrays whose first axis is the design: `loss`, `score`, `gradient` and so on, as asked for.
    """

    def __init__(self, result: dict[str, Any]):
        self._numbers = {name: values.tolist() for name, values in result.items() if not isinstance(values, dict)
                         and values.ndim == 1}  # fmt: skip
        self._limits = {
            name: {limit: values.tolist() for limit, values in result.get(name, {}).items()}
            for name in ("violations", "built_violations")
        }
        self._gradient: np.ndarray | None = result.get("gradient")
        self._jacobian: dict[str, np.ndarray] | None = result.get("jacobian")
        finite = np.ones(len(result["cost"]), bool)
        for name in ("loss", "score"):
            finite &= np.isfinite(result[name]) if name in result else True
        for slopes in [] if self._gradient is None else [self._gradient, *(self._jacobian or {}).values()]:
            finite &= np.isfinite(slopes).all(axis=1)
        self._failed = (~finite).tolist()

    def number(self, name: str, row: int) -> float | None:
        """A number of a design; None where it was not asked for."""
        return self._numbers[name][row] if name in self._numbers else None

    def limits(self, name: str, row: int) -> dict[str, float]:
        """`violations` or `built_violations` of a design; `UNKNOWN` without a number, `BEYOND` for an infinite one."""
        found = {limit: values[row] for limit, values in self._limits[name].items()}
        return {limit: g if math.isfinite(g) else _written(g) for limit, g in found.items()}

    def gradient(self, row: int) -> np.ndarray | None:
        """Of the loss, shape (coordinate,); None where it was not asked for; zero where the design failed."""
        return None if self._gradient is None else self._sound(self._gradient[row], row)

    def jacobian(self, row: int) -> dict[str, np.ndarray] | None:
        """Of every side limit, shape (coordinate,); None where it was not asked for; zero where the design failed."""
        if self._jacobian is None:
            return None
        return {limit: self._sound(slopes[row], row) for limit, slopes in self._jacobian.items()}

    def _sound(self, slope: np.ndarray, row: int) -> np.ndarray:
        return np.zeros_like(slope) if self._failed[row] else slope

    def failed(self, row: int) -> bool:
        """Whether the loss, the score or a slope of the design is not finite."""
        return self._failed[row]


def _written(excess: float) -> float:
    return UNKNOWN if math.isnan(excess) else math.copysign(BEYOND, excess)
