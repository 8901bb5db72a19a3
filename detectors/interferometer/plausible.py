"""Numbers that nobody can mean, and where the models end: notes on an interferometer, not errors."""

from typing import Any

import numpy as np

from designopt.detectors.interferometer.optics import SPEED_OF_LIGHT, Optics

LIKELY: dict[str, tuple[str, float, float, str, str, str]] = {
    "power": ("The laser has", 0.1, 1e3, "W", "kW given as W", "mW given as W"),
    "length": ("The arms have", 20.0, 5e4, "m", "km given as m", "mm or cm given as m"),
    "mass": ("A test mass has", 1e-2, 1e3, "kg", "tonnes given as kg", "grams given as kg"),
    "input_mirror": ("An input mirror passes", 1e-6, 1.0, "of the light", "a share of a share", ""),
    "loss": ("A mirror loses", 1e-7, 1e-2, "of the light", "a share of a share", "percent given as a share"),
    "squeezing": ("The squeezer sends", 0.0, 20.0, "dB", "", "a factor given as dB"),
}  # fmt: skip
"""What it is, from, to, unit, and what a smaller or larger number looks like."""


def unit_notes(optics: Optics, frequencies: np.ndarray) -> list[str]:
    """A sentence for numbers of `optics` that look like another unit, and for `frequencies` (Hz) beyond the models."""
    found = []
    for name, (what, least, most, unit, small, large) in LIKELY.items():
        value = float(getattr(optics, name))
        looks = small if 0 < value < least else large if value > most else ""
        if looks:
            found.append(f"{what} {value:g} {unit}: that looks like {looks}.")
    if np.max(frequencies) < 1.0:
        found.append(f"The highest frequency is {np.max(frequencies):g} Hz: that looks like kHz given as Hz.")
    return found + range_notes(optics, frequencies)


def range_notes(optics: Any, frequencies: np.ndarray) -> list[str]:
    """A number of `frequencies` (Hz) at which `optics` has arms too long for the models, or louder noise left out."""
    found = []
    edge = SPEED_OF_LIGHT / (8 * float(optics.length))
    if np.max(frequencies) > edge:
        found.append(
            f"Above {edge:.3g} Hz a wave is not much longer than the arms: the closed form ends there, and "
            "Differometor is for one that comes from above, polarised along them."
        )
    if np.min(frequencies) < 10.0:
        found.append("Below 10 Hz moving ground and thermal noise, which are left out, are larger than quantum noise.")
    return found
