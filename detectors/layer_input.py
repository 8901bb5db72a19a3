"""Layers as people write them down: the entries, plates and lengths that every reader of a stack refuses alike."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from designopt.detectors.json_input import refuse_unknown
from designopt.detectors.materials import index_of

MOST = 10_000  # layers that a stack may have, copies counted

Entry = tuple[str, Mapping[str, Any]]


def entries(cells: Any, keys: Sequence[str], kind: str, slots: int | None = None) -> tuple[list[Entry], int]:
    """Entries of a stack, each with the name that errors call it by, `repeat` written out; and the slots it takes.

    `kind` is what one entry describes, "layer" or "sensor"; `slots` the room there is (left out: as many as entries).
    Raises ValueError for an empty list, an entry that is no mapping or has an unknown key, a `repeat` that is no whole
    number from 1 on, and a stack that is longer than its room.
    """
    if not isinstance(cells, Sequence) or isinstance(cells, str) or not cells:
        raise ValueError(f"There has to be at least one {kind}, but the list of {kind}s is empty or no list.")
    found: list[Entry] = []
    for number, cell in enumerate(cells):
        where = f"{kind.capitalize()} {number + 1}"
        if not isinstance(cell, Mapping):
            raise ValueError(f"{where} has to be a mapping with the keys {', '.join(keys)}, but is {cell!r}.")
        refuse_unknown(cell, keys, where)
        repeat = cell.get("repeat", 1)
        if isinstance(repeat, bool) or not isinstance(repeat, int) or repeat < 1:
            raise ValueError(f"{where}: repeat is {repeat!r}, but has to be a whole number from 1 on.")
        if len(found) + repeat > MOST:
            raise ValueError(f"{where}: with it the stack has more than {MOST} {kind}s. Correct 'repeat'.")
        found += [(where, cell)] * repeat
    size = len(found) if slots is None else slots
    if size < len(found):
        raise ValueError(f"There are {len(found)} {kind}s but room for {size}: raise the number of slots.")
    return found, size


def plates(parts: Sequence[Any], where: str) -> list[tuple[int, float]]:
    """Rows of the material table and thicknesses (mm) of a list of `{"material", "thickness"}`."""
    found = []
    for part in parts:
        if not isinstance(part, Mapping) or set(part) != {"material", "thickness"}:
            raise ValueError(f'{where}: write each absorber as {{"material": "Pb", "thickness": 2.0}}, not {part!r}.')
        name = part["material"]
        found.append((material_row(name, where), length(part["thickness"], f"{where}: thickness of {name}")))
    return found


def material_row(name: Any, where: str) -> int:
    """Row of the material table; ValueError, with the place in the stack, for a name that is not in it."""
    try:
        return index_of(name)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None


def length(value: Any, what: str) -> float:
    """A finite number that is not negative, or ValueError."""
    if value is None:
        raise ValueError(f"{what} is missing: give a number (lengths in mm).")
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
        raise ValueError(f"{what} is {value!r}, which is no number.")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number) or number < 0:
        raise ValueError(f"{what} is {number:g}, but it has to be finite and not negative.")
    return number
