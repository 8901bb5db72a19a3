"""The interferometer's closed form against what Finesse says of four machines."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import jax
import numpy as np

from designopt.detectors.interferometer.models.two_photon import strain_noise
from designopt.detectors.interferometer.optics import PUBLISHED, Optics
from designopt.report.figures.palette import COLOURS
from validation.drawing import DATA, PREDICTED, Claim, Validation, key, level, named, panels, plain, worst

STORED = json.loads((DATA / "interferometer" / "finesse.json").read_text())
GRID = np.asarray(STORED["frequencies"])
EVERY = 7
"""So many frequencies from one drawn point to the next."""


def stored_optics(case: Mapping[str, Any]) -> Optics:
    """The machine of a stored case: the published one of its layout, with other numbers."""
    numbers: dict[str, Any] = {name: float(value) for name, value in case["numbers"].items()}
    return replace(PUBLISHED[case["name"].split(",")[0]], **numbers)


def validation() -> Validation:
    """Strain noise over frequency, and the closed form over Finesse."""
    noise = jax.jit(strain_noise)
    off = {}
    with panels(2, 4.8, (1.3, 1)) as (figure, (strain, ratio)):
        for case, colour in zip(STORED["cases"], COLOURS, strict=False):
            truth, model = np.asarray(case["strain_asd"]), np.asarray(noise(GRID, stored_optics(case)))
            off[case["name"]] = 100 * (model / truth - 1)
            strain.plot(GRID, model, color=colour)
            strain.errorbar(GRID[::EVERY], truth[::EVERY], color=colour, **PREDICTED)
            name = case["name"].replace("aligo", "aLIGO").replace("voyager", "Voyager")
            named(strain, colour, name)
            ratio.plot(GRID, off[case["name"]], color=colour)
        strain.set(xscale="log", yscale="log", ylabel="Strain noise (1/sqrt(Hz))")
        level(ratio)
        ratio.set(xlabel="Frequency (Hz)", ylabel="Closed form over\nFinesse, less 1 (%)")
        plain(ratio, (20, 50, 100, 200, 500, 1000, 2000, 5000))
        key(figure, strain)
    counts = (f"{len(off)} machines", f"{GRID.size} frequencies", "no constant was fitted")
    return Validation(figure, counts, (Claim("within {} %", 1.5, worst(list(off.values()))),))
