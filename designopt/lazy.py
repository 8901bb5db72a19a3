"""Public names of a package that are imported on first use."""

import importlib
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

LOADED = time.time_ns()
"""When this process loaded the first module of the package, in nanoseconds since 1970."""


def lazy_names(package: str, homes: Mapping[str, str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """The functions `__getattr__` and `__dir__` of a package whose public names live in other modules.

    `homes` gives the module of every name; a module that has nothing of that name is itself what the name stands for.
    The first function raises AttributeError with the public names for any other name.
    """

    def get(name: str) -> Any:
        if name not in homes:
            known = ", ".join(sorted(homes))
            raise AttributeError(
                f"{package} has no attribute {name!r}. Public names: {known}.", name=name, obj=sys.modules[package]
            )
        home = importlib.import_module(homes[name])
        own = vars(sys.modules[package]).get(name)  # a folder of the name, which the import has just put there
        value = own or getattr(home, name, home)
        setattr(sys.modules[package], name, value)
        return value

    def names() -> list[str]:
        return sorted([*homes, *(name for name in vars(sys.modules[package]) if name.startswith("__"))])

    return get, names


def late(module: str, name: str) -> Any:
    """A name of a module that is imported now: of one that stands on the caller's own."""
    return getattr(importlib.import_module(module), name)


def homes_within(package: str, homes: Mapping[str, str]) -> dict[str, str]:
    """The names whose modules lie in a package: what it makes public of a larger package's names."""
    return {name: home for name, home in homes.items() if home.startswith(f"{package}.")}
