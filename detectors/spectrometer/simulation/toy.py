"""A toy Monte Carlo of a spectrometer, the referee of its covariance: exact arcs, scattering, a fit with kinks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.detectors.tracker.simulation.fit import Fit, fit_with_kinks
from designopt.detectors.tracker.simulation.helix import CURVING
from designopt.detectors.tracker.simulation.scattering import projected_angle

PARAMETERS = ("position", "slope", "momentum")
_STEPS = (1e-2, 1e-5, 1e-4)  # of the derivatives: mm, rad, of q/p
_KINK = 1e-5  # rad


@dataclass(frozen=True)
class Station:
    """A simulated station: z and error in mm (None: dead material), material in X0."""

    z: float
    error: float | None
    material: float


@dataclass(frozen=True)
class Dipole:
    """A field of `strength` T between `start` and `stop` (mm), nothing outside."""

    strength: float
    start: float
    stop: float


@dataclass(frozen=True)
class Toy:
    """Spread of the fitted parameters at the vertex: mm, rad, and relative for the momentum; error and pull width."""

    resolution: dict[str, float]
    error: dict[str, float]
    pull: dict[str, float]


@dataclass(frozen=True)
class _State:
    z: float
    x: Float[ndarray, " track"]
    angle: Float[ndarray, " track"]
    charge_over_p: Float[ndarray, " track"]


def _to(state: _State, z: float, dipole: Dipole) -> _State:
    """Tracks at another z downstream: straight outside the dipole, an arc of a circle inside, piece by piece."""
    edges = [edge for edge in (dipole.start, dipole.stop) if state.z < edge < z]
    for stop in [*edges, z]:
        inside = dipole.start <= state.z < dipole.stop
        length = stop - state.z
        bend = CURVING * dipole.strength * state.charge_over_p if inside else np.zeros_like(state.x)
        after = np.arcsin(np.sin(state.angle) + bend * length)
        rise = (np.sin(state.angle) + np.sin(after)) / (np.cos(state.angle) + np.cos(after))
        state = _State(stop, state.x + length * rise, after, state.charge_over_p)
    return state


def _hits(
    start: _State,
    stations: Sequence[Station],
    dipole: Dipole,
    kinks: Callable[[int, Station, _State], Float[ndarray, " track"]],
) -> Float[ndarray, "track hit"]:
    state, columns = start, []
    for k, station in enumerate(stations):
        state = _to(state, station.z, dipole)
        if station.error is not None:
            columns.append(state.x)
        state = _State(state.z, state.x, state.angle + kinks(k, station, state), state.charge_over_p)
    return np.stack(columns, axis=1)


def _begin(parameters: Float[ndarray, "track 3"], vertex: float) -> _State:
    x, slope, charge_over_p = parameters.T
    return _State(vertex, x, np.arctan(slope), charge_over_p)


def simulate_tracks(
    stations: Sequence[Station],
    dipole: Dipole,
    p: float,
    vertex: float,
    tracks: int = 20_000,
    seed: int = 0,
    log_thickness: float | None = None,
    slope: float = 0.0,
    misalignment: float = 0.0,
) -> Toy:
    """Simulate and fit tracks of one momentum (GeV) that start at z = `vertex` (mm) in the bending plane.

    Between stations tracks are exact; each station deflects them by a Gaussian angle for the material on their own
    path, velocity 1. The fit, linear around the true track, sees Gaussian hits. Stations
    are displaced by `misalignment` (mm, rms), each by its own, another time for every track; the fit knows how far
    they may be, not where to. Raises ValueError where the hits do not determine a track.
    """
    random, path = np.random.default_rng(seed), sorted(stations, key=lambda station: station.z)
    true = np.array([0.0, slope, 1.0 / p])

    def width(station: Station, state: _State) -> Float[ndarray, " track"]:
        return projected_angle(p, 0.0, station.material / np.cos(state.angle), log_thickness)

    def scatter(_: int, station: Station, state: _State) -> Float[ndarray, " track"]:
        return width(station, state) * random.standard_normal(state.x.shape)

    reference = _hits(_begin(true[None], vertex), path, dipole, lambda *_: np.zeros(1))
    fit = _fit(true, vertex, path, dipole, width, misalignment)
    hits = _hits(_begin(np.repeat(true[None], tracks, axis=0), vertex), path, dipole, scatter) - reference
    hits = hits + _errors(path) * random.standard_normal(hits.shape)
    if misalignment > 0:
        hits = hits + misalignment * random.standard_normal(hits.shape)
    spread = np.sqrt(np.mean((hits @ fit.estimator.T) ** 2, axis=0))
    found = spread * np.array([1.0, 1.0, p])

    def named(values: np.ndarray) -> dict[str, float]:
        return dict(zip(PARAMETERS, values.tolist(), strict=True))

    return Toy(named(found), named(found / np.sqrt(2 * tracks)), named(spread / fit.errors))


def _errors(path: Sequence[Station]) -> Float[ndarray, " hit"]:
    return np.array([station.error for station in path if station.error is not None])


def _fit(
    true: Float[ndarray, " 3"],
    vertex: float,
    path: Sequence[Station],
    dipole: Dipole,
    width: Callable[[Station, _State], Float[ndarray, " track"]],
    misalignment: float,
) -> Fit:
    """The fit around the true track; its derivatives are differences of exact tracks."""
    count, angles = len(path), np.zeros(len(path))
    steps = np.array(_STEPS) * [1.0, 1.0, true[2]]
    shifts = np.concatenate([np.diag(steps), np.zeros((count, 3))])
    turns = np.concatenate([np.zeros((3, count)), _KINK * np.eye(count)])
    shifts, turns = np.concatenate([shifts, -shifts, 0 * shifts[:1]]), np.concatenate([turns, -turns, 0 * turns[:1]])

    def kinks(k: int, station: Station, state: _State) -> Float[ndarray, " track"]:
        angles[k] = width(station, state)[-1]
        return turns[:, k]

    displaced = _hits(_begin(true + shifts, vertex), path, dipole, kinks)[:-1]
    up, down = np.split(displaced, 2)
    slopes = ((up - down) / (2 * np.append(steps, np.full(count, _KINK)))[:, None]).T
    return fit_with_kinks(slopes[:, :3], slopes[:, 3:], np.hypot(_errors(path), misalignment), angles)
