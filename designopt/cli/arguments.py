"""What the command line hands on to a detector: its design as JSON, and the options that only it knows."""

import inspect
import json
import sys
from pathlib import Path
from typing import Any

from designopt.design.space import suggestion


def read_json(path: Path) -> dict[str, Any]:
    """A design from a file, or from standard input for `-`. Raises ValueError with a sentence for anything else."""
    name = "standard input" if str(path) == "-" else str(path)
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    except OSError as error:
        raise ValueError(
            f"The design {name} cannot be read ({error.strerror}). Give the path of a JSON file."
        ) from error
    except UnicodeDecodeError as error:
        raise ValueError(f"The design {name} is not text in UTF-8 (byte {error.start}). Give a JSON file.") from error
    try:
        design = json.loads(text)
    except ValueError as error:
        raise ValueError(f"The design {name} is not valid JSON: {error}. Mend the file at that place.") from error
    if not isinstance(design, dict):
        raise ValueError(
            f"The design {name} is a JSON {type(design).__name__}, not an object. See the README's schema."
        )
    return design


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
        chosen[option.name] = _typed(flag, value or waiting.pop(0), option.default)
    return chosen


def _typed(flag: str, text: str, default: Any) -> Any:
    kind = type(default) if isinstance(default, int | float) else str
    try:
        return kind(text)
    except ValueError:
        raise ValueError(f"The option '{flag}' got '{text}', which is no {kind.__name__}. Give a number.") from None
