"""The stacks the calorimeter is held against, and one compiled model for stacks of any length."""

from pathlib import Path

import jax
import numpy as np
from numpy.typing import ArrayLike

from designopt.detectors.calorimeter.layers import Layers
from designopt.detectors.calorimeter.shower.longitudinal import Longitudinal, longitudinal
from designopt.detectors.calorimeter.simulation.truth import Stack, read_geant4

DATA = Path(__file__).parents[2] / "data"
SLOTS = 220
CALIBRATION = read_geant4(DATA / "geant4_calorimeter.json")
HOLDOUT = read_geant4(DATA / "geant4_holdout.json")

_shower = jax.jit(longitudinal, static_argnames="beam")


def shower_in(cells: list, energies: ArrayLike, beam: str = "electron") -> Longitudinal:
    """A shower in a stack, padded with absent layers so that all stacks share one program."""
    return _shower(Layers.from_cells(cells, slots=SLOTS), np.asarray(energies, dtype=float), beam=beam)


def comparison(stack: Stack) -> dict[str, np.ndarray]:
    """Model against Geant4 at each energy: relative errors, but `contained` absolute, `profile` rms over the peak."""
    energies = [point.energy for point in stack.points]
    padded = energies + [50.0] * (4 - len(energies))
    beam = shower_in(stack.cells, padded, stack.beam)
    rows = []
    for k, point in enumerate(stack.points):
        model = np.asarray(beam.layer_energy[k])[: len(stack.cells)]
        shape, truth = model / model.sum(), point.profile / point.profile.sum()
        spread = np.asarray(beam.deviations[k]).sum(axis=-1)
        sigma = np.sqrt((spread**2).sum() + float(beam.sampling_variance[k].sum())) / model.sum()
        rows.append(
            (
                np.sqrt(np.mean((shape - truth) ** 2)) / truth.max(),
                float(beam.contained[k]) - point.contained,
                model.sum() / point.visible - 1,
                sigma / point.resolution - 1,
            )
        )
    return dict(zip(("profile", "contained", "visible", "sigma"), np.array(rows).T, strict=True))
