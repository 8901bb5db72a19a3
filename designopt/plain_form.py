"""Dataclasses and named tuples of arrays as dictionaries of arrays, and back: what a program's result is stored as."""

import dataclasses
import json
from importlib import import_module
from typing import Any

MARK = "="
"""Begins the only key of a dictionary that stands for an object: `=module:class:fixed fields as JSON`."""


def plain(value: Any) -> Any:
    """Dictionaries, lists and tuples in place of the dataclasses and named tuples of a value.

    Fields of an equinox module that are static must have a JSON form; TypeError where they have none.
    """
    if dataclasses.is_dataclass(value):
        fields = dataclasses.fields(value)
        fixed = {one.name: getattr(value, one.name) for one in fields if one.metadata.get("static")}
        return _marked(
            type(value), fixed, {one.name: getattr(value, one.name) for one in fields if one.name not in fixed}
        )
    if hasattr(value, "_fields"):
        return _marked(type(value), {}, value._asdict())
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(plain(part) for part in value)
    return value


def _marked(kind: type, fixed: dict[str, Any], parts: dict[str, Any]) -> dict[str, Any]:
    name = f"{MARK}{kind.__module__}:{kind.__qualname__}:{json.dumps(fixed)}"
    return {name: {key: plain(part) for key, part in parts.items()}}


def whole(value: Any) -> Any:
    """The value of which `plain` made this."""
    if isinstance(value, dict):
        parts = {key: whole(part) for key, part in value.items()}
        name = next(iter(parts), "")
        return _object(name, parts[name]) if isinstance(name, str) and name.startswith(MARK) else parts
    if isinstance(value, tuple | list):
        return type(value)(whole(part) for part in value)
    return value


def _object(name: str, parts: dict[str, Any]) -> Any:
    module, qualname, fixed = name.removeprefix(MARK).split(":", 2)
    kind: Any = import_module(module)
    for part in qualname.split("."):
        kind = getattr(kind, part)
    if hasattr(kind, "_fields"):
        return kind(**parts)
    made = object.__new__(kind)  # as JAX does: what is checked where it is made was checked before it was compiled
    for key, part in {**json.loads(fixed), **parts}.items():
        object.__setattr__(made, key, part)
    return made
