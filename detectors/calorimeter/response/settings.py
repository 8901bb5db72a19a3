"""The read-out of a calorimeter as a design writes it down: four numbers, each with the default of the kind."""

from typing import Any

from designopt.detectors.calorimeter.description import READOUT
from designopt.detectors.calorimeter.layers import Layers
from designopt.detectors.calorimeter.response.readout import Readout
from designopt.written import Entry

FIELDS = {"constant_term": "uniformity", "miscalibration": "miscalibration", "noise": "noise", "light": "light"}
"""What the fields of a written read-out are called here."""


def read_readout(settings: Any, layers: Layers, constant_term: float | None = None) -> Readout:
    """The read-out of a design's `readout`, over the default of its `layers`; `constant_term` overrides the design's.

    Raises ValueError, in a sentence, for a key that is none, and for a number that is none or out of range.
    """
    entry = Entry.read(settings, READOUT, "'readout'")
    chosen = {name: value for name in FIELDS if (value := entry.optional(name)) is not None}
    if constant_term is not None:
        chosen["constant_term"] = READOUT["constant_term"].read(constant_term, "constant_term", entry.notes)
    return Readout.of(layers, **{FIELDS[name]: value for name, value in chosen.items()})


def settings_of(readout: Readout) -> dict[str, float]:
    """The numbers of a read-out under the names that a design has for them."""
    return {name: float(getattr(readout, field)) for name, field in FIELDS.items()}
