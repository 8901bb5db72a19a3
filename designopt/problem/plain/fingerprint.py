"""What a plain function computes, as a few digits: a ledger tells with them whether the physics is still the same."""

import ast
import hashlib
import inspect
import textwrap
import types
from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import numpy as np

DIGITS = 12
DEEP = 4
"""How many calls down other functions of the same file are looked at."""


def fingerprint(function: Callable[..., Any]) -> str:
    """Twelve hexadecimal digits that change with what a function says, but not with its comments or its place.

    Counted are its code, its default arguments, the numbers that it finds outside of itself, and in the same way the
    functions that it calls, as far as they are of the same file.
    """
    return hashlib.sha256(repr(_told(function, DEEP)).encode()).hexdigest()[:DIGITS]


def _told(found: Any, depth: int) -> Any:
    if isinstance(found, partial):
        return "partial", _told(found.func, depth), _told(found.args, depth), _told(found.keywords, depth)
    if isinstance(found, types.MethodType):
        return _told(found.__func__, depth)
    if isinstance(found, types.FunctionType):
        return _function(found, depth) if depth else found.__qualname__
    if isinstance(found, dict):
        return sorted((str(key), _told(value, depth)) for key, value in found.items())
    if isinstance(found, list | tuple):
        return [_told(part, depth) for part in found]
    if isinstance(found, str | bytes | bool | int | float | complex | None):
        return repr(found)
    if isinstance(found, np.ndarray | np.generic | jax.Array):
        values = np.asarray(found)
        return str(values.dtype), values.shape, hashlib.sha256(values.tobytes()).hexdigest()
    return type(found).__qualname__  # modules, objects: their name alone


def _function(function: types.FunctionType, depth: int) -> Any:
    outside = inspect.getclosurevars(function)
    ours = {
        name: _told(value, depth - 1)
        for name, value in {**outside.globals, **outside.nonlocals}.items()
        if value is not function and _is_ours(value, function.__module__)
    }
    defaults = _told([function.__defaults__, function.__kwdefaults__], depth)
    return _code(function), defaults, sorted(ours.items())


def _is_ours(value: Any, module: str) -> bool:
    """Values, and functions of the same file; those of libraries have versions of their own."""
    return not callable(value) or getattr(value, "__module__", None) == module


def _code(function: types.FunctionType) -> Any:
    """Its syntax without comments; where the source is not there, or is part of a line, what Python made of it."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return _bytes(function.__code__)
    first = tree.body[0] if tree.body else None
    return ast.dump(first) if isinstance(first, ast.FunctionDef) else _bytes(function.__code__)


def _bytes(code: types.CodeType) -> Any:
    inner = [_bytes(part) if isinstance(part, types.CodeType) else repr(part) for part in code.co_consts]
    return code.co_code.hex(), inner, code.co_names
