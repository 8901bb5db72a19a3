"""Score against money: what a detector costs where money may be kept, and which designs none undercuts in both."""

from collections.abc import Iterable, Mapping
from typing import Any

from designopt.records.trial import Trial


def paid(card: Mapping[str, Any], trial: Trial) -> float:
    """Money of the built detector of a trial, in kCHF, without what is kept (the last coordinate, if any is).

    `card` is the problem's (`Problem.card`).
    """
    assert trial.built_cost is not None
    least = card.get("options", {}).get("least")
    return trial.built_cost - (0.0 if least is None else float(trial.u[-1]) * (card["budget"] - least))


def front(card: Mapping[str, Any], trials: Iterable[Trial]) -> list[tuple[float, Trial]]:
    """The feasible designs that no other one undercuts in score and money, cheapest first, with their prices."""
    built = [(paid(card, trial), trial) for trial in trials if trial.feasible and trial.score is not None]
    kept: list[tuple[float, Trial]] = []
    for money, trial in sorted(built, key=lambda pair: (pair[0], pair[1].score)):
        if not kept or trial.score < kept[-1][1].score:  # type: ignore[operator]
            kept.append((money, trial))
    return kept
