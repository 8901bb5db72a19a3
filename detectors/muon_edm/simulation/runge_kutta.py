"""Muons by a Runge-Kutta scheme of fourth order in numpy, loops summed by Biot and Savart: no formula of the model.

Everything in mm, ns, T and GeV; a positive muon.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

LIGHT, MASS, BEND = 299.792458, 0.1056583755, 0.299792458e-3
SECTORS = 64
"""Points of a loop: the sum over equal sectors is off by exp(-64 d/a), 1e-7 at 15 mm from a loop of 60 mm."""

Vectors = Float[ndarray, "muon 3"]


@dataclass(frozen=True)
class Magnet:
    """Solenoid with its bump (main field T, w / z0^2 in 1/mm2), and loops (radius mm, place mm, ampere-turns)."""

    main: float
    bump: float
    coils: tuple[tuple[float, float, float], ...]
    kicker: tuple[tuple[float, float, float], ...]
    kick_time: float
    kick_width: float


def biot_savart(
    loops: tuple[tuple[float, float, float], ...], r: Float[ndarray, " muon"], z: Float[ndarray, " muon"]
) -> tuple[Float[ndarray, " muon"], Float[ndarray, " muon"]]:
    r"""Radial and axial field (T) at (r, z) in mm: $\frac{\mu_0 I a}{4\pi}\oint (z\cos\phi, a - r\cos\phi)\,d\phi/s^3$.

    Args:
        loops: radius and place in mm, ampere-turns.
        r: distance from the axis, mm.
        z: mm.
    """
    phi = (np.arange(SECTORS) + 0.5) * 2 * np.pi / SECTORS
    cos, out, along = np.cos(phi), np.zeros_like(r), np.zeros_like(r)
    for a, place, current in loops:
        up = (z - place)[:, None]
        square = a**2 + r[:, None] ** 2 - 2 * a * r[:, None] * cos + up**2
        cube = 1 / (square * np.sqrt(square))
        scale = 1e-4 * current * a * 2 * np.pi / SECTORS  # mu0 / 4 pi = 1e-4 T mm / A
        out += scale * np.sum(up * cos * cube, 1)
        along += scale * np.sum((a - r[:, None] * cos) * cube, 1)
    return out, along


def field(magnet: Magnet, place: Vectors, time: Float[ndarray, " muon"]) -> Vectors:
    """The whole field of a `magnet` in T at a `place` in mm and a `time` in ns."""
    x, y, z = place.T
    r = np.hypot(x, y)
    out, along = biot_savart(magnet.coils, r, z)
    pulse = np.exp(-0.5 * ((time - magnet.kick_time) / magnet.kick_width) ** 2)
    if np.any(pulse > 1e-12):
        kick_out, kick_along = biot_savart(magnet.kicker, r, z)
        out, along = out + pulse * kick_out, along + pulse * kick_along
    out = out - magnet.main * magnet.bump * r * z
    along = along + magnet.main * (1 + magnet.bump * (z**2 - r**2 / 2))
    safe = np.maximum(r, 1e-9)
    return np.stack([out * x / safe, out * y / safe, along], 1)


def follow(
    magnet: Magnet, place: Vectors, momentum: Vectors, start: Float[ndarray, " muon"], flight: float, dt: float,
    late: float, wall: float, end: float,
) -> tuple[Float[ndarray, " muon"], Float[ndarray, " muon"], float]:  # fmt: skip
    r"""Largest late |z| of each muon (mm), infinite if it left the vessel; whether it did; largest change of |p| / p.

    The scheme takes from a momentum the part $(\omega\,dt)^6/144$ in a step: 1e-5 in 150 ns for dt = 0.04 ns at 2.5 T.

    Args:
        magnet: the fields.
        place: mm.
        momentum: GeV.
        start: ns.
        flight: ns.
        dt: ns.
        late: share of the flight in which |z| counts.
        wall: radius of the vessel, mm.
        end: half its length, mm.
    """
    place, momentum = place.copy(), momentum.copy()
    size = np.linalg.norm(momentum, axis=1)
    per = (LIGHT / np.hypot(size, MASS))[:, None]  # velocity over momentum
    reach, lost = np.zeros(len(place)), np.zeros(len(place), bool)
    steps = round(flight / dt)
    for k in range(steps):
        on = ~lost
        x, p, t, f = place[on], momentum[on], start[on] + k * dt, per[on]
        slopes: list[tuple[Vectors, Vectors]] = []
        for part in (0.0, 0.5, 0.5, 1.0):
            at, q = (x, p) if not slopes else (x + part * dt * slopes[-1][0], p + part * dt * slopes[-1][1])
            slopes.append((f * q, BEND * np.cross(f * q, field(magnet, at, t + part * dt))))
        mean = [(s[0] + 2 * s[1] + 2 * s[2] + s[3]) / 6 for s in zip(*slopes, strict=True)]
        place[on], momentum[on] = x + dt * mean[0], p + dt * mean[1]
        lost |= (np.hypot(place[:, 0], place[:, 1]) > wall) | (np.abs(place[:, 2]) > end)
        if k + 1 >= steps * (1 - late):
            reach = np.maximum(reach, np.abs(place[:, 2]))
    drift = float(np.max(np.abs(np.linalg.norm(momentum, axis=1) / size - 1)))
    return np.where(lost, np.inf, reach), lost.astype(float), drift
