"""A design that a report wrote, evaluated by the problem of its study: with its options, prices and so its score."""

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from designopt.cli.arguments import read_json
from designopt.cli.say import remark
from designopt.problem import registry
from designopt.problem.problem import Problem
from designopt.problem.written.by_name import read_by_name
from designopt.problem.written.evaluated import ByName, evaluate_by_name, render_table

DIGITS = 6
"""Significant digits in which a design and the variables that are kept beside it agree."""


class StudyDesign:
    """What a module of an evaluation offers, for one design of one problem."""

    def __init__(self, problem: Problem, variables: Mapping[str, Any]):
        self._problem, self._variables = problem, variables

    def evaluate_design(self, spec: Any) -> dict[str, Any]:
        """Score, loss, metrics, cost and side limits of the design by variable, as `evaluate_by_name` tells them."""
        return evaluate_by_name(self._problem, _by_variable(self._problem, self._variables))

    def render_table(self, result: Mapping[str, Any]) -> Any:
        """A result for people. A rich renderable."""
        return render_table(result)


def evaluation_of(name: str, design: Path, read: Callable[[Path], dict[str, Any]] = read_json) -> Any:
    """The module that evaluates the problem of this name, or that of a study (its script or folder).

    Of a study the design is evaluated with the study's own options and prices, where it is written by variable, lies
    beside its `.found.json`, as reports write both, or says the same as one in the report's `designs/`, wherever it
    comes from; otherwise, with a remark, by the module of its problem. `read` reads it, standard input only once.

    Raises ValueError where the study has no problem, or several, of the name and the budget that the design says.
    """
    if name in registry.list_problems() or not Path(name).exists():
        return registry.evaluation(name)
    from designopt.cli.describe import described_problems  # which loads all that a study is made of

    said, beside = read(design), design.with_name(f"{design.stem}.found.json")
    kept = read(beside) if beside.is_file() and str(design) != "-" else _found_in(Path(name) / "designs", said)
    told = {**kept, **said}
    found = list(described_problems(name, None))
    for attribute, key in (("name", "problem"), ("budget", "budget_kchf")):
        found = [one for one in found if told.get(key) in (None, getattr(one, attribute))]
    if len(found) != 1:
        raise ValueError(
            f"{name} has {len(found)} problems that {design} may be a design of. Let the design say which, as those of "
            'a report do: "problem" and "budget_kchf".'
        )
    problem = found[0]
    if "variables" in said:
        return StudyDesign(problem, said["variables"])
    if "variables" in kept and _same(_own_words(problem, kept["variables"]), said):
        return StudyDesign(problem, kept["variables"])
    if problem.name in registry.list_problems():
        remark(
            f"The report in {name} knows no such design, so it is evaluated as `designopt evaluate {problem.name}` "
            "does, with that command's options and price book, which need not be the study's."
        )
        return registry.evaluation(problem.name)
    return ByName(lambda: problem, lambda: problem)


def _found_in(designs: Path, said: Any) -> dict[str, Any]:
    """What a report found of the winner that says the same as a design; empty where there is none."""
    for path in sorted(designs.glob("*.json")):
        beside = path.with_name(f"{path.stem}.found.json")
        if beside.is_file() and _same(read_json(path), said):
            return read_json(beside)
    return {}


def _by_variable(problem: Problem, variables: Mapping[str, Any]) -> dict[str, Any]:
    return {"problem": problem.name, "budget_kchf": float(problem.budget), "variables": variables}


def _own_words(problem: Problem, variables: Mapping[str, Any]) -> Any:
    from designopt.analysis.written import written

    return written(problem, read_by_name(problem, _by_variable(problem, variables))[0])


def _same(one: Any, other: Any) -> bool:
    """Whether two JSON values agree to `DIGITS`."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=10.0**-DIGITS, abs_tol=1e-9)
    return bool(one == other)
