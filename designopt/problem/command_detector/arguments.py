"""What a CommandDetector is given, as it is meant; everything else is refused in a sentence."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from designopt.design.declared import described
from designopt.design.numbers import real, whole
from designopt.design.variables import Variable
from designopt.problem.command_detector.files import DESIGN
from designopt.problem.command_detector.told import check_template

OTHERS = ("seed", "events")
"""What a program is told besides the design."""


def as_words(command: Any, what: str) -> tuple[str, ...]:
    """A command as words. Raises ValueError for a text, and for what holds no words."""
    if isinstance(command, str):
        example = ", ".join(f'"{word}"' for word in command.split())
        raise ValueError(f"The {what} of a CommandDetector is {described(command)}. Give a list of words: [{example}].")
    if not isinstance(command, Sequence) or not command or not all(isinstance(w, str | Path) for w in command):
        raise ValueError(f"The {what} of a CommandDetector is {described(command)}. Give a list of words.")
    return tuple(map(str, command))


def as_shapes(response: Any) -> dict[str, tuple[int, ...]]:
    """Shapes of what comes back, by name. Raises ValueError for no names."""
    if not isinstance(response, Mapping) or not response:
        raise ValueError(
            f"The response of a CommandDetector is {described(response)}. Give what the program answers by name, such "
            'as {"resolution": (), "profile": (12,)}.'
        )
    return {str(name): _shape(str(name), shape) for name, shape in response.items()}


def _shape(name: str, shape: Any) -> tuple[int, ...]:
    if shape is None or isinstance(shape, str):
        return ()
    parts = [shape] if isinstance(shape, int) else shape
    if not isinstance(parts, tuple | list) or not all(type(part) is int and part > 0 for part in parts):
        raise ValueError(
            f"The response '{name}' of a CommandDetector is {described(shape)}. Give its shape, () for one number, or "
            "the unit of one number as text."
        )
    return tuple(parts)


def as_templates(template: Any, variables: Sequence[Variable], told: bool, here: Path) -> dict[str, str]:
    """Texts of the templates, by the name of the file that is filled.

    Raises ValueError for one that cannot be read or filled.
    """
    paths = [] if template is None else [template] if isinstance(template, str | Path) else list(template)
    found, used = {}, set()
    for path in map(Path, paths):
        try:
            text = (here / path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"The template {path} cannot be read ({error}). Give the path of a text file.") from None
        used |= check_template(str(path), text, variables, OTHERS)
        name = path.name.removesuffix(".in").removesuffix(".template")
        if name in found or name in (DESIGN, "stdin", "stdout", "stderr"):
            raise ValueError(f"A template is called {path.name}, and {name} is taken in the working folder. Rename it.")
        found[name] = text
    unused = [variable.name for variable in variables if variable.name not in used]
    if paths and unused and not told:
        raise ValueError(
            f"No template uses {', '.join(unused)}, so they would change nothing. Write {{{{{unused[0]}}}}} where it "
            "belongs, or give the program the whole design with the word {design} in its command."
        )
    return found


def as_between(value: Any, what: str, low: int, high: int) -> int:
    """A whole number in a range."""
    number = whole(value, f"`{what}` of a CommandDetector")
    if not low <= number <= high:
        raise ValueError(f"`{what}` of a CommandDetector is {number}. Give a whole number from {low} to {high}.")
    return number


def as_seconds(value: Any) -> float | None:
    """A time limit, or None."""
    if value is None:
        return None
    seconds = real(value, "The time limit of a CommandDetector")
    if seconds <= 0:
        raise ValueError(f"The time limit of a CommandDetector is {seconds:g} s. Give seconds above 0, or None.")
    return seconds


def as_text(value: Any, what: str) -> str | None:
    """A text that can be part of a file's name, or None."""
    if value is not None and (not isinstance(value, str) or not value or "/" in value):
        raise ValueError(f"`{what}` of a CommandDetector is {described(value)}. Give text without a '/', or None.")
    return value
