"""The read-out of a calorimeter as a design writes it down: four numbers, each with the default of the kind."""

import math
from collections.abc import Mapping
from typing import Any

from designopt.detectors.calorimeter.response.readout import Readout
from designopt.detectors.json_input import refuse_unknown

FIELDS = {"constant_term": "uniformity", "miscalibration": "miscalibration", "noise": "noise", "light": "light"}
RANGES = {"constant_term": (0.0, 0.2), "miscalibration": (0.0, 0.2), "noise": (0.0, 1e3), "light": (1e-3, 1e3)}


def read_readout(settings: Any, homogeneous: bool, constant_term: float | None = None) -> Readout:
    """The read-out of a design's `readout`, over the default of its kind; `constant_term` overrides the design's.

    Raises ValueError, in a sentence, for a key that is none, and for a number that is none or out of range.
    """
    if not isinstance(settings, Mapping):
        raise ValueError(f"'readout' has to be an object with some of {', '.join(FIELDS)}, but is {settings!r}.")
    refuse_unknown(settings, tuple(FIELDS), "'readout'")
    chosen = {**settings} if constant_term is None else {**settings, "constant_term": constant_term}
    return Readout.of_kind(homogeneous, **{FIELDS[name]: _number(value, name) for name, value in chosen.items()})


def settings_of(readout: Readout) -> dict[str, float]:
    """The numbers of a read-out under the names that a design has for them."""
    return {name: float(getattr(readout, field)) for name, field in FIELDS.items()}


def _number(value: Any, name: str) -> float:
    low, high = RANGES[name]
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not math.isfinite(value) or not low <= value <= high:
        hint = " It is relative: 0.003 is 0.3 %." if high < 1 else ""
        raise ValueError(f"'{name}' is {value!r}, but it has to be a number between {low:g} and {high:g}.{hint}")
    return float(value)
