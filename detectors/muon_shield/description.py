"""A muon shield as a user writes it down: a table of magnets, from which it is read, checked and documented."""

from typing import Any

import numpy as np

from designopt.detectors.muon_shield.limits import HALF_WIDTH
from designopt.detectors.muon_shield.magnets.row import CHALLENGE_NAMES, MOST, checked_table
from designopt.detectors.muon_shield.magnets.units_check import IMPOSSIBLE
from designopt.units import T, cm
from designopt.written import LARGEST, Form, Special, Text

ROOM = max(HALF_WIDTH)
"""Half-width of the cavern, mm: no gap in a magnet is wider."""
SIZES = (
    "Air in front of the magnet", "Half of its length", "Half-width of the core at the entrance", "... at the exit",
    "Half-height of core and coil window at the entrance", "... at the exit",
    "Width of the coil window at the entrance", "... at the exit", "Width of the side yoke at the entrance",
    "... at the exit", "Height of the top yoke at the entrance", "... at the exit",
    "Half of the gap between the cores at the entrance", "... at the exit",
    "Field in the leg that carries the coil: the core if positive, the side yoke if negative; beyond 3 T only without "
    "saturation",
)  # fmt: skip
"""What the fifteen numbers of a magnet are, in their order."""


def _number(name: str, meaning: str) -> dict[str, Any]:
    low, high, unit = (-IMPOSSIBLE / T, IMPOSSIBLE / T, "T") if name == "B" else (0.0, LARGEST, "cm")
    high = ROOM / cm if "gap" in name.lower() and name != "z_gap" else high
    return {"title": name, "description": f"{meaning}. In {unit}.", "type": "number", "minimum": low, "maximum": high}


def _checked(table: Any, what: str) -> np.ndarray:
    return checked_table(table)


FORM = Form(
    "A muon shield, in the form of the public Muon Shield Challenge.",
    {
        "magnets": Special(
            f"The magnets along the beam, fifteen numbers each: {', '.join(CHALLENGE_NAMES)}.",
            _checked,
            {
                "type": "array",
                "minItems": 1,
                "maxItems": MOST,
                "items": {
                    "type": "array",
                    "minItems": len(SIZES),
                    "maxItems": len(SIZES),
                    "prefixItems": [_number(*pair) for pair in zip(CHALLENGE_NAMES, SIZES, strict=True)],
                },
            },
            "a list of magnets, 15 numbers each, in cm and T",
            f"list of 1 to {MOST} lists of 15 numbers",
            "cm and T",
            required=True,
        ),
        "name": Text("A name, for people."),
    },
)
KEYS = FORM
