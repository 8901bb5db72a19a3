"""What a study is held against before anything runs: its name, its parts, its seeds, its allowance."""

import json
import re
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from designopt.design.declared import described
from designopt.design.numbers import plain, shown, whole
from designopt.evaluation.evaluator import Allowance
from designopt.optimisers.base import AbstractOptimiser
from designopt.problem.problem import Problem

LARGEST_SEED = 2**31 - 1
"""What the random generators of every library take."""
MOST = 1000
"""Problems, optimisers or seeds that a study may have: of any of them a thousand are weeks of computing."""


def check_name(name: Any) -> None:
    """Raise ValueError unless a study's name can be that of its folder."""
    if not isinstance(name, str):
        raise ValueError(f"The name of a study is {described(name)}. Give text.")
    if not re.fullmatch(r"\w[\w .+-]{0,99}", name):
        raise ValueError(
            f"A study cannot be called {shown(name)}: its results go into a folder of that name. "
            "Use letters, digits, spaces, points and hyphens, a letter or digit first, at most 100 of them."
        )


def listed(parts: Any, kind: type, what: str, example: str) -> tuple[Any, ...]:
    """The parts of a study from any iterable. Raises ValueError for one that is not of its kind."""
    if isinstance(parts, str) or not isinstance(parts, Iterable):
        hint = f"[{example}]"
        raise ValueError(f"The {what}s of a study are {described(parts)}. Give a list, such as {hint}.")
    found = tuple(islice(parts, MOST + 1))
    _refuse_many(found, f"{what}s")
    for part in found:
        if not isinstance(part, kind):
            raise ValueError(
                f"One of the {what}s of a study is {described(part)}. Give {what}s themselves, such as {example}."
            )
    return found


def checked_seeds(seeds: Any) -> tuple[int, ...]:
    """Seeds from any iterable, as Python's numbers.

    Raises ValueError for one number alone, for one that is not whole, is negative or is too large, and for twins.
    """
    found = plain(seeds)
    if isinstance(found, str) or not isinstance(found, Iterable):
        hint = f"range({found})" if type(found) is int and 0 < found < 1000 else "range(3)"
        raise ValueError(f"The seeds of a study are {described(seeds)}. Give a list: {hint} is as many seeds.")
    found = [plain(seed) for seed in islice(found, MOST + 1)]
    _refuse_many(found, "seeds")
    for seed in found:
        if isinstance(seed, float):
            raise ValueError(
                f"A seed of the study is {shown(seed)}, which is no whole number. Give whole ones, such as range(3)."
            )
    numbers = tuple(whole(seed, "A seed of the study") for seed in found)
    for seed in numbers:
        if not 0 <= seed <= LARGEST_SEED:
            raise ValueError(
                f"A seed of the study is {shown(seed)}. Give whole numbers from 0 to {LARGEST_SEED}, "
                "which the random generators of all libraries take."
            )
        if numbers.count(seed) > 1:
            raise ValueError(f"The study names the seed {seed} twice, which would be the same run. Leave one out.")
    return numbers


def _refuse_many(found: Sequence[Any], what: str) -> None:
    if len(found) > MOST:
        raise ValueError(f"The study has more than {MOST} {what}. Make several studies of them.")


def check_allowance(allowance: Any, problems: Sequence[Problem]) -> None:
    """Raise ValueError unless an allowance pays for one evaluation of every problem."""
    if not isinstance(allowance, Allowance):
        raise ValueError(f"The allowance of a study is {described(allowance)}. Write Allowance(events=...).")
    for problem in problems:
        if allowance.events < problem.events:
            raise ValueError(
                f"The allowance of {allowance.events} simulated events pays for no evaluation of '{problem.name}', "
                f"which takes {problem.events}. Give a multiple of it, such as Allowance(events=100 * problem.events)."
            )


def check_twins(study: str, problems: Sequence[Problem], optimisers: Sequence[AbstractOptimiser]) -> None:
    """Raise ValueError for two optimisers of one name and equal settings, or one problem twice."""
    entrants = [
        (optimiser.name, json.dumps(optimiser.settings(), sort_keys=True, default=repr)) for optimiser in optimisers
    ]
    if len(set(entrants)) != len(entrants):
        names = ", ".join(name for name, _ in entrants)
        raise ValueError(
            f"The study '{study}' names an optimiser twice: {names}. Give each its own settings, or leave one out."
        )
    cards = [plain(problem.card()) for problem in problems]
    for number, card in enumerate(cards):
        if card in cards[:number]:
            raise ValueError(f"The study '{study}' names the problem '{problems[number].name}' twice. Leave one out.")
