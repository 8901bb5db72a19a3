"""What goes into a program and what comes out: a design as JSON or in templates, a response as JSON or parsed."""

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from designopt.design.variables import Variable
from designopt.problem.command_detector.process import CommandFailed, tail
from designopt.suggestion import suggestion

DESIGN = "design.json"
ERROR = "_error"
"""Ends the name of an estimated error: `resolution_error`."""
LONGEST = 10_000_000
"""Bytes of an answer: a program that prints more prints no response."""
_MARK = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
_ITEM = re.compile(r"(.+)\[(\d+)\]")


def values_of(variables: Sequence[Variable], design: Mapping[str, Any]) -> dict[str, Any]:
    """A design as the program reads it: sizes in the unit of their variable, whole numbers, names of choices.

    Whole numbers are rounded to the nearest and the largest share of a choice is taken: a program knows built designs
    alone.
    """
    found = {}
    for variable in variables:
        value = np.asarray(design[variable.name], dtype=float)
        if variable.choice:
            names = np.asarray(variable.choices, dtype=object)[np.argmax(value, axis=-1)]
            found[variable.name] = names if variable.count is None else names.tolist()
        elif variable.levels:
            found[variable.name] = np.round(value).astype(int).tolist()
        else:
            found[variable.name] = (value / variable.unit).tolist()
    return found


def write_input(folder: Path, given: Mapping[str, Any], templates: Mapping[str, str]) -> None:
    """Write the design as JSON, for standard input and as a file, and fill the templates."""
    text = json.dumps(given, indent=1)
    for name in (DESIGN, "stdin"):
        (folder / name).write_text(text, encoding="utf-8")
    known = {**given["design"], **{name: value for name, value in given.items() if name != "design"}}
    for name, template in templates.items():
        (folder / name).write_text(_MARK.sub(lambda mark: _word(mark[1], known), template), encoding="utf-8")


def check_template(name: str, text: str, variables: Sequence[Variable], others: Sequence[str]) -> set[str]:
    """The names that a template uses. Raises ValueError for one that is no variable, and a value that it has not."""
    known = {variable.name: variable.count for variable in variables} | dict.fromkeys(others)
    used = set()
    for mark in _MARK.findall(text):
        item = _ITEM.fullmatch(mark)
        stem = item[1] if item else mark
        if stem not in known:
            raise ValueError(f"The template {name} asks for '{{{{{mark}}}}}'.{suggestion(stem, list(known))}")
        if item and (known[stem] is None or int(item[2]) >= known[stem]):
            raise ValueError(
                f"The template {name} asks for '{{{{{mark}}}}}', but '{stem}' has {known[stem] or 'one value'}"
                f"{' values, counted from 0' if known[stem] else ''}. Correct the number."
            )
        used.add(stem)
    return used


def _word(mark: str, known: Mapping[str, Any]) -> str:
    item = _ITEM.fullmatch(mark)
    value = known[item[1]][int(item[2])] if item else known[mark]
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def read_answer(
    folder: Path, output: str | None, parse: Callable[[Path], Mapping[str, Any]] | None
) -> Mapping[str, Any]:
    """What a program answered. Raises CommandFailed for a file that is missing and for what is no JSON object."""
    if parse is not None:
        try:
            found = parse(folder)
        except Exception as error:
            raise CommandFailed(f"its output could not be read ({type(error).__name__}: {error})") from error
        return _mapping(found, "what the parser returned")
    path = folder / (output or "stdout")
    if not path.is_file():
        raise CommandFailed(f"it wrote no file {output}")
    if path.stat().st_size > LONGEST:
        raise CommandFailed(f"it wrote {path.stat().st_size:,} bytes, which is no response")
    text = path.read_bytes().decode("utf-8", "replace").strip()
    for part in (text, text.splitlines()[-1] if text else ""):  # a program may talk before it answers
        try:
            return _mapping(json.loads(part), "its answer")
        except (ValueError, RecursionError):
            continue
    said = f"what it wrote is no JSON: '{tail(path, 80).strip():.80}'" if text else "it wrote nothing"
    raise CommandFailed(said)


def _mapping(found: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(found, Mapping):
        raise CommandFailed(f"{what} is a {type(found).__name__}, not an object with results by name")
    return found


def read_response(answer: Mapping[str, Any], shapes: Mapping[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
    """The numbers of a response, and the estimated error of each, not a number where none is given.

    Raises CommandFailed for a name that is missing, another shape, and what is no finite number.
    """
    found = {}
    for name, shape in shapes.items():
        if name not in answer:
            raise CommandFailed(f"its answer lacks '{name}' (it has: {', '.join(map(str, answer)) or 'nothing'})")
        found[name] = _numbers(name, answer[name], shape)
        if not np.all(np.isfinite(found[name])):
            raise CommandFailed(f"its answer holds a number that is not finite for '{name}'")
        if not name.endswith(ERROR) and name + ERROR not in shapes:
            error = answer.get(name + ERROR)
            found[name + ERROR] = np.full(shape, math.nan) if error is None else _numbers(name + ERROR, error, shape)
    return found


def _numbers(name: str, value: Any, shape: tuple[int, ...]) -> np.ndarray:
    try:
        found = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise CommandFailed(f"its answer holds {value!r:.60} for '{name}', which is no array of numbers") from None
    if found.shape != shape:
        raise CommandFailed(f"its answer has the shape {found.shape} for '{name}', but {shape} was declared")
    return found
