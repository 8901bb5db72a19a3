"""`designopt verify` for the tomograph: a toy Monte Carlo of whole ladles against the closed forms of the search."""

import numpy as np

import designopt as do
from designopt.detectors.tomography.detector import Tomograph
from designopt.detectors.tomography.physics.tracks import Panels
from designopt.detectors.tomography.simulation.toy import LADLES, Setup, simulate
from designopt.units import m, mm, mrad
from designopt.written import Measured, Verification

SIMULATION = "toy Monte Carlo 1 (muons in steps through the ladle, hits, fits, points of closest approach)"


def verify_design(
    problem: do.Problem, design: do.Design, events: int | None = None, minutes: float | None = None, seed: int = 1
) -> Verification:
    """Errors of fill height, line and vertex of a built design, and how many muons it takes to see one.

    `events` are simulated muons in all; `minutes` are not needed, a design takes half a minute.
    """
    detector = problem.detector
    assert isinstance(detector, Tomograph)
    predicted = detector.response(design)
    ladles = LADLES if events is None else max(events // int(detector.muons), 100)
    found = simulate(setup_of(detector, design), ladles, seed)
    checked = [
        Measured(label, float(value) * scale, *(part * scale for part in found[name]))
        for label, value, name, scale in (
            ("fill height (mm)", predicted["squared_error"] ** 0.5, "fill_height", m / mm),
            ("slope of a line (mrad)", predicted["slope"], "slope", 1 / mrad),
            ("vertex in z (mm)", predicted["vertex"], "vertex", m / mm),
        )
    ]
    share, error = found["seen"]
    checked.append(
        Measured("muons for one that is seen", 1 / float(predicted["efficiency"]), 1 / share, error / share**2)
    )
    note = "One momentum, Gaussian scattering and hits; material of panels, loss of energy and wrong hits are left out."
    return Verification(SIMULATION, tuple(checked), ladles * int(detector.muons), note)


def setup_of(detector: Tomograph, design: do.Design) -> Setup:
    """The built design as the simulation takes it."""
    above, below = (_rows(side) for side in detector.panels(design))
    hits = detector.hits
    slag = None if detector.slag is None else detector.slag / m
    parts = hits.resolution, hits.efficiency, hits.edge, detector.momentum, int(detector.muons)
    return Setup(above, below, *parts, slag, detector.degree)


def _rows(side: Panels) -> list[list[float]]:
    columns = np.stack([np.asarray(getattr(side, name), float) for name in ("x", "y", "z", "span_x", "span_y")], axis=1)
    rows: list[list[float]] = columns[np.asarray(side.present) > 0.5].tolist()
    return rows
