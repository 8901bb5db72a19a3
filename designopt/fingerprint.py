"""What a value is, as a text that is the same in every process: equal values have the same, others have another.

The digits of somebody's plain function in a ledger (`problem/plain/fingerprint.py`) survive a comment or a move, and
may overlook what it calls elsewhere. Here nothing may be overlooked: what is not known for certain has no fingerprint.
"""

import contextlib
import dataclasses
import hashlib
import inspect
import os
import sys
from collections.abc import Iterator, Mapping
from enum import Enum
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from types import FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from designopt.lazy import LOADED

FOLDERS = (Path(__file__).resolve().parent, (Path(__file__).parent / "detectors").resolve())
"""The package's: its code is known by the state of its files, other code is not known at all."""
STATED = ("designopt.design", "designopt.problem", "designopt.evaluation", "designopt.detectors")
"""Modules whose constants count, as they are now: somebody may have set another value in this process."""
PACKAGES = ("jax", "jaxlib", "numpy", "equinox", "jaxtyping")
OF_JAX = os.path.join("", "jax", "_src", "")
"""In the path of every file of JAX, whose functions hold ours: `jax.vmap(function)`."""
TRUSTED = {*PACKAGES, *sys.stdlib_module_names, "designopt"}
"""Where a function may come from."""


class NotKnown(Exception):
    """Nothing tells this value from others in another process."""


def fingerprint(*values: Any) -> str:
    """Sixteen bytes in hexadecimal that stand for values, the package's code and the versions of what it is built on.

    Numbers, texts, arrays, containers, dataclasses and enumerations count with all that they hold; functions and
    classes of this package with their name, code, defaults and closures; besides, every file of the package with its
    size and time, and the constants of the modules that describe physics and designs.

    Raises NotKnown for anything else: a function of somebody else's, or an object whose state nobody declares.
    """
    found = hashlib.sha256()
    for part in (*_parts(values, ()), _package(), *_constants()):  # values first: most that is not known is soon seen
        found.update(part.encode())
        found.update(b"\0")
    return found.hexdigest()[:32]


def _package() -> str:
    """Files of the package, and versions. Raises NotKnown where a file is younger than what this process has loaded."""
    states = []
    for folder, _, names in (found for top in FOLDERS for found in os.walk(top)):
        for path in (os.path.join(folder, name) for name in names if not name.endswith(".pyc")):
            with contextlib.suppress(FileNotFoundError):  # a link that leads nowhere
                state = os.stat(path)
                states.append((path, state.st_size, state.st_mtime_ns))
    states.sort()
    if max(changed for _, _, changed in states) > LOADED:
        raise NotKnown("the package, whose files have changed since")
    return repr((states, sys.version, _versions()))


@cache
def _versions() -> list[str]:
    return [version(name) for name in PACKAGES]


def _constants() -> Iterator[str]:
    """Names in capitals, and functions, of the modules of `STATED` that are loaded; what several share counts once."""
    told: dict[int, str] = {}
    for name in sorted(sys.modules):
        if name.startswith(STATED):
            for key, value in sorted(vars(sys.modules[name]).items()):
                if isinstance(value, FunctionType):
                    if not _inside(value.__code__.co_filename) and value.__module__.partition(".")[0] not in TRUSTED:
                        raise NotKnown(f"{name}.{key}, which is {value.__module__}.{value.__qualname__}")
                    yield f"{key} {value.__module__}.{value.__qualname__}"
                elif key.isupper():
                    yield (full := f"{name}.{key}")
                    if (first := told.setdefault(id(value), full)) != full:
                        yield first
                        continue
                    try:
                        yield from list(_parts(value, ()))
                    except NotKnown:
                        yield type(value).__qualname__


