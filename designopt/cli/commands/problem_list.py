"""The command `list`: what is installed; problems without importing our own detectors and with them JAX."""

import ast
import inspect
from collections.abc import Callable
from functools import cache
from importlib.machinery import PathFinder
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from designopt.cli.say import say
from designopt.problem import registry
from designopt.problem.plugins import OURS, PROBLEMS, BrokenPlugin, EntryPoint, announced, load, package, warn
from designopt.suggestion import suggestion


def list_installed(
    what: Annotated[str, typer.Argument(metavar="[problems|optimisers]", help="What to list.")] = "problems",
) -> None:
    """Name every problem that is installed, or every optimiser that a study may name by text.

    Example: `designopt list`, `designopt list optimisers`
    """
    if what not in LISTS:
        raise ValueError(f"There is no list of '{what[:60]}'.{suggestion(what, tuple(LISTS))}")
    LISTS[what]()


def list_problems() -> None:
    """A line a problem, and where the optimisers are listed."""
    points = announced(PROBLEMS)
    for name in registry.list_problems():
        try:
            line = first_line(points[name]) if name in points else _of(registry.maker(name))
        except BrokenPlugin as error:
            warn(str(error))
            continue
        say("  " + line, bold=name)
    say("Optimisers: `designopt list optimisers`.")


def list_optimisers() -> None:
    """A line an optimiser; all are imported, to say what is whole."""
    from designopt.optimisers import by_name

    for name in by_name.list_optimisers():
        try:
            kind = by_name.class_of(name)
        except BrokenPlugin as error:
            warn(str(error))
            continue
        say("  " + _of(kind), bold=name)


LISTS: dict[str, Callable[[], None]] = {"problems": list_problems, "optimisers": list_optimisers}
"""What can be listed."""


def first_line(point: EntryPoint) -> str:
    """The first line of the docstring of what a package announces; empty where it has none.

    What other packages announce is imported, since nothing else shows that it is whole. Ours is read from its source,
    and imported only where the source does not tell. Raises BrokenPlugin, in a sentence that names the package.
    """
    told = _docstring(point) if package(point) == OURS else None
    return _of(load(point)) if told is None else told.partition("\n")[0]


def _of(announced_object: object) -> str:
    return (inspect.getdoc(announced_object) or "").partition("\n")[0]


def _docstring(point: EntryPoint) -> str | None:
    """What the source says of `def NAME` or `NAME = made(..., docstring="...")`; None where it does not tell."""
    for node in _statements(point.module):
        if isinstance(node, ast.FunctionDef) and node.name == point.attr:
            return ast.get_docstring(node) or ""
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Call)
            and ast.unparse(node.targets[0]) == point.attr
        ):
            return next((ast.literal_eval(one.value) for one in node.value.keywords if one.arg == "docstring"), None)
    return None


@cache
def _statements(module: str) -> list[ast.stmt]:
    path = _source(module)
    return ast.parse(path.read_bytes()).body if path is not None else []


def _source(module: str) -> Path | None:
    """The file of a module, found without importing the packages around it."""
    whole, *inner = module.split(".")
    spec = find_spec(whole)
    for part in inner:
        if spec is None or spec.submodule_search_locations is None:
            return None
        whole = f"{whole}.{part}"
        spec = PathFinder.find_spec(whole, spec.submodule_search_locations)
    found = Path(spec.origin) if spec is not None and spec.origin is not None else None
    return found if found is not None and found.suffix == ".py" and found.is_file() else None
