"""Layers as people write them down: the entries and plates that every reader of a stack refuses alike."""

from collections.abc import Sequence
from typing import Any

from designopt.detectors.json_input import Entry, listing_of
from designopt.detectors.materials import index_of
from designopt.units import m, mm

MOST = 10_000  # layers that a stack may have, copies counted
PLATES = 100  # of an absorber
LONGEST = 100 * m / mm
THINNEST = 1e-4  # mm: 0.1 um, thinner than any foil


def entries(cells: Any, keys: Sequence[str], kind: str, slots: int | None = None) -> tuple[list[Entry], int]:
    """Entries of a stack, front to back, each as often as its `repeat` says; and the slots it takes.

    `kind` is what one entry describes, "layer" or "sensor"; `slots` the room there is (left out: as many as entries).
    Raises ValueError for an empty list, an entry that is no object or has an unknown key, a `repeat` that is no whole
    number from 1 on, and a stack that is longer than its room.
    """
    found: list[Entry] = []
    for number, cell in enumerate(listing_of(cells, f"The list of {kind}s", kind, MOST)):
        entry = Entry.read(cell, keys, f"{kind.capitalize()} {number + 1}")
        found += [entry] * entry.whole("repeat", 1, MOST, 1)
        if len(found) > MOST:
            raise ValueError(f"{entry.where}: with it there are more than {MOST} {kind}s. Correct 'repeat'.")
    size = len(found) if slots is None else slots
    if size < len(found):
        raise ValueError(f"There are {len(found)} {kind}s but room for {size}: raise the number of slots.")
    return found, size


def plates(entry: Entry) -> list[tuple[int, float]]:
    """Rows of the material table and mm of an `absorber` that is a list of `{"material", "thickness"}`."""
    found = []
    for part in listing_of(entry.fields["absorber"], f"{entry.where}: absorber", "plates", PLATES, 0):
        plate = Entry.read(part, ("material", "thickness"), f"{entry.where}: a plate of the absorber")
        found.append((material_row(plate.fields.get("material"), plate.where), length(plate, "thickness")))
    return found


def material_row(name: Any, where: str) -> int:
    """Row of the material table; ValueError, with the place in the stack, for a name that is not in it."""
    try:
        return index_of(name)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None


def length(entry: Entry, key: str, default: float | None = None) -> float:
    """A length of an entry in mm, 0 or from 0.1 um to 100 m; ValueError for anything else."""
    found = entry.number(key, 0.0, LONGEST, "mm", default)
    if 0.0 < found < THINNEST:
        raise ValueError(
            f"{entry.where}: {key} is {found:g} mm, which nobody can make: that looks like a wrong unit. Write 0 where "
            "there is none."
        )
    return found
