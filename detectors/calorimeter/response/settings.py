"""The read-out of a calorimeter as a design writes it down: four numbers, each with the default of the kind."""

from typing import Any

from designopt.detectors.calorimeter.response.readout import Readout
from designopt.detectors.json_input import Entry, number_of

FIELDS = {"constant_term": "uniformity", "miscalibration": "miscalibration", "noise": "noise", "light": "light"}
RANGES = {"constant_term": (0.0, 0.2), "miscalibration": (0.0, 0.2), "noise": (0.0, 1e3), "light": (1e-3, 1e3)}
RELATIVE = "It is relative: 0.003 is 0.3 %."


def read_readout(settings: Any, homogeneous: bool, constant_term: float | None = None) -> Readout:
    """The read-out of a design's `readout`, over the default of its kind; `constant_term` overrides the design's.

    Raises ValueError, in a sentence, for a key that is none, and for a number that is none or out of range.
    """
    entry = Entry.read(settings, tuple(FIELDS), "'readout'")
    chosen = {name: value for name in FIELDS if (value := _number(entry, name)) is not None}
    if constant_term is not None:
        chosen["constant_term"] = number_of(constant_term, "constant_term", *RANGES["constant_term"], large=RELATIVE)
    return Readout.of_kind(homogeneous, **{FIELDS[name]: value for name, value in chosen.items()})


def settings_of(readout: Readout) -> dict[str, float]:
    """The numbers of a read-out under the names that a design has for them."""
    return {name: float(getattr(readout, field)) for name, field in FIELDS.items()}


def _number(entry: Entry, name: str) -> float | None:
    low, high = RANGES[name]
    return entry.optional(name, low, high, large=RELATIVE if high < 1 else "")
