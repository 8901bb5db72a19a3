"""The same problem with a number that nobody has sourced at an end of its range, one number at a time."""

from collections.abc import Iterator
from dataclasses import dataclass

from designopt.problem.problem import Problem
from designopt.problem.registry import list_problems, remade
from designopt.problem.requirements import Requirement

NO_SEARCH = {"uniform": False}
"""An option by which a maker leaves out the search for the best equal design, which is compared with nothing here."""


@dataclass(frozen=True)
class Assumed:
    """A requirement's option at an end of its range: `amount` in the option's unit, `what` as people read it."""

    what: str
    amount: float
    problem: Problem


def at_the_ends(problem: Problem) -> Iterator[Assumed]:
    """Every option with a range, at either end, but for the value that it has already.

    Left out are options that change what can be designed, since a design of the problem is none of the other one, and
    problems that cannot be made again by name.
    """
    if problem.name not in list_problems():
        return
    card = problem.card()
    for one in {one.option: one for one in problem.requirements if one.range is not None}.values():
        for end in one.range or ():
            if card["options"].get(one.option) == end:
                continue
            options = {**card["options"], **{name: off for name, off in NO_SEARCH.items() if name in card["options"]}}
            other = remade({**card, "options": {**options, one.option: end}})
            if _shape(other) == _shape(problem):
                yield Assumed(f"{one.option}: {_words(other, one)}", float(end), other)


def _words(problem: Problem, asked: Requirement) -> str:
    return next((one.value for one in problem.requirements if one.option == asked.option), "nothing")


def _shape(problem: Problem) -> list[tuple[str, int | None, tuple[str, ...]]]:
    return [(one.name, one.count, tuple(one.choices) if one.choice else ()) for one in problem.space.variables]
