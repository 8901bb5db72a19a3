"""The strain noise of an interferometer as a curve, beside the published one and the standard quantum limit."""

from dataclasses import replace
from typing import TYPE_CHECKING

import jax
import numpy as np

from designopt.detectors.interferometer.models.two_photon import strain_noise
from designopt.detectors.interferometer.optics import PUBLISHED, Optics, standard_quantum_limit

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAMES = {"aligo": "aLIGO", "voyager": "Voyager"}
GRID = np.geomspace(10.0, 5000.0, 200)  # Hz


def draw_noise(optics: Optics, axes: "Axes") -> None:
    """Draw the noise of `optics` on `axes`, by the closed form, whose range and errors its docstring has."""
    noise = jax.jit(strain_noise)
    axes.loglog(GRID, noise(GRID, optics), color="#1f77b4", linewidth=1.8, label="this design")
    published = replace(PUBLISHED[optics.layout], squeezing_loss=optics.squeezing_loss)
    axes.loglog(GRID, noise(GRID, published), color="#7b1e3a", linewidth=1.0, label=NAMES[optics.layout])
    limit = standard_quantum_limit(jax.numpy.asarray(GRID), optics)
    axes.loglog(GRID, limit, color="0.5", linewidth=1.0, linestyle="--", label="standard quantum limit")
    axes.set_xlabel("Frequency (Hz)")
    axes.set_ylabel("Strain noise (1/√Hz), closed form")
    length, mass, power = (float(value) for value in (optics.length, optics.mass, optics.power))
    axes.set_title(f"Arms of {length:,.0f} m, mirrors of {mass:.3g} kg, laser of {power:.3g} W", fontsize="medium")
    axes.legend(fontsize="small", frameon=False)
