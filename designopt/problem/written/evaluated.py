"""Any problem simulates and prices a design that is written by the names of its variables."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from designopt.problem.checks import checked_response
from designopt.problem.problem import Problem
from designopt.problem.written.by_name import form_of, read_by_name, written
from designopt.problem.written.form import Form
from designopt.problem.written.result import below_zero, common_part
from designopt.stored import StoredJit

SIMPLE = (bool, int, float, str)


class ByName:
    """What a module of an evaluation offers, for a problem without one: `evaluate_design`, `render_table`, `FORM`.

    `make(**options)` makes the problem; the options of `maker` that are a number, text or yes and no are those of
    `evaluate_design`.
    """

    def __init__(self, make: Callable[..., Problem], maker: Callable[..., Problem]):
        self._make, self._maker = make, maker

    @property
    def FORM(self) -> Form:  # noqa: N802 - the name that modules use
        """The description of the variables."""
        return form_of(self._make())

    def example(self) -> dict[str, Any]:
        """The reference that others are compared with; without references the middle of the space, as it is built."""
        problem = self._make()
        if problem.references:
            name = problem.compare_with or next(iter(problem.references))
            return written(problem, problem.references[name])
        return written(problem, problem.build(jnp.full(problem.size, 0.5)))

    @property
    def evaluate_design(self) -> Callable[..., dict[str, Any]]:
        """The evaluation, with the options of the problem in its signature."""

        def evaluate_design(spec: Any, **options: Any) -> dict[str, Any]:
            return evaluate_by_name(self._make(**options), spec)

        own = [one for one in inspect.signature(self._maker).parameters.values() if _simple(one)]
        first = inspect.Parameter("spec", inspect.Parameter.POSITIONAL_OR_KEYWORD)
        options = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in own]
        evaluate_design.__signature__ = inspect.Signature([first, *options])  # type: ignore[attr-defined]
        return evaluate_design

    def render_table(self, result: Mapping[str, Any]) -> Any:
        """A result for people. A rich renderable."""
        return render_table(result)


def _simple(one: inspect.Parameter) -> bool:
    return one.default is None or isinstance(one.default, SIMPLE)


def evaluate_by_name(problem: Problem, spec: Any) -> dict[str, Any]:
    """Score, loss, metrics, cost (kCHF) and side limits of a design by the names of its variables (`form_of`).

    The design is scored as it is written, on the training events of searches, whatever it costs: `budget` stands
    beside `total_cost`, and a warning says where the design costs more. `score` is what designs are ranked by, of the
    detector as built, `loss` what searches follow; smaller is better. `constraints` are met when not positive. Raises
    ValueError, in a sentence, for what is no design of the problem.
    """
    design, notes = read_by_name(problem, spec)
    detector, key = problem.as_built_detector, None if problem.deterministic else jax.random.key(0)

    def look(values: Any) -> Any:
        response = checked_response(detector, detector.response(values, key))
        score = problem.objective(response)
        return (
            score,
            score if problem.built_detector is None else problem.loss(values, key),
            detector.metrics(response),
            detector.cost(values),
            problem.constraints(values),
        )

    score, loss, metrics, cost, limits = (jax.device_get(part) for part in StoredJit(look)(design))
    part = common_part(cost, notes, below_zero(limits))
    if part["total_cost"] > problem.budget * (1 + 1e-6):
        part["warnings"].append(
            f"The design costs {part['total_cost']:,.6g} kCHF, more than the budget of {problem.budget:,.6g} kCHF."
        )
    return {
        "score": _number(score),
        "loss": _number(loss),
        "metrics": {name: _number(value) for name, value in metrics.items()},
        "constraints": {name: _number(g) for name, g in limits.items()},
        "budget": float(problem.budget),
        **part,
    }


def _number(value: Any) -> float | None:
    """A number of JSON; None for what is not finite."""
    return float(value) if np.isfinite(value) else None


def render_table(result: Mapping[str, Any]) -> Any:
    """A result for people: score, metrics, limits, money, and what to keep in mind. A rich renderable."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    def shown(value: float | None) -> str:
        return "none" if value is None else f"{value:.6g}"

    found = Table("", "value", title=f"Score {shown(result['score'])} (smaller is better)", title_justify="left")
    for name, value in {"loss": result["loss"], **result["metrics"]}.items():
        found.add_row(name, shown(value))
    limits = Table("limit", "value", "", title="Limits, met when not positive", title_justify="left")
    for name, value in result["constraints"].items():
        limits.add_row(name, shown(value), "met" if value is not None and value <= 0 else "broken")
    money = Table("item", "kCHF", title="Cost", title_justify="left")
    for name, value in {**result["cost"], "total": result["total_cost"], "budget": result["budget"]}.items():
        money.add_row(name, f"{value:,.4f}")
    notes = [Text(f"Note: {sentence}", style="yellow") for sentence in result["warnings"]]
    return Group(found, *([limits] if result["constraints"] else []), money, *notes)
