"""The contract of every detector: what a search takes for granted of the physics, the money and the drawing."""

import warnings
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from designopt.design.declared import described
from designopt.problem.problem import Problem
from designopt.suggestion import suggestion
from designopt.testing.rules.case import Case
from designopt.testing.rules.designs import drawing_draws, references_within_limits
from designopt.testing.rules.events import fresh_events_agree
from designopt.testing.rules.identity import settings_identify
from designopt.testing.rules.kinks import no_kink_beyond_the_trend
from designopt.testing.rules.money import built_within_budget, cost_rises
from designopt.testing.rules.numbers import batch_equals_one_by_one, finite_at_corners, response_gives_one_number
from designopt.testing.rules.slopes import gradients_match_differences
from designopt.testing.rules.slots import absent_slot_is_invisible

Rule = Callable[[Case], str | None]
"""None where the problem keeps it, a reason where it does not apply; raises RuleBroken otherwise."""

RULES: dict[str, Rule] = {
    "response": response_gives_one_number,
    "settings": settings_identify,
    "cost-rises": cost_rises,
    "absent-slot": absent_slot_is_invisible,
    "batch": batch_equals_one_by_one,
    "gradients": gradients_match_differences,
    "kinks": no_kink_beyond_the_trend,
    "corners": finite_at_corners,
    "as-built": built_within_budget,
    "references": references_within_limits,
    "fresh-events": fresh_events_agree,
    "drawing": drawing_draws,
}
"""Every rule by its name, in the order in which they are asked."""

FEW = 8
"""Corners that are tried where the simulator has no gradient: it may be another program, and slow."""


class RulesSkipped(UserWarning):
    """Rules of the contract were left out on demand."""


@dataclass(frozen=True)
class DetectorCheck:
    """What came of a check: names of the rules that were kept, that do not apply (and why), that were skipped."""

    problem: str
    passed: tuple[str, ...]
    not_applicable: Mapping[str, str]
    skipped: tuple[str, ...]

    def __str__(self) -> str:
        lines = [f"'{self.problem}' keeps {len(self.passed)} rules: {', '.join(self.passed)}."]
        lines += [f"'{rule}' does not apply: {reason}." for rule, reason in self.not_applicable.items()]
        lines += [f"Skipped on demand: {', '.join(self.skipped)}."] if self.skipped else []
        return "\n".join(lines)


def check_detector(
    problem: Problem,
    *,
    skip: Collection[str] = (),
    seed: int = 0,
    corners: int | None = None,
    gates: Mapping[str, tuple[str, ...]] | None = None,
) -> DetectorCheck:
    """Hold a problem and its detector against every rule that optimisers rely on (`RULES`).

    An absent slot is invisible; the cost rises along what is spent on; gradients agree with differences; no kink is
    larger than the trend; a batch gives what single calls give; everything is finite at the corners; nothing built
    costs more than the budget; settings identify the detector; it draws; references keep their limits; a key gives
    other events whose mean agrees.

    Arguments: `skip` names rules to leave out, which a warning says; `seed` is that of the random points; `corners`
    how many random corners are tried (default 48, and 8 where there is no gradient); `gates` which variable
    empties a slot, and the other variables of that slot, where that cannot be told from the space.
    Returns which rules were kept, do not apply, or were skipped. Raises RuleBroken (an AssertionError) with a sentence
    for the first rule that is broken, and ValueError for what is no problem or no rule.
    """
    if not isinstance(problem, Problem):
        raise ValueError(f"check_detector was given {described(problem)}. Give a Problem: a detector with its space.")
    if isinstance(skip, str):
        skip = (skip,)
    for name in skip:
        if name not in RULES:
            raise ValueError(f"No rule is called '{name}'.{suggestion(name, RULES)}")
    for name in [*(gates or {}), *(name for names in (gates or {}).values() for name in names)]:
        if name not in problem.space.slices:
            raise ValueError(f"`gates` names '{name}', which is no variable.{suggestion(name, problem.space.slices)}")
    skipped = tuple(rule for rule in RULES if rule in skip)
    if skipped:
        warnings.warn(f"'{problem.name}' was not held against {', '.join(skipped)}.", RulesSkipped, stacklevel=2)
    many = corners if corners is not None else Case.corners if problem.gradient_price is not None else FEW
    case = Case(problem, seed, many, gates)
    passed, not_applicable = [], {}
    for name, rule in RULES.items():
        if name in skipped:
            continue
        reason = rule(case)
        if reason is None:
            passed.append(name)
        else:
            not_applicable[name] = reason
    return DetectorCheck(problem.name, tuple(passed), not_applicable, skipped)
