"""`designopt verify` for the spectrometer: the toy Monte Carlo against the covariance the optimisers saw."""

import numpy as np

from designopt.design.space import Design
from designopt.detectors.spectrometer.detector import Spectrometer
from designopt.detectors.spectrometer.simulation.toy import Dipole, Station, simulate_tracks
from designopt.problem.problem import Problem
from designopt.records.verification_result import Measured, Verification
from designopt.units import um

SIMULATION = "toy Monte Carlo 1 (exact arcs, fit with kinks)"
TRACKS = 20_000  # of each momentum: a resolution to 0.5 %


def verify_design(
    problem: Problem, design: Design, events: int | None = None, minutes: float | None = None, seed: int = 1
) -> Verification:
    """Momentum resolution of a built design, and the error of the vertex, at every momentum of the problem.

    `events` are simulated tracks in all; `minutes` are not needed, a design takes seconds.
    """
    detector = problem.detector
    assert isinstance(detector, Spectrometer)
    built, predicted = detector.stations(design), detector.response(design)
    rows = zip(
        *(np.asarray(v, float).tolist() for v in (built.z, built.error, built.material, built.present)), strict=True
    )
    stations = [Station(z, error, material) for z, error, material, present in rows if present > 0.5]
    magnet = detector.magnet
    start, stop = (magnet.centre + sign * magnet.length / 2 for sign in (-1, 1))
    dipole = Dipole(magnet.bending_power / (magnet.length / 1000.0), start, stop)
    count = TRACKS if events is None else max(events // len(detector.momenta), 100)
    checked = []
    for row, p in enumerate(detector.momenta):
        toy = simulate_tracks(stations, dipole, p, detector.vertex, count, seed + row, detector.log_thickness)
        for name, label, unit in (
            ("momentum", f"sigma(p)/p at {p:g} GeV (%)", 0.01),
            ("position", f"vertex at {p:g} GeV (um)", um),
        ):
            if name == "momentum" or problem.options["pointing_weight"] > 0:
                values = float(predicted[name][row]), toy.resolution[name], toy.error[name]
                checked.append(Measured(label, *(value / unit for value in values)))
    note = "Gaussian hits and scattering, velocity 1, bending plane; wrong hits and misalignment are left out."
    return Verification(SIMULATION, tuple(checked), count * len(detector.momenta), note)