def _parts(value: Any, within: tuple[int, ...]) -> Iterator[str]:
    """The value as texts; `within` are the things that hold it, which nothing may hold again."""
    if value is None or isinstance(value, bool | int | float | complex | str | bytes):
        yield f"{type(value).__name__} {value!r}"
        return
    if id(value) in within:
        raise NotKnown(f"a {type(value).__name__} that holds itself")
    inner = (*within, id(value))
    if isinstance(value, Enum):
        yield f"{_named(type(value))}.{value.name}"
    elif isinstance(value, np.ndarray | np.generic) or _array_of_jax(value):
        yield _array(value)
    elif isinstance(value, type):
        yield _named(value)
    elif dataclasses.is_dataclass(value):
        yield _named(type(value))
        for one in dataclasses.fields(value):
            yield one.name
            yield from _parts(getattr(value, one.name), inner)
    elif isinstance(value, Mapping):
        yield f"mapping {len(value)}"
        for item in value.items():
            yield from _parts(item, inner)
    elif isinstance(value, tuple | list):
        yield f"{type(value).__name__} {len(value)}"
        for item in value:
            yield from _parts(item, inner)
    elif isinstance(value, set | frozenset):
        yield f"set {sorted(repr(list(_parts(item, inner))) for item in value)}"
    elif isinstance(value, FunctionType):
        yield from _function(value, inner)
    elif isinstance(value, MethodType):
        yield from _parts((value.__func__, value.__self__), inner)
    elif isinstance(value, partial):
        yield from _parts((value.func, value.args, value.keywords), inner)
    elif callable(wrapped := getattr(value, "__wrapped__", None)):
        yield type(value).__qualname__
        yield from _parts(wrapped, inner)
    elif isinstance(value, ModuleType):
        yield value.__name__
    else:
        yield from _object(value, inner)


def _object(value: Any, inner: tuple[int, ...]) -> Iterator[str]:
    """Something that keeps what it was made from, by the names of its parameters."""
    kind = type(value)
    if kind.__module__ == "builtins" and kind is not object:  # an `object()` is a mark that has no state
        raise NotKnown(f"a {kind.__qualname__}")
    yield _named(kind)
    for name in inspect.signature(kind).parameters:
        if not hasattr(value, name):
            raise NotKnown(f"a {kind.__module__}.{kind.__qualname__}")
        yield from _parts(getattr(value, name), inner)


def _array_of_jax(value: Any) -> bool:
    return "jax" in sys.modules and isinstance(value, sys.modules["jax"].Array)


def _array(value: Any) -> str:
    if _array_of_jax(value) and sys.modules["jax"].dtypes.issubdtype(value.dtype, sys.modules["jax"].dtypes.prng_key):
        return f"key {_array(sys.modules['jax'].random.key_data(value))}"
    plain = np.asarray(value)
    if plain.dtype == object:
        raise NotKnown("an array of objects")
    return f"array {plain.dtype} {plain.shape} {hashlib.sha256(plain.tobytes()).hexdigest()}"


def _named(kind: type) -> str:
    if kind.__module__ != "builtins" and not _of_package(kind.__module__):
        raise NotKnown(f"the class {kind.__qualname__}")
    return f"{kind.__module__}.{kind.__qualname__}"


@cache
def _of_package(module: str) -> bool:
    file = getattr(sys.modules.get(module), "__file__", None)
    return file is not None and _inside(file)


@cache
def _inside(file: str) -> bool:
    """Whether a file is one of the package's."""
    return any(Path(file).resolve().is_relative_to(folder) for folder in FOLDERS)


def _function(value: FunctionType, inner: tuple[int, ...]) -> Iterator[str]:
    code = value.__code__
    if not (
        _inside(code.co_filename) or f"{os.sep}jax{os.sep}_src{os.sep}" in code.co_filename
    ):  # `jax.vmap` of a function, say
        raise NotKnown(f"the function {value.__qualname__}")
    yield f"{value.__module__}.{value.__qualname__} {code.co_name}:{code.co_firstlineno} {code.co_code!r}"
    yield from _parts((value.__defaults__, value.__kwdefaults__), inner)
    for cell in value.__closure__ or ():
        yield from _parts(cell.cell_contents, inner)
