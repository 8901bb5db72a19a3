"""One number a trial, for searches that cannot handle side limits themselves: feasible first, then by violation."""

from dataclasses import dataclass, field

from designopt.records.trial import Trial


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
        """One number, smaller is better; always finite.

        Args:
            trial: one that has been seen (`see`).
        """
        worst = max(self.scores, default=0.0)
        spread = max(worst - min(self.scores, default=0.0), 1e-3)
        if trial.feasible and trial.score is not None:
            return float(trial.score)
        return float(worst + spread * (0.1 + trial.violation / (1.0 + trial.violation) + float(trial.failed)))
