"""What the command line hands on to a detector: its design as JSON, and the options that only it knows."""

import inspect
import json
import math
import sys
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

from designopt.suggestion import suggestion

DEEPEST = 50
"""Levels of brackets a design may have: none needs ten."""
DIGITS = 300
"""Digits of a whole number: beyond them it is no number of a computer."""


def read_json(path: Path) -> dict[str, Any]:
    """A design from a file, or from standard input for `-`, in UTF-8 with or without a byte order mark.

    Raises ValueError with a sentence for anything that is no JSON object, and for what JSON readers let pass in
    silence: a key that stands twice in one object, NaN and Infinity, numbers that overflow, brackets without end.
    """
    name = "standard input" if str(path) == "-" else str(path)
    try:
        content = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise ValueError(
            f"The design {name} cannot be read ({error.strerror}). Give the path of a JSON file."
        ) from error
    except UnicodeDecodeError as error:
        raise ValueError(f"The design {name} is not text in UTF-8 (byte {error.start}). Give a JSON file.") from error
    try:
        design = json.loads(
            text, object_pairs_hook=_object, parse_constant=_no_number, parse_float=_number, parse_int=_whole
        )
    except json.JSONDecodeError as error:
        raise ValueError(f"The design {name} is not valid JSON: {error}. Mend the file at that place.") from error
    except ValueError as error:
        raise ValueError(f"The design {name} {error}") from None
    except RecursionError:
        design, deep = None, True
    else:
        deep = _deeper(design, DEEPEST)
    if deep:
        raise ValueError(
            f"The design {name} is nested more than {DEEPEST} deep. `designopt schema` says how to write it."
        )
    if not isinstance(design, dict):
        raise ValueError(
            f"The design {name} is a JSON {type(design).__name__}, not an object. `designopt schema` says more."
        )
    return design


def _deeper(design: Any, levels: int) -> bool:
    """Whether lists and objects lie more than so many levels inside each other."""
    inside = [design]
    for _ in range(levels):
        inside = [
            part
            for whole in inside
            if isinstance(whole, dict | list)
            for part in (whole.values() if isinstance(whole, dict) else whole)
        ]
    return any(isinstance(part, dict | list) for part in inside)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for i, (key, _) in enumerate(pairs) if key in dict(pairs[:i]))
        raise ValueError(f"has the key {twice[:60]!r} twice in one object. Leave one of them out.")
    return found


def _no_number(word: str) -> None:
    raise ValueError(f"holds {word}, but nan and infinity are no numbers in JSON. Write the number, or null for none.")


def _number(text: str) -> float:
    if not math.isfinite(number := float(text)):
        raise ValueError(f"holds the number {text[:20]}, which is too large for a computer. Correct it.")
    return number


def _whole(text: str) -> int:
    if len(text) > DIGITS:
        raise ValueError(f"holds a whole number of {len(text)} digits, which is too large for a computer. Correct it.")
    return int(text)


def options_of(function: Any, words: list[str]) -> dict[str, Any]:
    """Options of a detector's own `evaluate_design`, from the words that the command itself did not take."""
    known = list(inspect.signature(function).parameters.values())[1:]
    by_flag = {"--" + option.name.replace("_", "-"): option for option in known}
    chosen: dict[str, Any] = {}
    waiting = list(words)
    while waiting:
        flag, _, value = waiting.pop(0).partition("=")
        off = flag.startswith("--no-") and "--" + flag[5:] in by_flag
        option = by_flag.get("--" + flag[5:] if off else flag)
        if option is None:
            raise ValueError(f"There is no option '{flag}' here.{suggestion(flag, by_flag)}")
        if isinstance(option.default, bool):
            chosen[option.name] = not off
            continue
        if not value and not waiting:
            raise ValueError(f"The option '{flag}' needs a value. Write it after the option.")
        chosen[option.name] = _typed(flag, value or waiting.pop(0), option)
    return chosen


def _typed(flag: str, text: str, option: inspect.Parameter) -> Any:
    """The text as a number where the default, or else the annotation, says that the option is one."""
    kinds = _kinds(option.annotation) if option.default is None else {type(option.default)}
    if not kinds & {int, float} or str in kinds:
        return text
    whole = float not in kinds
    try:
        number = int(text) if whole else float(text)
    except ValueError:
        wanted = "whole number" if whole else "number"
        raise ValueError(f"The option '{flag}' got {text[:60]!r}, which is no {wanted}. Give a {wanted}.") from None
    if not abs(number) < (2**63 if whole else 1e300):
        raise ValueError(f"The option '{flag}' got {text[:60]}, which is beyond every sense. Give a smaller number.")
    return number


def _kinds(annotation: Any) -> set[Any]:
    """The plain types in an annotation: {float, None} of `Annotated[float, ...] | None`."""
    parts = get_args(annotation)
    if get_origin(annotation) is Annotated:
        parts = parts[:1]
    return set().union(*map(_kinds, parts)) if parts else {annotation}
