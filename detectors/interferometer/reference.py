"""Reference designs: aLIGO and Voyager, as far as a layout and its limits allow; and their noise, the score's zero."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

import designopt as do
from designopt.detectors.interferometer.detector import MIRRORS, SIMULATOR, Interferometer
from designopt.detectors.interferometer.models.carrier import powers
from designopt.detectors.interferometer.optics import PUBLISHED, Optics
from designopt.units import kg, m

NAMES = {"aligo": "aLIGO", "voyager": "Voyager"}
CURVES = Path(__file__).with_name("references.json")


def references(detector: Interferometer, space: do.DesignSpace) -> dict[str, do.Design]:
    """The published interferometer of the detector's layout; with less laser power, where its limits ask for that."""
    optics = PUBLISHED[detector.layout]
    light = powers(optics)
    share = min(
        1.0,
        detector.hard_limit / float(light.hard),
        detector.soft_limit / float(light.soft),
    )
    name, power = NAMES[detector.layout], float(optics.power)
    if share < 1:
        power = float(np.floor(power * share * 10) / 10)
        name = f"{name} at {power:g} W"
    return {name: design_of(optics, space) | {"power": jnp.asarray(power)}}


def design_of(optics: Optics, space: do.DesignSpace) -> do.Design:
    """An interferometer as a design; numbers that are no variables are left out."""
    values = {variable.name: float(getattr(optics, variable.name)) for variable in space.variables}
    values |= {name: values[name] / (1 - float(optics.loss)) for name in MIRRORS if name in values}
    values |= {"length": values["length"] * m, "mass": values["mass"] * kg}
    return {name: jnp.asarray(value) for name, value in values.items()}


def reference_level(detector: Interferometer) -> float:
    """Mean of log10 of the published interferometer's noise at the detector's frequencies, by the same model.

    That of Differometor is stored for 100 frequencies from 20 to 5000 Hz, at equal ratios; at others the logarithm of
    the noise is read between them, linear in that of the frequency. Where squeezed light is lost it is simulated anew.
    """
    grid = np.asarray(detector.frequencies)
    if detector.model != SIMULATOR or detector.squeezing_loss:
        optics = replace(PUBLISHED[detector.layout], squeezing_loss=detector.squeezing_loss)
        return float(np.mean(np.log10(jax.jit(detector.measured)(optics)[0])))
    stored, noise = curve(detector.layout)
    return float(np.mean(np.interp(np.log10(grid), np.log10(stored), np.log10(noise))))


@cache
def curve(layout: str) -> tuple[np.ndarray, np.ndarray]:
    """Frequencies (Hz) and noise (1/sqrt(Hz), strain without unit) of the published `layout`, by Differometor 0.0.6."""
    stored = json.loads(CURVES.read_text(encoding="utf-8"))
    return np.asarray(stored["frequencies"]), np.asarray(stored[layout])
