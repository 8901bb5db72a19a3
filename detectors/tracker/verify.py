"""`designopt verify` for the tracker: the toy Monte Carlo against the covariance the optimisers saw."""

import jax
import jax.numpy as jnp
import numpy as np

from designopt.design.space import Design
from designopt.detectors.tracker.detector import Tracker
from designopt.detectors.tracker.resolution.crossing import Tracks
from designopt.detectors.tracker.resolution.scattering import FIXED
from designopt.detectors.tracker.resolution.track_parameters import resolution
from designopt.detectors.tracker.simulation.layouts import surfaces_of
from designopt.detectors.tracker.simulation.toy import simulate_tracks
from designopt.problem.problem import Problem
from designopt.records.verification_result import Measured, Verification
from designopt.units import um

SIMULATION = "toy Monte Carlo 1 (exact helices, fit with kinks)"
TRACKS = 20_000  # of each point: a resolution to 0.5 %
MOMENTA = (1.0, 10.0, 100.0)
REACH = (0.15, 0.5, 0.85)  # |cos(theta)| of the points, in parts of the largest one
LABELS = {"pt": ("sigma(pT)/pT", "%", 0.01), "d0": ("d0", "um", um), "z0": ("z0", "um", um)}


def verify_design(
    problem: Problem, design: Design, events: int | None = None, minutes: float | None = None, seed: int = 1
) -> Verification:
    """Errors of pT, d0 and z0 of a built design at three momenta and three angles.

    `events` are simulated tracks in all; `minutes` are not needed, a design takes seconds. Raises ValueError where a
    track leaves too few hits.
    """
    detector = problem.detector
    assert isinstance(detector, Tracker)
    layout, field = detector.assembly(design).layout, detector.site.field
    surfaces = surfaces_of(layout)
    points = [(pt, part * detector.cosine) for part in REACH for pt in MOMENTA]
    count = TRACKS if events is None else max(events // len(points), 100)
    pt, cosine = np.array(points).T
    tracks = Tracks(pt=jnp.asarray(pt), cot=jnp.asarray(cosine / np.sqrt(1 - cosine**2)), vertex=jnp.zeros(len(pt)))
    predicted = _predicted(layout, tracks, field)
    checked, simulated = [], 0
    for row, (momentum, cos) in enumerate(points):
        theta = float(np.arccos(cos))
        toy = simulate_tracks(surfaces, field, momentum, theta, count, seed + row, mass=0.0, log_thickness=FIXED)
        simulated += count
        for name, (label, unit, scale) in LABELS.items():
            where = f"{label} at {momentum:g} GeV, {np.degrees(theta):.0f} degrees ({unit})"
            values = float(predicted[name][row]), toy.resolution[name], toy.error[name]
            checked.append(Measured(where, *(value / scale for value in values)))
    note = "Gaussian hits and scattering, velocity 1; energy loss, wrong hits and misalignment are left out."
    return Verification(SIMULATION, tuple(checked), simulated, note)


@jax.jit
def _predicted(layout, tracks, field):
    found = resolution(layout, tracks, field, prior=True)
    return {name: getattr(found, name) for name in LABELS}
