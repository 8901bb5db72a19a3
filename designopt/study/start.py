"""Where every run of a study begins, besides the reference designs: the best of an earlier study, or given designs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from designopt.design.declared import described
from designopt.evaluation.allowance import Allowance
from designopt.problem.problem import Problem
from designopt.records.study_record import load


@dataclass(frozen=True, eq=False)
class Start:
    """Designs that the runs of one problem begin from.

    Attributes:
        points: of the cube, not yet led to the budget.
        source: the folder of the study that found them, or "given designs".
        events: simulated events with which that study found them; 0 where nobody counted.
        charged: how many of them count as spent by every run.
        names: fingerprints of the designs.
    """

    points: tuple[np.ndarray, ...]
    source: str
    events: int
    charged: int
    names: tuple[str, ...]

    def card(self) -> dict[str, Any]:
        """What makes a run another one that begins elsewhere, as JSON values."""
        return {"designs": list(self.names), "from": self.source, "events": self.events, "charged": self.charged}


def starts(found: Any, charged: bool, problems: Sequence[Problem], allowance: Allowance) -> list[Start]:
    """Where the runs of each problem begin; empty where nothing is asked.

    Raises ValueError for a folder without a design of a problem, for what is no design, and where what has to be
    charged leaves nothing of the allowance.
    """
    if not isinstance(charged, bool):
        raise ValueError(f"`start_charged` of a study is {described(charged)}. Write True or False.")
    if found is None:
        if charged:
            raise ValueError("The study is to charge what its start has cost, but has no `start_from`. Name a folder.")
        return []
    whole = [_of(found, charged, problem) for problem in problems]
    for start, problem in zip(whole, problems, strict=True):
        if allowance.events - start.charged < len(start.points) * problem.events:
            raise ValueError(
                f"Finding the designs that '{problem.name}' starts from took {start.events:,} simulated events, and "
                f"the allowance is {allowance.events:,}. Give more, or start_charged=False, which the report will say."
            )
    return whole


def _of(found: Any, charged: bool, problem: Problem) -> Start:
    if isinstance(found, str | Path):
        return _from_study(Path(found), charged, problem)
    if charged:
        raise ValueError(
            "The study is to charge what its start has cost, but nobody counted that of given designs. Name the folder "
            "of the study that found them, or leave `start_charged` out."
        )
    designs = [found] if isinstance(found, Mapping) else found
    if not isinstance(designs, Sequence) or not designs:
        raise ValueError(f"A study starts from {described(found)}. Give the folder of a study, a design, or designs.")
    for number, design in enumerate(designs):
        if not isinstance(design, Mapping):
            raise ValueError(
                f"Design {number + 1} that the study starts from is {described(design)}. Give values by variable name."
            )
        try:
            problem.space.check(design)
        except ValueError as error:
            raise ValueError(
                f"Design {number + 1} that the study starts from is no design of '{problem.name}': {error}"
            ) from error
    return _start(problem, designs, "given designs", 0, 0)


def _from_study(folder: Path, charged: bool, problem: Problem) -> Start:
    runs = [run for run in load(folder).runs if run.header["problem"]["name"] == problem.name]
    ended = [run for run in runs if run.winner is not None and run.best is not None]
    if not ended:
        raise ValueError(f"The folder {folder} holds no winner of '{problem.name}' to start from. Name another folder.")
    best = min(ended, key=lambda run: run.winner["score"])  # type: ignore[index]
    assert best.winner is not None
    design = best.winner["design"]
    try:
        problem.space.check(design)
    except ValueError as error:
        raise ValueError(f"The winner in {folder} is no design of '{problem.name}' as it is now: {error}") from error
    events = sum(trial.events for trial in best.trials)
    return _start(problem, [design], str(folder), events, events if charged else 0)


def _start(problem: Problem, designs: Sequence[Mapping[str, Any]], source: str, events: int, charged: int) -> Start:
    points = tuple(np.clip(np.asarray(problem.space.encode(design), dtype=float), 0.0, 1.0) for design in designs)
    return Start(points, source, events, charged, tuple(map(problem.space.fingerprint, designs)))
