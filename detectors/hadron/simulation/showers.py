"""The stored showers of Geant4: energy in slices of a solid steel block, in one compressed file with its provenance."""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from designopt.units import MeV, m, mm

DEPTH = 2 * m
HALF_WIDTH = 750 * mm
SLICES = 400
FILE = Path(__file__).parent / "showers.npz"
LARGEST = 65_000.0  # MeV in a slice
MANTISSA = 8  # bits kept of each deposit: 0.1 % rms, far below what any sensor fluctuates


@dataclass(frozen=True)
class Sample:
    """Showers of one kind: beam energy in GeV, energy in each slice, and what simulated them."""

    particle: str
    energy: Float[np.ndarray, " shower"]
    deposit: Float[np.ndarray, "shower slice"]
    simulation: str


def write_showers(path: str | Path, samples: Mapping[str, Sample]) -> None:
    """Store samples, deposits in MeV as 16-bit numbers with a rounded mantissa.

    Raises ValueError for a deposit that is not finite or above 65 GeV, which such a number cannot hold.
    """
    arrays: dict[str, np.ndarray] = {}
    cards = {}
    for name, sample in samples.items():
        if not np.all((sample.deposit >= 0) & (sample.deposit <= LARGEST)):
            raise ValueError(f"The showers '{name}' hold deposits outside 0-{LARGEST:g} MeV. Simulate them again.")
        arrays[f"{name}/energy"] = sample.energy.astype(np.float32)
        arrays[f"{name}/deposit"] = _rounded(sample.deposit)
        cards[name] = {"particle": sample.particle, "showers": len(sample.energy), "simulation": sample.simulation}
    head = {"depth_mm": DEPTH, "half_width_mm": HALF_WIDTH, "slices": SLICES, "unit": "MeV", "samples": cards}
    np.savez_compressed(path, head=np.array(json.dumps(head)), **arrays)  # type: ignore[arg-type]


@functools.cache
def read_showers(path: Path = FILE) -> dict[str, Sample]:
    """The stored samples by name, deposits in GeV."""
    with np.load(path, allow_pickle=False) as file:
        cards = json.loads(str(file["head"]))["samples"]
        return {
            name: Sample(
                card["particle"],
                file[f"{name}/energy"].astype(float),
                file[f"{name}/deposit"].astype(float) * MeV,
                card["simulation"],
            )
            for name, card in cards.items()
        }


def stored_showers() -> dict[str, Any]:
    """What tells the stored showers from others, for the settings of a detector: how many there are, and by what."""
    stored = read_showers()
    return {
        "showers": {name: len(sample.energy) for name, sample in stored.items()},
        "simulation": sorted({sample.simulation for sample in stored.values()}),
    }


def _rounded(deposit: np.ndarray) -> np.ndarray:
    """16-bit floats whose last bits are zero, which compress better."""
    mantissa, exponent = np.frexp(deposit)
    scale = 2.0**MANTISSA
    return np.ldexp(np.round(mantissa * scale) / scale, exponent).astype(np.float16)
