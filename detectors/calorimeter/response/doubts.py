"""Where a stack that was written down leaves what was checked, and where its electronics decide: sentences."""

from collections.abc import Mapping, Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.detectors.calorimeter.cost import CostModel, unpriced
from designopt.detectors.calorimeter.layers import Layers
from designopt.detectors.calorimeter.shower.longitudinal import HIGHEST, LOWEST
from designopt.detectors.materials import RADIATION_LENGTH

SAMPLING_CELLS = (0.05, 1.8)  # X0: range in which the sampling law was checked
DECIDES = 0.8  # part of the variance above which one term decides


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
    return _out_of_range(layers, energies) + _free(bought, model) + _noisy(layers, energies, resolution)


def radiation_lengths(layers: Layers) -> Float[Array, " layer"]:
    r"""Radiation lengths X0 of each layer, $\sum_k d_k / X_{0,k}$ over its parts.

    Args:
        layers: the stack, thicknesses d in mm.
    """
    return (layers.absorber + layers.active) @ (1 / RADIATION_LENGTH)


def _out_of_range(layers: Layers, energies: Sequence[float]) -> list[str]:
    """Where the stack leaves the range in which the model was checked."""
    found = []
    if outside := [f"{energy:g}" for energy in energies if not LOWEST <= energy <= HIGHEST]:
        found.append(f"The shower model was checked for {LOWEST:g}-{HIGHEST:g} GeV, not for {', '.join(outside)} GeV.")
    sampling = np.asarray(jnp.any(layers.absorber > 0, axis=-1) & jnp.any(layers.active > 0, axis=-1))
    cells = np.asarray(radiation_lengths(layers))[sampling]
    low, high = SAMPLING_CELLS
    if cells.size and (cells.min() < low or cells.max() > high):
        found.append(
            f"The sampling law was checked for cells of {low:g}-{high:g} X0; here {cells.min():.3g}-{cells.max():.3g}."
        )
    return found


def _free(bought: Layers, model: CostModel) -> list[str]:
    """Materials without a price."""
    free = unpriced(bought, model)
    return [f"The price book has no price for {', '.join(free)}; they count as free."] if free else []


def _noisy(layers: Layers, energies: Sequence[float], resolution: Mapping[str, Any]) -> list[str]:
    """Where the electronics decide what a homogeneous block measures: another read-out is another calorimeter."""
    noise = np.asarray(resolution["terms"]["noise"])
    where = np.flatnonzero(noise**2 > DECIDES * np.asarray(resolution["resolution"]) ** 2)
    if not layers.homogeneous or not where.size:
        return []
    first = where[np.argmin(np.asarray(energies)[where])]
    return [
        f"At {energies[first]:g} GeV the noise of the electronics, {noise[first]:.1%}, decides the resolution. "
        "One published detector has it; 'noise' of 'readout' scales it (photomultipliers: nearly 0)."
    ]
