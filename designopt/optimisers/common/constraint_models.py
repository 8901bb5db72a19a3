"""Models of the side limits of built designs, for searches that model the score."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.optimisers.common.compression import compressed_limits
from designopt.records.trial import Trial
from designopt.surrogates.with_slopes import Scales, SlopeProcess, fitted


@dataclass(frozen=True)
class LimitModels:
    """One Gaussian process per side limit, $g \\le 0$; none where a problem has no limits."""

    models: tuple[SlopeProcess, ...]

    @classmethod
    def of(
        cls,
        points: Float[ndarray, "point axis"],
        trials: list[Trial],
        scales: Scales,
        passes: int,
        before: "LimitModels | None" = None,
    ) -> "LimitModels":
        """Fit every limit of scored trials; the search for scales goes on from `before`, or from those of the score."""
        names = list(trials[0].built_violations)
        first = [model.scales for model in before.models] if before else [scales] * len(names)
        models = []
        for name, start in zip(names, first, strict=True):
            g = np.array([trial.built_violations[name] for trial in trials])
            models.append(fitted(points, compressed_limits(g)[0], scales=start, passes=passes))
        return cls(tuple(models))

    @property
    def count(self) -> int:
        """Number of limits."""
        return len(self.models)

    def excess(self, point: Float[ndarray, " axis"]) -> float:
        """Sum of what the means are over the limits, to a thousandth."""
        means = [float(model.predict(point[None])[0][0]) for model in self.models]
        return float(sum(mean for mean in means if mean > 1e-3))

    def log_probability(self, points: Float[ndarray, "query axis"]) -> Float[ndarray, " query"]:
        """Logarithm of the probability that all limits are met, as if they were independent."""
        return sum((log_chance(*model.predict(points)) for model in self.models), np.zeros(len(points)))

    def rules(self) -> list[dict[str, Any]]:
        """The limits as scipy's inequality constraints on the means, with their slopes."""
        return [
            {
                "type": "ineq",
                "fun": lambda point, model=model: -model.slopes(point)[0],
                "jac": lambda point, model=model: -model.slopes(point)[1],
            }
            for model in self.models
        ]


def log_chance(mean: Float[ndarray, "*any"], deviation: Float[ndarray, "*any"]) -> Float[ndarray, "*any"]:
    """Logarithm of the probability that a normal number is not positive."""
    from scipy.special import log_ndtr

    return np.asarray(log_ndtr(-mean / deviation))
