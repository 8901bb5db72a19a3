"""What else is as good: different designs of a finished study that score nearly as well as its best."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np

from designopt.analysis.written import by_variable, problem_of
from designopt.optimisers.common.different import different, tolerance
from designopt.problem.problem import Problem
from designopt.problem.registry import known_too
from designopt.problem.requirements import question
from designopt.problem.rounding import built_point
from designopt.records.run import Run
from designopt.records.study_record import StudyRecord, load
from designopt.study.script import with_study_of

LISTED = 8
"""Values of a variable that are named one by one; of more, mean and range."""


@dataclass(frozen=True)
class DifferentDesign:
    """One of the designs of a problem that are as good as the best and differ from each other.

    Attributes:
        problem, budget: name and kCHF.
        score: as built, on the events that all designs are ranked on.
        worse: score less that of the best; `within` is how much that may be.
        apart: distance to the best in the unit cube of what is built, 0 to 1.
        cost: kCHF, without what was kept.
        differs: in words, what is otherwise than in the best, with units.
        variables: what is built, `{name: {"unit", "values"}}`, one value a slot.
        entrant, seed, file, trial: which search found it, and where its ledger says so.
    """

    problem: str
    budget: float
    score: float
    worse: float
    within: float
    apart: float
    cost: float
    differs: str
    variables: dict[str, Any]
    entrant: str
    seed: int
    file: str
    trial: int


def different_designs(
    study: Path | str | StudyRecord | Run,
    within: float | None = None,
    apart: float = 0.1,
    most: int = 8,
    problem: Problem | None = None,
) -> list[DifferentDesign]:
    """The best design of a study, and those that are as good and lie apart; nothing is simulated.

    All runs of a problem are looked at together, whatever found them. From the best design on, a design is taken if it
    is `apart` from all taken before it. Several problems come one after the other, each with its own best.

    Args:
        study: the folder of a study, its record, or one of its runs.
        within: how much worse than the best a score may be, in its own unit; None: a twentieth of the way from the
            median of the first 16 designs to the best.
        apart: smallest distance of two designs: the root mean square over the coordinates of what is built, 0 to 1.
        most: designs a problem, at most.
        problem: one that no installed package and no script kept in the study's folder defines.

    Raises ValueError for a folder without a ledger, or a problem that cannot be made again.
    """
    if isinstance(study, Run):
        runs, cards, folder = (study,), [study.header["problem"]], study.path.parent.parent
    else:
        record = load(study) if isinstance(study, str | Path) else study
        runs, cards, folder = record.runs, record.problems, record.run_dir
    found = []
    with known_too(lambda: [] if problem is None else [problem]), with_study_of(folder):
        for card in cards:
            found += of_problem(card, [run for run in runs if run.header["problem"] == card], within, apart, most)
    return found


def of_problem(
    card: Mapping[str, Any], runs: Sequence[Run], within: float | None = None, apart: float = 0.1, most: int = 8
) -> list[DifferentDesign]:
    """`different_designs` of runs that share a problem, given by its card."""
    problem = problem_of(card)
    where = [(run, trial) for run in runs for trial in run.trials]
    trials = [trial for _, trial in where]
    within = tolerance(trials) if within is None else within
    described = question(problem)["variables"]
    rows: list[DifferentDesign] = []
    for one in different(problem, trials, within, apart, most):
        run = where[one.place][0]
        variables = _built(problem, described, one.trial.u, one.trial.sharpness)
        rows.append(
            DifferentDesign(
                problem=problem.name,
                budget=float(problem.budget),
                score=float(one.trial.score or 0.0),
                worse=one.worse,
                within=within,
                apart=one.apart,
                cost=float(one.trial.paid or one.trial.cost),
                differs=what_differs(described, rows[0].variables, variables) if rows else "",
                variables=variables,
                entrant=run.entrant,
                seed=int(run.header["seed"]),
                file=run.path.name,
                trial=one.trial.number,
            )
        )
    return rows


def _built(problem: Problem, described: Sequence[Mapping[str, Any]], u: np.ndarray, sharpness: float) -> dict[str, Any]:
    values = problem.space.decode(jnp.asarray(built_point(problem, u, sharpness)), np.inf)
    return {one["name"]: by_variable(one, np.asarray(values[one["name"]])) for one in described}


def what_differs(described: Sequence[Mapping[str, Any]], best: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    """What is built otherwise in `other` than in `best`, by variable with units; empty slots do not count.

    Args:
        described: variables as `problem.requirements.question` describes them.
        best: `{name: {"unit", "values"}}`.
        other: the same of the other design.
    """
    said = []
    for variable in described:
        name, gate = str(variable["name"]), variable["gate"] is True and variable.get("levels", 1) == 1
        if gate:
            ours, theirs = (f"{sum(value >= 0.5 for value in one[name]['values'])} slots" for one in (other, best))
        else:
            ours, theirs = (_told(described, one, variable) for one in (other, best))
        if ours != theirs:
            unit = other[name]["unit"] if "choices" not in variable else ""
            label = name.replace("_", " ") + (f" ({unit})" if unit else "")
            said.append(f"{label} {ours} instead of {theirs}")
    return "; ".join(said)


def _told(described: Sequence[Mapping[str, Any]], design: Mapping[str, Any], variable: Mapping[str, Any]) -> str:
    """The values of a variable in the filled slots: one by one, counted (choices), or mean and range."""
    values = [v for slot, v in enumerate(design[variable["name"]]["values"]) if _filled(described, design, slot)]
    if not values:
        return "nothing"
    if "choices" in variable:
        counts = Counter(values)
        return ", ".join(f"{counts[choice]} {choice}" for choice in variable["choices"] if counts[choice])
    if len(values) <= LISTED:
        return ", ".join(f"{value:.4g}" for value in values)
    return f"{np.mean(values):.3g} in the mean, {min(values):.3g} to {max(values):.3g},"


def _filled(described: Sequence[Mapping[str, Any]], design: Mapping[str, Any], slot: int) -> bool:
    for variable in described:
        values, gate = design[variable["name"]]["values"], variable["gate"]
        if gate and variable["slots"] and slot < variable["slots"]:
            if (values[slot] < 0.5) if gate is True else (values[slot] == gate):
                return False
    return True
