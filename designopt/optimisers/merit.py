"""What optimisers rank trials by when side limits count: one number a trial, or a smooth penalty with its gradient."""

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.evaluation.trial import Trial
from designopt.problem.constraints import augmented_lagrangian, updated_multipliers


@dataclass
class Ranking:
    """Turns trials into numbers that put every feasible design before every infeasible one, those by violation.

    An infeasible design with the violation v counts as the worst feasible score seen so far plus 0.1 + v / (1 + v)
    spreads of the feasible scores: a step of moderate height, kind to models of the scores.
    """

    scores: list[float] = field(default_factory=list)

    def see(self, trials: list[Trial]) -> None:
        """Note the feasible scores of a batch."""
        self.scores += [t.score for t in trials if t.feasible and t.score is not None]

    def value(self, trial: Trial) -> float:
        """One number, smaller is better; always finite."""
        worst = max(self.scores, default=0.0)
        spread = max(worst - min(self.scores, default=0.0), 1e-3)
        if trial.feasible and trial.score is not None:
            return float(trial.score)
        return float(worst + spread * (0.1 + trial.violation / (1.0 + trial.violation) + float(trial.failed)))


@dataclass
class Penalty:
    r"""Augmented Lagrangian of the side limits of one search: $L + P(g + margin)$.

    The margin keeps the built design, rounded to what can be made, on the allowed side.
    """

    count: int
    weight: float
    margin: float
    multipliers: Float[ndarray, " limit"] = field(init=False)

    def __post_init__(self) -> None:
        self.multipliers = np.zeros(self.count)

    def _limits(self, trial: Trial) -> Float[ndarray, " limit"]:
        return np.asarray(list(trial.violations.values())) + self.margin

    def value_and_gradient(self, trial: Trial) -> tuple[float, Float[ndarray, " coordinate"]]:
        """Penalised loss of a trial that was asked for its gradient, and its derivative."""
        assert trial.loss is not None and trial.gradient is not None and trial.jacobian is not None
        if not self.count:
            return trial.loss, trial.gradient
        limits = self._limits(trial)
        pull = np.asarray(updated_multipliers(limits, self.multipliers, self.weight))
        value = trial.loss + float(augmented_lagrangian(limits, self.multipliers, self.weight))
        return value, trial.gradient + pull @ np.stack(list(trial.jacobian.values()))

    def update(self, trial: Trial) -> None:
        """Start the next round from the limits that a trial reached."""
        if self.count:
            self.multipliers = np.asarray(updated_multipliers(self._limits(trial), self.multipliers, self.weight))
