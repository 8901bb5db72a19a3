"""Problems by name: `make("calorimeter-segmentation-v1", budget=900 * kCHF)`."""

import inspect
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, Any

from designopt.problem.plugins import EVALUATIONS, PROBLEMS, VERIFICATIONS, announced, load
from designopt.suggestion import suggestion

if TYPE_CHECKING:
    from designopt.problem.problem import Problem

_makers: dict[str, Callable[..., "Problem"]] = {}
_known_too: list[Callable[[], Iterable["Problem"]]] = []
_listeners: list[Callable[[str], None]] = []


def register(name: str, maker: Callable[..., "Problem"]) -> None:
    """Make a problem known by name. `maker(**options)` returns the problem; its keywords are the options.

    Raises ValueError when another maker has the name.

    Args:
        name: name with a version, as ledgers will hold it.
        maker: a function whose annotated keywords are the options of the problem.
    """
    if _makers.get(name, maker) is not maker:
        raise ValueError(f"A problem called '{name}' is registered already. Choose another name or a new version.")
    new = name not in list_problems() if _listeners else False
    _makers[name] = maker
    for hear in _listeners if new else ():
        hear(name)


def whenever_registered(hear: Callable[[str], None]) -> None:
    """Tell `hear` the name of every problem that is known, now, and of each that becomes known later."""
    for name in list_problems():
        hear(name)
    _listeners.append(hear)


def list_problems() -> list[str]:
    """Every problem that can be made, sorted.

    Returns names with their versions, such as `tracker-layout-v1`: what packages announce, and what was registered
    here.
    """
    return sorted({*_makers, *announced(PROBLEMS)})


def maker(name: str) -> Callable[..., "Problem"]:
    """The function that makes a problem.

    Raises ValueError for an unknown name, with the closest known one, and BrokenPlugin (a ValueError) for a problem
    whose package cannot be imported.

    Args:
        name: registered name with its version.
    """
    if name not in _makers:
        points = announced(PROBLEMS)
        if name not in points:
            raise ValueError(f"No problem is called '{name}'.{suggestion(name, list_problems())}")
        _makers[name] = load(points[name])
    return _makers[name]


def make(name: str, **options: Any) -> "Problem":
    """Make a problem by name.

    Options are what the maker's annotations declare: numbers of NumPy and JAX become Python's. Raises ValueError for
    an unknown name or option, or a value of another kind.

    Args:
        name: registered name with its version, from `list_problems()`.
        options: the maker's own, among them `budget` in kCHF for every problem of ours.

    >>> import designopt as do
    >>> do.make("plane-spacing-v1").size
    8
    """
    from designopt.design.declared import arguments_as_declared, described
    from designopt.problem.problem import Problem

    function = maker(name)
    known = inspect.signature(function).parameters
    for option in options:
        if option not in known:
            raise ValueError(f"The problem '{name}' has no option '{option}'.{suggestion(option, list(known))}")
    problem = function(**arguments_as_declared(function, options, f"'{name}'"))
    if not isinstance(problem, Problem):
        raise ValueError(f"The maker of '{name}' returned {described(problem)}. Let it return a Problem.")
    return problem


@contextmanager
def known_too(problems: Callable[[], Iterable["Problem"]]) -> Iterator[None]:
    """Within it, `remade` also finds these problems, which no maker makes. They are asked for when one is needed."""
    _known_too.append(problems)
    try:
        yield
    finally:
        _known_too.remove(problems)


def remade(card: Mapping[str, Any]) -> "Problem":
    """The problem that a ledger's card describes (`Problem.card`), made again.

    Raises ValueError for a problem that is neither installed nor `known_too`.

    Args:
        card: the problem's entry in the header of a ledger: name, budget in kCHF, options.
    """
    from designopt.problem.free_budget import SUFFIX, with_savings

    if card["name"].removesuffix(SUFFIX) not in list_problems():
        for problem in (problem for problems in _known_too for problem in problems()):
            if json.loads(json.dumps(problem.card())) == dict(card):
                return problem
    options = {"budget": card["budget"], **card["options"]}
    least = options.pop("least", None) if card["name"].endswith(SUFFIX) else None
    problem = make(card["name"].removesuffix(SUFFIX), **options)
    return problem if least is None else with_savings(problem, least)


def without_each(asked: "Problem", **options: Any) -> Iterator[tuple[str, "Problem"]]:
    """Option of a requirement, and the problem for the same money without it; an option that is listed twice, once.

    Args:
        asked: the problem as it is asked.
        options: those it was made with, by name.
    """
    for option, off in {one.option: one.off for one in asked.requirements}.items():
        yield option, make(asked.name, **{**options, "budget": asked.budget, option: off})


def evaluation(name: str) -> Any:
    """The module with `evaluate_design(spec, **options)` and `render_table(result)` of a problem.

    It may have `FORM`, the description of its fields, and `example()`. A problem without such a module is evaluated by
    the names of its variables (`problem.written`). Raises ValueError for an unknown problem.

    Args:
        name: registered name of a problem with its version.
    """
    from designopt.problem.written.evaluated import ByName

    points = announced(EVALUATIONS)
    return load(points[name]) if name in points else ByName(partial(make, name), maker(name))


def verification(name: str) -> ModuleType:
    """The module with `verify_design(problem, design, events, minutes, seed) -> Verification` of a problem.

    `events` and `minutes` are None where the module is to choose. Raises ValueError for an unknown problem, or one
    that no independent simulation knows.

    Args:
        name: registered name of a problem with its version.
    """
    return _module(
        VERIFICATIONS,
        name,
        f"No independent simulation of '{name}' is installed, so it cannot be "
        f"verified. A package announces one as an entry point of the group '{VERIFICATIONS}'.",
    )


def _module(group: str, name: str, missing: str) -> ModuleType:
    points = announced(group)
    if name not in points:
        if name not in (problem.name for problems in _known_too for problem in problems()):
            maker(name)
        raise ValueError(missing)
    return load(points[name])
