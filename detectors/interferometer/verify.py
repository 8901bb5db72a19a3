"""Check a design with the other model: plane waves after a search with formulas, and formulas the other way."""

from typing import Any, cast

import jax
import jax.numpy as jnp
import numpy as np

import designopt as do
from designopt.detectors.interferometer.detector import CLOSED_FORM, SIMULATOR, Interferometer
from designopt.detectors.interferometer.models import plane_waves
from designopt.detectors.interferometer.models.two_photon import strain_noise
from designopt.written import Measured, Verification

BANDS = ((20.0, 60.0), (60.0, 300.0), (300.0, 1500.0), (1500.0, 5000.0))  # Hz
NOTE = (
    "Both models leave out seismic and thermal noise. They agree within 2 % for aLIGO and Voyager as published, and "
    "within some 10 % where the signal cavity is detuned, because the closed form gives that cavity no length."
)


def verify_design(
    problem: do.Problem,
    design: do.Design,
    events: int | None = None,
    minutes: float | None = None,
    seed: int = 1,
    cache: Any = None,
) -> Verification:
    """Mean noise in bands of frequency, by the other model; neither has errors of its own.

    Raises ValueError, in a sentence, where the check needs Differometor and it is not installed, and where no
    frequency of the problem lies in a band. `events`, `minutes`, `seed` and `cache` change nothing.
    """
    machine = cast(Interferometer, problem.detector)
    grid, optics = np.asarray(machine.frequencies), machine.optics(design)
    formulas = np.asarray(jax.jit(strain_noise)(jnp.asarray(grid), optics))
    simulated = np.asarray(jax.jit(plane_waves.simulated)(jnp.asarray(grid), optics)[0])
    predicted, found = (simulated, formulas) if machine.model == SIMULATOR else (formulas, simulated)
    quantities = []
    for low, high in BANDS:
        inside = (grid >= low) & (grid <= high)
        if inside.any():
            label = f"noise, {low:g}-{high:g} Hz (1e-24/sqrt(Hz))"
            mean, other_mean = (1e24 * float(np.exp(np.mean(np.log(curve[inside])))) for curve in (predicted, found))
            quantities.append(Measured(label, mean, other_mean, 0.0))
    if not quantities:
        raise ValueError(f"No frequency of the problem lies in {BANDS[0][0]:g}-{BANDS[-1][1]:g} Hz. Nothing to check.")
    other = CLOSED_FORM if machine.model == SIMULATOR else plane_waves.version()
    return Verification(other, tuple(quantities), len(grid), NOTE)
