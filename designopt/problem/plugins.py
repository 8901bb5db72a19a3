"""Plug-ins: what installed packages announce through entry points, loaded when wanted and named if broken."""

import logging
import sys
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import metadata
from multiprocessing import parent_process
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

PROBLEMS = "designopt.problems"
"""Packages announce problems here: `name = "package.module:function"`."""
EVALUATIONS = "designopt.evaluations"
"""And the modules that evaluate hand-written designs here: `name = "package.evaluate"`."""
VERIFICATIONS = "designopt.verifications"
"""And the modules that check a design in an independent simulation here: `name = "package.verify"`."""
COMMANDS = "designopt.commands"
"""And commands of their own here: `name = "package.module:function"`, a function that typer can read."""

OPTIMISERS = "designopt.optimisers"
"""And optimisers of their own here: `Name = "package.module:Class"`."""

CALLED = {EVALUATIONS: "evaluate_design", VERIFICATIONS: "verify_design"}
"""What is called of that which is announced; everywhere else it is itself a function or a class."""

OURS = "designopt"
_log = logging.getLogger(__name__)


@runtime_checkable
class EntryPoint(Protocol):
    """What a package announces: Python's own class, or that of importlib_metadata, which replaces it once imported."""

    @property
    def name(self) -> str:
        """Under which it is announced."""

    @property
    def value(self) -> str:
        """Module and object."""

    @property
    def module(self) -> str:
        """Where it is."""

    @property
    def attr(self) -> str:
        """What it is there."""

    @property
    def group(self) -> str:
        """What kind of thing it is."""

    @property
    def dist(self) -> Any:
        """The package, if known."""

    def load(self) -> Any:
        """Import it."""


class BrokenPlugin(ValueError):
    """An installed package announces something that cannot be imported."""


def entry_points(group: str) -> Sequence[EntryPoint]:
    """What installed packages announce in a group; read again only where a folder that Python looks into changed."""
    return tuple(_announced_by_all(tuple((entry, _changed(entry)) for entry in sys.path)).select(group=group))


@lru_cache(maxsize=1)
def _announced_by_all(folders: tuple[tuple[str, int], ...]) -> Any:
    try:
        return metadata.entry_points()
    except Exception:  # whatever the reading of one package's files raises
        return metadata.EntryPoints(_one_by_one())


def _one_by_one() -> Iterator[metadata.EntryPoint]:
    """Every entry point of the packages whose files can be read; the others are named."""
    seen = set()
    for distribution in metadata.distributions():
        try:
            name, points = distribution.name, list(distribution.entry_points)
        except Exception as error:
            where = getattr(distribution, "_path", "an installed package")
            reason = " ".join(f"{type(error).__name__}: {error}".split())
            warn(f"What {where} announces cannot be read ({reason}). Mend or uninstall that package.")
            continue
        if name not in seen:
            yield from points
        seen.add(name)


def _changed(entry: str) -> int:
    try:
        return Path(entry).stat().st_mtime_ns
    except OSError:
        return 0


def announced(group: str) -> dict[str, EntryPoint]:
    """Entry points of a group by name, nothing imported yet.

    Where two packages announce one name, ours counts before others, then the first in the alphabet; a warning says so.

    Args:
        group: one of `PROBLEMS`, `EVALUATIONS`, `VERIFICATIONS`, `COMMANDS`.
    """
    found: dict[str, EntryPoint] = {}
    for point in sorted(entry_points(group=group), key=_precedence):
        first = found.setdefault(point.name, point)
        if first.value != point.value:
            warn(
                f"Two packages announce '{point.name}' in {group}: {source(first)} and {source(point)}. "
                f"The one of {package(first)} is used; uninstall one of the packages, or have it renamed."
            )
    return found


def load(point: EntryPoint) -> Any:
    """Import what a package announces.

    Raises BrokenPlugin, in a sentence that names the package and why, whatever the import raised, and for what is
    nothing that can be called.

    Args:
        point: what is announced; its module is imported.
    """
    what = point.group.removeprefix(f"{OURS}.").removesuffix("s")
    try:
        found = point.load()
    except (Exception, SystemExit) as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        raise BrokenPlugin(
            f"The {what} '{point.name}' of {source(point)} cannot be imported ({reason}). "
            f"Mend or uninstall the package {package(point)}."
        ) from error
    wanted = CALLED.get(point.group, "__call__")
    if not hasattr(found, wanted):
        missing = "is no function" if wanted == "__call__" else f"has no function '{wanted}'"
        raise BrokenPlugin(
            f"The {what} '{point.name}' of {source(point)} {missing}. Mend or uninstall the package {package(point)}."
        )
    return found


def package(point: EntryPoint) -> str:
    """Name of the package that announces it; of its module where that is not known.

    Args:
        point: what is announced.
    """
    return _name(point.dist) if point.dist else point.value.partition(":")[0].partition(".")[0]


@lru_cache(maxsize=256)
def _name(distribution: Any) -> str:
    return str(distribution.name)  # parses all of the package's metadata, its README included


def source(point: EntryPoint) -> str:
    """The package and the object that it announces.

    Args:
        point: what is announced.
    """
    return f"{package(point)} ({point.value})"


@lru_cache(maxsize=256)
def warn(sentence: str) -> None:
    """Log a warning about a plug-in, once per process, and not again in every worker process.

    Args:
        sentence: whole, with what to do.
    """
    if parent_process() is None:
        _log.warning("%s", sentence)


def _precedence(point: EntryPoint) -> tuple[bool, str, str]:
    return package(point) != OURS, package(point), point.value
