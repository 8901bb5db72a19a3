"""Which problem `train` and `rollout` are about: by name, of a study, at another budget."""

import dataclasses
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from designopt.problem import registry
from designopt.records.study_note import read_note
from designopt.study.script import with_study_of
from designopt.suggestion import suggestion

if TYPE_CHECKING:
    from designopt.problem.problem import Problem


def problem_of(source: str, name: str | None, budget: float | None) -> "Problem":
    """The problem with this name, or the one of a study's script or folder, at this budget.

    Raises ValueError for an unknown one, and for a study with several problems where none is named.
    """
    from designopt.cli.describe import described_problems

    found = described_problems(source, None)
    names = [problem.name for problem in found]
    if name is not None and name not in names:
        raise ValueError(f"{source} has no problem '{name}'.{suggestion(name, names)}")
    chosen = [problem for problem in found if name in (None, problem.name)]
    if len(chosen) > 1 and budget is not None:
        chosen = [problem for problem in chosen if problem.budget == budget] or (chosen[:1] if name else chosen)
    if len(chosen) > 1:
        budgets = ", ".join(f"{problem.name} at {problem.budget:g} kCHF" for problem in chosen)
        raise ValueError(f"{source} has several problems: {budgets}. Choose one with `--problem` and `--budget`.")
    return at_budget(chosen[0], budget)


def at_budget(problem: "Problem", budget: float | None) -> "Problem":
    """The problem with another budget; one that is installed is made again, as its references may depend on it."""
    if budget is None or budget == problem.budget:
        return problem
    if problem.name in registry.list_problems():
        return registry.remade({**problem.card(), "budget": budget})
    return dataclasses.replace(problem, budget=budget)


@contextmanager
def with_script_beside(path: Path) -> Iterator[None]:
    """Within it, problems that only a study's script defines are found, if one is kept in a folder around `path`."""
    with ExitStack() as stack:
        for folder in [path, *path.absolute().parents][:4]:
            if folder.is_dir() and read_note(folder) is not None:
                stack.enter_context(with_study_of(folder))
                break
        yield
