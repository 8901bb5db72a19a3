"""What an environment is made of: the problem, its meter, the kind of actions; and many agents from one call."""

from collections.abc import Sequence
from typing import Any, Literal, get_args

from jaxtyping import Float
from numpy import ndarray

from designopt.design.numbers import whole
from designopt.envs.actions import AbstractActions
from designopt.envs.choice_actions import ChoiceActions
from designopt.envs.layer_actions import LayerActions
from designopt.envs.shared.episodes import Episodes, while_paid
from designopt.envs.shared.reward import chosen_start
from designopt.evaluation.allowance import MOST
from designopt.evaluation.evaluator import Allowance, Evaluator
from designopt.problem.problem import Problem
from designopt.problem.registry import make
from designopt.records.trial import Needs
from designopt.suggestion import suggestion

ActionKind = Literal["layers", "choices"]
"""A whole layer per step, or one decision."""


def problem_of(problem: Problem | str, options: dict[str, Any]) -> Problem:
    """A problem, or the one with this name and these options.

    Raises ValueError for an unknown name or option, or options of a problem that is made already.
    """
    if isinstance(problem, str):
        return make(problem, **options)
    if options:
        raise ValueError(
            f"The problem '{problem.name}' is made already, so {', '.join(options)} cannot change it. Make it with "
            "these options, or give its name."
        )
    return problem


def metered(problem: Problem, allowance: int | None, evaluations: int | None) -> Evaluator:
    """An evaluator with an allowance of simulated events, or of so many evaluations; None for both: without end.

    Raises ValueError for both at once, or for less than one evaluation.
    """
    if allowance is not None and evaluations is not None:
        raise ValueError("An environment was given `allowance` and `evaluations`. Give one of them: both are an end.")
    if evaluations is not None:
        allowance = whole(evaluations, "The number of evaluations") * problem.events
    evaluator = Evaluator(problem, Allowance(MOST if allowance is None else allowance))
    if not evaluator.affordable(Needs.SCORE):
        raise ValueError(
            f"The allowance of {evaluator.allowance.events:,} simulated events pays for no evaluation of "
            f"'{problem.name}', which is charged as {problem.events:,}. Give at least that many."
        )
    return evaluator


def actions_of(
    evaluator: Evaluator, count: int, start: Float[ndarray, " coordinate"] | None, reach: float, kind: str
) -> AbstractActions:
    """The actions of `count` agents. Raises ValueError for an unknown kind, or a reach that is not positive."""
    if kind not in get_args(ActionKind):
        raise ValueError(f"There are no actions '{kind}'.{suggestion(kind, get_args(ActionKind))}")
    if not reach > 0:
        raise ValueError(f"The reach of an action is {reach!r}. Give a positive number, such as 0.5.")
    if whole(count, "The number of agents") < 1:
        raise ValueError(f"There are {count} agents. Give at least one.")
    return (LayerActions if kind == "layers" else ChoiceActions)(evaluator, count, start, reach)


def many(
    problem: Problem | str,
    count: int,
    actions: str,
    start: str | Float[ndarray, " coordinate"] | Sequence[float] | None,
    reach: float,
    allowance: int | None,
    evaluations: int | None,
    options: dict[str, Any],
) -> Episodes:
    """Episodes of `count` agents that step together and share one meter; arguments as of `DesignEnv`."""
    chosen = problem_of(problem, options)
    begin = chosen_start(chosen, start)
    acting = actions_of(metered(chosen, allowance, evaluations), count, begin, reach, actions)
    return Episodes(acting, while_paid(acting), begin)
