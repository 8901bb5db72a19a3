"""Where a stack that was written down leaves what was checked, and where its electronics decide: sentences."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from designopt.detectors.calorimeter.cost import CostModel, unpriced
from designopt.detectors.calorimeter.layers import Layers
from designopt.detectors.calorimeter.response.media import CALIBRATED, CHERENKOV
from designopt.detectors.calorimeter.shower.longitudinal import HIGHEST, LOWEST
from designopt.detectors.materials import IONISATION, NAMES, RADIATION_LENGTH

SAMPLING_CELLS = (0.05, 1.8)  # X0: range in which the sampling law was checked
SAMPLING_FRACTIONS = (0.017, 0.4)  # of a minimum-ionising particle: the same
DECIDES = 0.8  # part of the variance above which one term decides
COUNTS = 0.3  # part of the variance above which light that is assumed is worth a sentence

GLASS = (
    "'lead glass' is the heavy one of the Particle Data Group, 6.22 g/cm3 with an X0 of 12.65 mm. Calorimeters mostly "
    "have SF57 (15.4 mm) or TF1, SF5, F101 (27 mm): name the glass."
)


def doubts(
    layers: Layers, bought: Layers, energies: Sequence[float], model: CostModel, resolution: Mapping[str, Any]
) -> list[str]:
    """What to keep in mind about a result: energies and cells out of range, free materials, noise that decides.

    Args:
        layers: the stack that showers meet.
        bought: the part of it that is paid for.
        energies: of the beam, GeV.
        model: prices, kCHF.
        resolution: what `energy_resolution` found, relative.
    """
    found = _out_of_range(layers, energies) + _free(bought, model)
    if not layers.homogeneous:
        return found
    read = [name for name, depth in zip(NAMES, np.asarray(layers.active).sum(axis=0), strict=True) if depth > 0]
    found += _noisy(energies, resolution) + _assumed(read, resolution) + ([GLASS] if "lead glass" in read else [])
    return found + (_attenuated(energies, resolution) if set(read) <= set(CHERENKOV) else [])


def radiation_lengths(layers: Layers) -> Float[np.ndarray, " layer"]:
    r"""Radiation lengths X0 of each layer, $\sum_k d_k / X_{0,k}$ over its parts.

    Args:
        layers: the stack, thicknesses d in mm.
    """
    return np.asarray((np.asarray(layers.absorber) + np.asarray(layers.active)) @ (1 / RADIATION_LENGTH))


def _out_of_range(layers: Layers, energies: Sequence[float]) -> list[str]:
    """Where the stack leaves the range in which the model was checked."""
    found = []
    if outside := [f"{energy:g}" for energy in energies if not LOWEST <= energy <= HIGHEST]:
        found.append(f"The shower model was checked for {LOWEST:g}-{HIGHEST:g} GeV, not for {', '.join(outside)} GeV.")
    sampling = np.any(np.asarray(layers.absorber) > 0, axis=-1) & np.any(np.asarray(layers.active) > 0, axis=-1)
    cells = radiation_lengths(layers)[sampling]
    low, high = SAMPLING_CELLS
    if cells.size and (cells.min() < low or cells.max() > high):
        found.append(
            f"The sampling law was checked for cells of {low:g}-{high:g} X0; here {cells.min():.3g}-{cells.max():.3g}."
        )
    active, whole = (
        np.asarray(part)[sampling] @ IONISATION for part in (layers.active, layers.absorber + layers.active)
    )
    (low, high), seen = SAMPLING_FRACTIONS, active / whole
    if cells.size and not layers.homogeneous and (seen.min() < low or seen.max() > high):
        found.append(
            f"The sampling law was checked for sampling fractions of {low:g}-{high:g}; here "
            f"{seen.min():.3g}-{seen.max():.3g}: above, what is missing of a homogeneous block "
            "is small, and light, its transport and leakage decide."
        )
    return found


def _free(bought: Layers, model: CostModel) -> list[str]:
    """Materials without a price."""
    free = unpriced(bought, model)
    return [f"The price book has no price for {', '.join(free)}; they count as free."] if free else []


def _deciding(name: str, resolution: Mapping[str, Any]) -> np.ndarray:
    """Which energies have a term that decides the resolution, by their number."""
    return np.flatnonzero(
        np.square(resolution["terms"][name]) > DECIDES * np.square(np.asarray(resolution["resolution"]))
    )


def _assumed(read: Sequence[str], resolution: Mapping[str, Any]) -> list[str]:
    """Media whose light nobody's block has set, where it matters."""
    doubtful = [name for name in read if name not in CALIBRATED]
    terms = resolution["terms"]
    share = np.square(terms["photostatistics"]) + np.square(terms["noise"])
    if not doubtful or not np.any(share > COUNTS * np.square(np.asarray(resolution["resolution"]))):
        return []
    return [
        f"Light (or charge) and noise of {', '.join(doubtful)} are assumed: no published block sets them. 'light' and "
        "'noise' of 'readout' scale them."
    ]


def _attenuated(energies: Sequence[float], resolution: Mapping[str, Any]) -> list[str]:
    """Leakage of lead glass, which the attenuation of its light makes up for in part."""
    where = _deciding("leakage", resolution)
    if not where.size:
        return []
    last = where[np.argmax(np.asarray(energies)[where])]
    return [
        f"At {energies[last]:g} GeV leakage, {resolution['terms']['leakage'][last]:.1%}, decides the resolution. "
        "Light of late showers has less glass before it to tubes behind the block, which makes up for part of their "
        "leakage and is left out: published blocks of 14 to 17 X0 are up to three times better."
    ]


def _noisy(energies: Sequence[float], resolution: Mapping[str, Any]) -> list[str]:
    """Where the electronics decide what a homogeneous block measures: another read-out is another calorimeter."""
    noise, where = np.asarray(resolution["terms"]["noise"]), _deciding("noise", resolution)
    if not where.size:
        return []
    first = where[np.argmin(np.asarray(energies)[where])]
    return [
        f"At {energies[first]:g} GeV the noise of the electronics, {noise[first]:.1%}, decides the resolution. "
        "One published detector has it; 'noise' of 'readout' scales it (photomultipliers: nearly 0)."
    ]
