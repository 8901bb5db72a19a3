"""`designopt verify` for the spectrometer: the toy Monte Carlo against the covariance the optimisers saw."""

import numpy as np

from designopt.design.space import Design
from designopt.detectors.spectrometer.detector import Spectrometer
from designopt.detectors.spectrometer.review.detector import ReviewedSpectrometer
from designopt.detectors.spectrometer.simulation.losses import simulate_patterns, without
from designopt.detectors.spectrometer.simulation.toy import Dipole, Station, simulate_tracks
from designopt.problem.problem import Problem
from designopt.records.designs.verification_result import Measured, Verification
from designopt.units import um

SIMULATION = "toy Monte Carlo 1 (exact arcs, fit with kinks)"
TRACKS = 20_000  # of each momentum: a resolution to 0.5 %


def verify_design(
    problem: Problem, design: Design, events: int | None = None, minutes: float | None = None, seed: int = 1
) -> Verification:
    """Momentum resolution of a built design, and the error of the vertex, at every momentum of the problem.

    Where the problem asks for it, stations are misaligned, tracks miss stations at random, and the momentum is measured
    once more with the station dead whose loss costs most. `events` are simulated tracks in all; `minutes` are not
    needed, a design takes seconds.
    """
    detector = problem.detector
    if isinstance(detector, ReviewedSpectrometer):
        return _reviewed(detector, design, events, seed)
    assert isinstance(detector, Spectrometer)
    predicted, stations, dipole = detector.response(design), _simulated(detector, design)[0], _dipole(detector)
    count = TRACKS if events is None else max(events // len(detector.momenta), 100)
    checked = []
    for row, p in enumerate(detector.momenta):
        toy = simulate_tracks(stations, dipole, p, detector.vertex, count, seed + row, detector.log_thickness)
        for name, label, unit in _quantities(p):
            if name == "momentum" or problem.options["pointing_weight"] > 0:
                values = float(predicted[name][row]), toy.resolution[name], toy.error[name]
                checked.append(Measured(label, *(value / unit for value in values)))
    note = "Gaussian hits and scattering, velocity 1, bending plane; wrong hits and misalignment are left out."
    return Verification(SIMULATION, tuple(checked), count * len(detector.momenta), note)


def _reviewed(detector: ReviewedSpectrometer, design: Design, events: int | None, seed: int) -> Verification:
    bare, momenta = detector.bare, detector.momenta
    predicted, patterns = detector.response(design), detector.patterns(detector.stations(design))
    (stations, rows), dipole = _simulated(bare, design), _dipole(bare)
    count = TRACKS if events is None else max(events // (2 * len(momenta)), 100)
    checked = []
    for row, p in enumerate(momenta):
        start = seed + 100 * row
        mean, error = simulate_patterns(
            stations, dipole, p, bare.vertex, detector.efficiency, detector.alignment, count, start, bare.log_thickness
        )
        for name, label, unit in _quantities(p):
            values = float(predicted[name][row]), mean[name], error[name]
            checked.append(Measured(label, *(value / unit for value in values)))
        lost = np.asarray(patterns.without["momentum"])[row, rows]
        worst = int(np.argmax(lost))
        toy = simulate_tracks(
            without(stations, worst), dipole, p, bare.vertex, count, start + 50, bare.log_thickness, 0.0,
            detector.alignment,
        )  # fmt: skip
        expected = float(patterns.whole["momentum"][row] * np.exp(lost[worst]))
        dead = (expected, toy.resolution["momentum"], toy.error["momentum"])
        checked.append(Measured(f"sigma(p)/p at {p:g} GeV, worst station dead (%)", *(100 * v for v in dead)))
    note = (
        "Gaussian hits and scattering, velocity 1, bending plane; stations are displaced independently; wrong hits, "
        "weak modes of the alignment and the second coordinate are left out."
    )
    return Verification(SIMULATION, tuple(checked), 2 * count * len(momenta), note)


def _quantities(p: float) -> tuple[tuple[str, str, float], ...]:
    """Name, label and unit of what is checked at a momentum in GeV."""
    return ("momentum", f"sigma(p)/p at {p:g} GeV (%)", 0.01), ("position", f"vertex at {p:g} GeV (um)", um)


def _simulated(detector: Spectrometer, design: Design) -> tuple[list[Station], np.ndarray]:
    """The stations of a built design, and their rows among the possible places."""
    built = detector.stations(design)
    rows = np.flatnonzero(np.asarray(built.present) > 0.5)
    columns = (np.asarray(values, float)[rows].tolist() for values in (built.z, built.error, built.material))
    return [Station(*row) for row in zip(*columns, strict=True)], rows


def _dipole(detector: Spectrometer) -> Dipole:
    magnet = detector.magnet
    start, stop = (magnet.centre + sign * magnet.length / 2 for sign in (-1, 1))
    return Dipole(magnet.bending_power / (magnet.length / 1000.0), start, stop)
