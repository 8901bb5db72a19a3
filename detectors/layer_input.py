"""Layers as people write them down: the fields and entries that every reader of a stack has alike."""

import re
from typing import Any

from designopt.detectors.materials import MATERIALS, NAMES, index_of
from designopt.units import m, mm
from designopt.written import Entry, Form, Number, Rows, Special, Whole, listing_of

MOST = 10_000  # layers that a stack may have, copies counted
PLATES = 100  # of an absorber
LONGEST = 100 * m / mm
THINNEST = 1e-4  # mm: 0.1 um, thinner than any foil
REPEAT = Whole("So many equal ones, one behind the other.", 1, MOST, 1)


def length_field(meaning: str, default: float | None = None, required: bool = False, needs: str = "") -> Number:
    """A length in mm from 0.1 um to 100 m; also 0, unless `needs` says in a sentence why there has to be some."""
    if needs:
        return Number(meaning, THINNEST, LONGEST, "mm", default, required, small=needs)
    slip = "which nobody can make: that looks like a wrong unit. Write 0 where there is none."
    return Number(meaning, THINNEST, LONGEST, "mm", default, required, or_zero=True, tiny=slip)


def material_field(meaning: str, required: bool = False) -> Special:
    """The name of a material; it is read as its row of the material table."""
    told = {"$anchor": "material", "type": "string", "pattern": _pattern(), "examples": list(NAMES)}
    allowed = f"a material ({', '.join(NAMES[:3])}, ...; capitals, `_`, `-` and Geant4's `G4_` do not matter)"
    return Special(meaning, material_row, told, "the name of a material", allowed, required=required)


def material_row(name: Any, where: str) -> int:
    """Row of the material table; ValueError, with the place in the stack, for a name that is not in it."""
    try:
        return index_of(name)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None


def _pattern() -> str:
    """What a material may be called, as a regular expression that says what `index_of` reads."""
    known = {name for material in MATERIALS for name in (material.name, *material.aliases)}
    words = {re.sub(r"[ _-]+", " ", name.lower().removeprefix("g4_")).strip() for name in known}
    ways = "|".join("".join(map(_letter, word)) for word in sorted(words, key=lambda word: (-len(word), word)))
    return f"^([gG]4_)?[ _-]*({ways})[ _-]*$"


def _letter(one: str) -> str:
    if one == " ":
        return "[ _-]"
    return f"[{one}{one.upper()}]" if one.isalpha() else re.escape(one)


PLATE = Form(
    "A plate of an absorber.",
    {
        "material": material_field("What the plate is made of.", required=True),
        "thickness": length_field("Its thickness.", required=True),
    },
)


def plates_field(meaning: str) -> Rows:
    """An absorber as a list of plates, front to back; it may be empty."""
    return Rows(meaning, PLATE, "plate", PLATES, 0, "plates", inside=True)


def entries(cells: Any, form: Form, kind: str, slots: int | None = None) -> tuple[list[Entry], int]:
    """Entries of a stack, front to back, each as often as its `repeat` says; and the slots it takes.

    `kind` is what one entry describes, "layer" or "sensor"; `slots` the room there is (left out: as many as entries).
    Raises ValueError for an empty list, an entry that is not of the form, and a stack that is longer than its room.
    """
    found: list[Entry] = []
    for number, cell in enumerate(listing_of(cells, f"The list of {kind}s", kind, MOST)):
        entry = Entry.read(cell, form, f"{kind.capitalize()} {number + 1}")
        found += [entry] * entry.whole("repeat")
        if len(found) > MOST:
            raise ValueError(f"{entry.where}: with it there are more than {MOST} {kind}s. Correct 'repeat'.")
    size = len(found) if slots is None else slots
    if size < len(found):
        raise ValueError(f"There are {len(found)} {kind}s but room for {size}: raise the number of slots.")
    return found, size


def plates(entry: Entry) -> list[tuple[int, float]]:
    """Rows of the material table, and mm, of the plates of an `absorber` that is a list."""
    return [(row["material"], row.number("thickness")) for row in entry.rows("absorber")]


def length(entry: Entry, key: str, default: float | None = None) -> float:
    """A length of an entry in mm; `default` where it is left out and has none of its own. ValueError without any."""
    found = entry.optional(key)
    if found is None and default is None:
        entry.needed(key, "a number of mm")
    return float(default if found is None and default is not None else found or 0.0)
