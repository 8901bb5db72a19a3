"""A problem for Optuna: an objective whose parameters are the variables of the design, in their own units."""

from typing import Any

import numpy as np

from designopt.design.space import DesignSpace
from designopt.interfaces.target import AbstractTarget

VIOLATION = "violation"
"""User attribute of a trial: the sum of what is over the side limits."""


class OptunaTarget(AbstractTarget):
    """`study.optimize(target, n_trials=target.calls)`; the study is told to stop when the allowance is spent.

    Parameters are called `name`, or `name[0]`, `name[1]`, ... for a series. Every trial has the cost (kCHF), the point
    of the cube and the excess over the side limits as user attributes; `constraints` is what samplers of Optuna take as
    `constraints_func`.
    """

    package = "optuna"

    @property
    def calls(self) -> int:
        """Evaluations that the allowance still pays for."""
        return self.evaluator.remaining // self.problem.events

    def __call__(self, trial: Any) -> float:
        """The score of the built design that a trial suggests."""
        from optuna.exceptions import TrialPruned

        if self.spent:
            trial.study.stop()
            raise TrialPruned("The simulated-event allowance is spent.")
        u = np.asarray(self.problem.space.encode(suggested(trial, self.problem.space)))
        found = self.scored(u)
        trial.set_user_attr("cost", found.built_cost)
        trial.set_user_attr(VIOLATION, found.violation)
        trial.set_user_attr("trial", found.number)
        if self.spent:
            trial.study.stop()
        return self._ranking.value(found)

    @staticmethod
    def constraints(trial: Any) -> tuple[float, ...]:
        """What a trial breaks, not positive where it keeps every side limit."""
        return (float(trial.user_attrs.get(VIOLATION, 1.0)),)


def suggested(trial: Any, space: DesignSpace) -> dict[str, Any]:
    """A design whose values a trial suggests."""
    design: dict[str, Any] = {}
    for variable in space.variables:
        values: list[Any] = []
        for label in labels(variable.name, variable.count):
            if variable.choice:
                chosen = trial.suggest_categorical(label, list(variable.choices))
                values.append(np.eye(variable.width)[variable.choices.index(chosen)])
            elif variable.levels:
                values.append(float(trial.suggest_int(label, variable.lower, variable.upper)))
            else:
                low, high = variable.lower / variable.unit, variable.upper / variable.unit
                values.append(
                    trial.suggest_float(label, low, high, log=getattr(variable, "scale", "") == "log") * variable.unit
                )
        design[variable.name] = np.asarray(values if variable.count else values[0])
    return design


def labels(name: str, count: int | None) -> list[str]:
    """Names of the parameters of a variable."""
    return [name] if count is None else [f"{name}[{slot}]" for slot in range(count)]
