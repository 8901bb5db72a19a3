"""One number a trial, for searches that cannot handle side limits themselves: feasible first, then by violation."""

from dataclasses import dataclass

from designopt.records.trial import Trial


@dataclass
class Ranking:
    """Turns trials into numbers that put every feasible design before every infeasible one, those by violation.

    An infeasible design with the violation v counts as the worst feasible score seen so far plus 0.1 + v / (1 + v)
    spreads of the feasible scores: a step of moderate height, kind to models of the scores.
    """

    worst: float | None = None
    best: float | None = None

    def see(self, trials: list[Trial]) -> None:
        """Note the feasible scores of a batch: the worst and the best so far are all that counts."""
        scores = [t.score for t in trials if t.feasible and t.score is not None]
        if scores:
            self.worst = max(scores) if self.worst is None else max(self.worst, *scores)
            self.best = min(scores) if self.best is None else min(self.best, *scores)

    def value(self, trial: Trial, excess: float = 0.0) -> float:
        """One number, smaller is better; always finite.

        Args:
            trial: one that has been seen (`see`).
            excess: of the search's own limit, counted like those of side limits; met when not positive.
        """
        worst, best = self.worst or 0.0, self.best or 0.0
        spread = max(worst - best, 1e-3)
        violation = trial.violation + max(excess, 0.0)
        if trial.feasible and trial.score is not None and violation == 0.0:
            return float(trial.score)
        return float(worst + spread * (0.1 + violation / (1.0 + violation) + float(trial.failed)))
