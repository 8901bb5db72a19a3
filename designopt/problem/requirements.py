"""Requirements that a review board sets: what is asked of every design, how much of it, and who says so."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import lru_cache, partial
from inspect import getdoc, isroutine, unwrap
from typing import TYPE_CHECKING, Any

from designopt.design.variables import Variable
from designopt.problem.as_built import drawn_cost

if TYPE_CHECKING:
    from designopt.problem.problem import Problem

ASSUMED = "assumed"
"""Source of a number that nobody has published."""


@dataclass(frozen=True)
class Requirement:
    """One requirement of a problem.

    Attributes:
        option: the option of the problem's maker that sets it.
        meaning: what is asked, in a sentence without its end.
        value: how much of it, with its unit, as read by people.
        source: where the number is from: a publication, a detector, or "assumed", if possible with a range.
        limit: the side limit that enforces it; None where it is part of the response (noise, misalignment).
        off: the value of the option that takes the requirement away.
        range: for an assumed number, the least and the largest value that a board might set, in the option's unit;
            `designopt examine` looks at both.

    Raises ValueError for an empty meaning, value or source, and for a range from large to small.
    """

    option: str
    meaning: str
    value: str
    source: str = ASSUMED
    limit: str | None = None
    off: Any = None
    range: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        for name in ("option", "meaning", "value", "source"):
            if not getattr(self, name):
                raise ValueError(f"A requirement has no {name}. Say it: the report and `describe` print it.")
        if self.range is not None and not self.range[0] < self.range[1]:
            raise ValueError(f"The range of '{self.option}' is {self.range}. Give its smaller end first.")


def question(problem: "Problem") -> dict[str, Any]:
    """What a study asks, for people who read its report, as JSON values; it identifies nothing.

    `objective`: its docstring (of its class, where it is an object that is called), and the settings (weights) it was
    made with. `requirements`: the board's. `variables`: unit, scale, range and choices of every number of a design; a
    slot is empty where a variable with `gate` is 0 (or, for a choice, is `nothing`).

    Args:
        problem: what is asked.
    """
    objective: Callable[..., Any] = problem.objective
    settings: dict[str, Any] = {}
    while isinstance(objective, partial):
        settings = {**objective.keywords, **settings}
        objective = objective.func
    objective = unwrap(objective)
    words = getdoc(objective if isroutine(objective) else type(objective))
    settings = getattr(objective, "__dict__", {}) | settings
    return {
        "objective": {"words": words or "", "settings": {k: v for k, v in settings.items() if _plain(v)}},
        "requirements": [{k: v for k, v in asdict(one).items() if k != "off"} for one in problem.requirements],
        "variables": [_described(problem, variable) for variable in problem.space.variables],
    }


@lru_cache(maxsize=1)  # of a study's runs, which share one problem, only the first compiles the cost
def prices_of_references(problem: "Problem") -> dict[str, dict[str, float]]:
    """kCHF of the designs of people, as JSON values: `drawn` of the references, `dear` of those that are left out.

    A reference that is not built as it is drawn (`Problem.whole`) is scaled to the budget, which may ruin it.

    Args:
        problem: whose references they are.
    """
    return {"drawn": drawn_cost(problem.references, problem.detector.cost), "dear": dict(problem.dear)}


def _described(problem: "Problem", variable: Variable) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": variable.name, "slots": variable.count, "gate": False}
    if variable.choice:
        return {**entry, "choices": list(variable.choices), "gate": variable.nothing}
    if variable.continuous:
        entry |= {"range": [variable.lower, variable.upper]}
        return {**entry, "unit": variable.label, "scale": float(variable.unit)}
    gate = variable.lower == 0 and problem.spend_on.get(variable.name) == 1
    return {**entry, "gate": gate, "levels": variable.levels, "range": [variable.lower, variable.upper]}


def _plain(value: Any) -> bool:
    if isinstance(value, tuple | list):
        return all(map(_plain, value))
    return value is None or isinstance(value, str | bool | int | float)
