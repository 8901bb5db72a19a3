"""Simulated tracks in a collider tracker, fitted: resolutions and pulls of the perigee parameters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from designopt.detectors.tracker.simulation.fit import Fit, fit_with_kinks
from designopt.detectors.tracker.simulation.helix import Track, from_perigee, kicked
from designopt.detectors.tracker.simulation.scattering import projected_angle
from designopt.detectors.tracker.simulation.surfaces import Surface

PARAMETERS = ("d0", "phi", "pt", "z0", "cot_theta")
MUON = 0.1056583755  # GeV, PDG
_STEPS = (1e-3, 1e-6, 1e-4, 1e-3, 1e-6)  # of the derivatives: mm, rad, of q/pT, mm, 1
_KINK = 1e-6  # rad


@dataclass(frozen=True)
class Toy:
    """What a toy Monte Carlo says of one kind of track.

    `resolution`, its statistical `error` and the `pull` width by parameter: d0, z0 in mm, phi in rad, cot theta, and
    pt relative, from the curvature. `hits` counts the sensors crossed; `kept` is the fraction of the tracks that
    stay on the surfaces the unscattered track crosses, and `tracks` their number.
    """

    resolution: dict[str, float]
    error: dict[str, float]
    pull: dict[str, float]
    hits: int
    kept: float
    tracks: int


def crossed(surfaces: Sequence[Surface], start: Track) -> list[Surface]:
    """The surfaces that one unscattered track crosses on its way out, in order."""
    found = []
    for surface in surfaces:
        there, length = surface.reached(start)
        if length[0] > 0 and abs(length[0] * start.turning[0]) < np.pi and surface.inside(there)[0]:
            found.append((float(length[0]), surface))
    return [surface for _, surface in sorted(found, key=lambda entry: entry[0])]


Noise = Callable[[Sequence[Surface]], Float[ndarray, "hit hit"]]
"""Covariance (mm2) of the errors of the hits on a path, in the order of `_sigmas`."""
Kinks = Callable[[int, Surface, Track], Float[ndarray, "track 2"]]


def _flight(track: Track, path: Sequence[Surface], kinks: Kinks) -> tuple[list[Track], Bool[ndarray, " track"]]:
    """Tracks as they arrive on every surface of a path, turned by `kinks` behind each; whether they stayed on it."""
    arrived, good = [], np.ones(len(track.position), dtype=bool)
    for k, surface in enumerate(path):
        track, length = surface.reached(track)
        good &= (length > 0) & surface.inside(track)
        arrived.append(track)
        track = kicked(track, kinks(k, surface, track))
    return arrived, good


def _deviations(
    arrived: Sequence[Track], reference: Sequence[Track], path: Sequence[Surface]
) -> Float[ndarray, "track hit"]:
    """Distance of every measured coordinate from that of the reference track; hits as `_sigmas` orders them."""
    columns = []
    for there, nominal, surface in zip(arrived, reference, path, strict=True):
        both = surface.deviation(there, nominal.position[0])
        columns += [both[:, i] for i, sigma in enumerate(surface.sigmas) if sigma is not None]
    return np.stack(columns, axis=1)


def _sigmas(path: Sequence[Surface]) -> Float[ndarray, " hit"]:
    return np.array([sigma for surface in path for sigma in surface.sigmas if sigma is not None])


def _fit(
    true: Float[ndarray, " 5"], reference: Sequence[Track], path: Sequence[Surface], angles: Float[ndarray, " surface"]
) -> Fit:
    """The fit around the true track; its derivatives are differences of exact helices."""
    kinks, field = 2 * len(path), reference[0].field
    steps = np.array(_STEPS) * [1.0, 1.0, abs(true[2]), 1.0, 1.0]
    shifts = np.concatenate([np.diag(steps), np.zeros((kinks, 5))])
    turns = np.concatenate([np.zeros((5, kinks)), _KINK * np.eye(kinks)])
    shifts, turns = np.concatenate([shifts, -shifts]), np.concatenate([turns, -turns])
    displaced, _ = _flight(from_perigee(true + shifts, field), path, lambda k, *_: turns[:, 2 * k : 2 * k + 2])
    up, down = np.split(_deviations(displaced, reference, path), 2)
    slopes = ((up - down) / (2 * np.append(steps, np.full(kinks, _KINK)))[:, None]).T
    return fit_with_kinks(slopes[:, :5], slopes[:, 5:], _sigmas(path), np.repeat(angles, 2))


def simulate_tracks(
    surfaces: Sequence[Surface],
    field: float,
    pt: float,
    theta: float,
    tracks: int = 20_000,
    seed: int = 0,
    mass: float = MUON,
    log_thickness: float | None = None,
    phi: float = 0.3,
    charge: int = 1,
    noise: Noise | None = None,
) -> Toy:
    """Simulate and fit tracks of one transverse momentum (GeV) and polar angle (rad) from the middle of the beam.

    `field` in T. Tracks are exact helices between the surfaces. Each surface deflects them by two Gaussian angles
    for the material on their own path (`log_thickness`: see `projected_angle`), then the fit, linear around the true
    track, sees Gaussian hits, which it takes for independent; `noise` says how they are in truth. Energy loss, tails
    and wrong hits are left out. Raises ValueError where the hits do not
    determine a track.
    """
    random = np.random.default_rng(seed)
    true = np.array([0.0, phi, charge / pt, 0.0, 1.0 / np.tan(theta)])
    start = from_perigee(true[None], field)
    path, p = crossed(surfaces, start), pt / np.sin(theta)
    if not any(sigma is not None for surface in path for sigma in surface.sigmas):
        raise ValueError(f"A track of {pt:g} GeV at {np.degrees(theta):g} degrees crosses no sensor.")

    def width(surface: Surface, track: Track) -> Float[ndarray, " track"]:
        return projected_angle(p, mass, surface.x_over_x0 * surface.slant(track), log_thickness)

    def scatter(_: int, surface: Surface, track: Track) -> Float[ndarray, "track 2"]:
        return width(surface, track)[:, None] * random.standard_normal((len(track.position), 2))

    reference, _ = _flight(start, path, lambda *_: np.zeros((1, 2)))
    angles = np.array([width(surface, track)[0] for surface, track in zip(path, reference, strict=True)])
    fit = _fit(true, reference, path, angles)
    arrived, good = _flight(from_perigee(np.repeat(true[None], tracks, axis=0), field), path, scatter)
    hits = _deviations(arrived, reference, path)
    drawn = random.standard_normal(hits.shape)
    hits = hits + (_sigmas(path) * drawn if noise is None else drawn @ np.linalg.cholesky(noise(path)).T)
    return _summary(hits[good] @ fit.estimator.T, fit, true, path, float(np.mean(good)))


def _summary(found: np.ndarray, fit: Fit, true: np.ndarray, path: Sequence[Surface], kept: float) -> Toy:
    """Spread of the fitted parameters around the true ones; that of pt is the curvature's, relative."""
    scale = np.array([1.0, 1.0, 1.0 / abs(true[2]), 1.0, 1.0])
    spread, count = np.sqrt(np.mean(found**2, axis=0)), len(found)
    measured = sum(any(sigma is not None for sigma in surface.sigmas) for surface in path)

    def named(values: np.ndarray) -> dict[str, float]:
        return dict(zip(PARAMETERS, values.tolist(), strict=True))

    width = spread * scale
    return Toy(named(width), named(width / np.sqrt(2 * count)), named(spread / fit.errors), int(measured), kept, count)
