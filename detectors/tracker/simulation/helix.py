"""Exact helices in a solenoid, many tracks at once: where they cross cylinders and planes, and how they are kicked."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float
from numpy import ndarray

CURVING = 0.299792458e-3
"""Curvature in 1/mm of a unit charge with a transverse momentum of 1 GeV in 1 T: the speed of light, PDG."""


@dataclass(frozen=True)
class Track:
    """Tracks on their way: position in mm, unit direction, charge over momentum in 1/GeV, field along z in T."""

    position: Float[ndarray, "track 3"]
    direction: Float[ndarray, "track 3"]
    charge_over_p: Float[ndarray, " track"]
    field: float

    @property
    def turning(self) -> Float[ndarray, " track"]:
        """Azimuth gained by the direction per mm of path."""
        return CURVING * self.field * self.charge_over_p


def from_perigee(parameters: Float[ndarray, "track 5"], field: float) -> Track:
    """Tracks at their point of closest approach to the beam, from (d0, phi0, q/pT, z0, cot theta) in mm, 1/GeV.

    Args:
        parameters: a row for each track.
        field: T.
    """
    d0, phi, charge_over_pt, z0, cot = np.asarray(parameters, dtype=float).T
    sine = 1.0 / np.hypot(1.0, cot)
    return Track(
        position=np.stack([-d0 * np.sin(phi), d0 * np.cos(phi), z0], axis=1),
        direction=np.stack([np.cos(phi) * sine, np.sin(phi) * sine, cot * sine], axis=1),
        charge_over_p=charge_over_pt * sine,
        field=field,
    )


def _slope(x: Float[ndarray, " track"]) -> Float[ndarray, " track"]:
    """arctan(x) / x, also at 0."""
    return np.where(x == 0, 1.0, np.arctan(x) / np.where(x == 0, 1.0, x))


def advanced(track: Track, length: Float[ndarray, " track"]) -> Track:
    """Tracks after a path of this length: the chord is a sine, the direction turns at its rate.

    Args:
        track: places in mm.
        length: mm.
    """
    half = 0.5 * track.turning * length
    chord = length * np.sinc(half / np.pi)
    x, y, z = track.direction.T
    along = np.stack([x * np.cos(half) - y * np.sin(half), x * np.sin(half) + y * np.cos(half)], axis=1)
    step = np.concatenate([along * chord[:, None], (z * length)[:, None]], axis=1)
    c, s = np.cos(2 * half), np.sin(2 * half)
    return replace(track, position=track.position + step, direction=np.stack([x * c - y * s, x * s + y * c, z], axis=1))


def to_plane(track: Track, z: Float[ndarray, " track"]) -> Float[ndarray, " track"]:
    """Path to a plane across the beam; NaN for tracks parallel to it.

    Args:
        track: places in mm.
        z: of the plane, mm.

    Returns mm.
    """
    rise = track.direction[:, 2]
    return np.where(rise == 0, np.nan, (z - track.position[:, 2]) / np.where(rise == 0, 1.0, rise))


def to_cylinder(track: Track, radius: float) -> Float[ndarray, " track"]:
    r"""Path to a cylinder around the beam on the way out, negative when it lies behind; NaN when it is never reached.

    With the curvature $\kappa$, the unit transverse direction $d$, its left normal $n$ and $w = (2/\kappa)
    \tan(\kappa s_T/2)$ the circle meets the cylinder where $(1 + \kappa\,p{\cdot}n + \kappa^2 c/4)\,w^2
    + 2\,p{\cdot}d\,w + c = 0$, $c = p^2 - r^2$: exact, and without cancellation for straight tracks.

    Args:
        track: places in mm.
        radius: r, mm.

    Returns mm.
    """
    sine = np.hypot(track.direction[:, 0], track.direction[:, 1])
    d = track.direction[:, :2] / np.where(sine == 0, 1.0, sine)[:, None]
    p = track.position[:, :2]
    curvature = track.turning / np.where(sine == 0, 1.0, sine)
    b = np.sum(p * d, axis=1)
    c = np.sum(p * p, axis=1) - radius**2
    a = 1.0 + curvature * (p[:, 1] * d[:, 0] - p[:, 0] * d[:, 1]) + 0.25 * curvature**2 * c
    inside = b * b - a * c
    reached = (inside >= 0) & (sine > 0)
    root = b + np.sqrt(np.where(reached, inside, 0.0))
    w = np.where(reached & (root > 0), -c / np.where(root > 0, root, 1.0), np.nan)
    return w * _slope(0.5 * curvature * w) / np.where(sine == 0, 1.0, sine)


def kicked(track: Track, angles: Float[ndarray, "track 2"]) -> Track:
    """Tracks deflected by two independent projected angles: in azimuth and in polar angle, both in space.

    Args:
        track: places in mm.
        angles: rad.
    """
    sine = np.hypot(track.direction[:, 0], track.direction[:, 1])[:, None]
    x, y, z = np.split(track.direction, 3, axis=1)
    sideways = np.concatenate([-y, x, 0 * z], axis=1) / sine
    downwards = np.concatenate([x * z, y * z, -(sine**2)], axis=1) / sine
    moved = track.direction + np.tan(angles[:, :1]) * sideways + np.tan(angles[:, 1:]) * downwards
    return replace(track, direction=moved / np.linalg.norm(moved, axis=1, keepdims=True))
