"""What goes into a program and what comes out: a design as JSON or in templates, a response as JSON or parsed.

Importing this imports no JAX: a worker of a cluster that only runs programs needs none.
"""

import json
import math
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from designopt.problem.command_detector.process import CommandFailed, tail

DESIGN = "design.json"
ERROR = "_error"
"""Ends the name of an estimated error: `resolution_error`."""
LONGEST = 10_000_000
"""Bytes of an answer: a program that prints more prints no response."""
MARK = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
"""What a template asks for."""
ITEM = re.compile(r"(.+)\[(\d+)\]")
"""One value of a series there."""


def write_input(folder: Path, given: Mapping[str, Any], templates: Mapping[str, str]) -> None:
    """Write the design as JSON, for standard input and as a file, and fill the templates."""
    text = json.dumps(given, indent=1)
    for name in (DESIGN, "stdin"):
        (folder / name).write_text(text, encoding="utf-8")
    known = {**given["design"], **{name: value for name, value in given.items() if name != "design"}}
    for name, template in templates.items():
        (folder / name).write_text(MARK.sub(lambda mark: _word(mark[1], known), template), encoding="utf-8")


def _word(mark: str, known: Mapping[str, Any]) -> str:
    item = ITEM.fullmatch(mark)
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
