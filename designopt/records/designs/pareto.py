"""Score against money: which designs none undercuts in both."""

from collections.abc import Iterable

from designopt.records.trial import Trial


def front(trials: Iterable[Trial]) -> list[tuple[float, Trial]]:
    """The feasible designs that no other one undercuts in score and money.

    Cheapest first, each with the money of its built detector in kCHF (`Trial.paid`).
    """
    built = [
        (trial.paid, trial.score, trial)
        for trial in trials
        if trial.feasible and trial.paid is not None and trial.score is not None
    ]
    kept: list[tuple[float, Trial]] = []
    lowest = float("inf")
    for money, score, trial in sorted(built, key=lambda entry: entry[:2]):
        if score < lowest:
            kept.append((money, trial))
            lowest = score
    return kept
