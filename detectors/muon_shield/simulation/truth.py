"""The Challenge's shield once more, in plain numpy and its own units: independent, to check and to time against.

Mean energy loss from a table, Gaussian scattering, the block field without saturation and hard edges, all as the
public Muon Shield Challenge describes them (cm, T, GeV). Slow, and not differentiable.
"""

from typing import Any

import numpy as np
from jaxtyping import Float

from designopt.detectors.muon_shield.muons.beam import Muons
from designopt.detectors.muon_shield.transport.energy_loss import stopping_power
from designopt.detectors.muon_shield.transport.step import Noise
from designopt.units import cm, m

MASS, PLANE = 0.1056583755, 8200.0
LOWEST, BINS = np.log(0.15), 500  # of the table of losses, bins in an e-fold of energy
Flight = tuple[np.ndarray, np.ndarray, np.ndarray]


def plain_exit(table: Float[np.ndarray, "magnet number"], muons: Muons, noise: Noise, dtype: Any = float) -> Flight:
    """x and y in mm at z = 82 m, and momentum in GeV, of the muons of a sample; steps are those of the noise.

    Args:
        table: fifteen numbers a magnet, cm and T.
        muons: places in mm, momenta in GeV.
        noise: frozen random numbers.
        dtype: of the arithmetic.
    """
    table_of_loss = np.asarray(stopping_power(np.exp(LOWEST + np.arange(8 * BINS + 1) / BINS)), dtype) * cm

    def loss(energy: np.ndarray) -> np.ndarray:
        return table_of_loss[((np.log(energy) - LOWEST) * BINS + 0.5).astype(int)]

    angle_x, angle_y = (np.asarray(a, dtype) for a in (noise.angle_x, noise.angle_y))
    x, y, birth = (np.asarray(a, dtype) / cm for a in (muons.x, muons.y, muons.z))
    t = np.stack([muons.direction_x, muons.direction_y, muons.direction_z]).astype(dtype)
    q, p = np.asarray(muons.charge, dtype), np.asarray(muons.momentum, dtype)
    steps, z = angle_x.shape[1], -1e9
    for k, row in enumerate(np.asarray(table)):
        face = (z if k else 0.0) + row[0]
        for i in range(steps):
            begin = face + 2 * row[1] * i / steps
            end = face + 2 * row[1] * (i + 1) / steps
            flown = np.maximum(begin - np.maximum(z, birth), 0)
            h = np.maximum(end - np.maximum(begin, birth), 0)
            x, y = x + t[0] / t[2] * (flown + h / 2), y + t[1] / t[2] * (flown + h / 2)
            iron, bx, by = blocks(x, y, row, (i + 0.5) / steps)
            path = h / t[2]
            middle = np.sqrt(p * p + MASS**2) - 0.5 * path * iron * loss(np.hypot(p, MASS))
            pm = np.sqrt(np.maximum(middle**2 - MASS**2, 0.03))
            turn = 0.299792458 * q / pm * path * cm / m
            t = rotated(t, turn * bx, turn * by)
            width = 1.10 * 0.0136 * np.sqrt(np.maximum(path * iron, 0) / 1.757) * np.hypot(pm, MASS) / pm**2
            t = t + width * np.stack([angle_x[k, i], angle_y[k, i], 0 * x])
            t /= np.sqrt(np.sum(t * t, axis=0))
            energy = np.hypot(p, MASS) - path * iron * loss(np.hypot(pm, MASS))
            p = np.sqrt(np.maximum(energy**2 - MASS**2, 0.03))
            x, y, z = x + t[0] / t[2] * h / 2, y + t[1] / t[2] * h / 2, end
    rest = PLANE - np.maximum(z, birth)
    return (x + t[0] / t[2] * rest) * cm, (y + t[1] / t[2] * rest) * cm, p


def rotated(t: np.ndarray, turn_x: np.ndarray, turn_y: np.ndarray) -> np.ndarray:
    """Rodrigues' rotation with dt/ds = t x B.

    Args:
        turn_x: about x, rad.
        turn_y: about y, rad.
    """
    angle = np.sqrt(turn_x**2 + turn_y**2) + 1e-12
    ax, ay = turn_x / angle, turn_y / angle
    cross = np.stack([-t[2] * ay, t[2] * ax, t[0] * ay - t[1] * ax])
    along = (t[0] * ax + t[1] * ay) * (1 - np.cos(angle))
    return t * np.cos(angle) + cross * np.sin(angle) + along * np.stack([ax, ay, 0 * ax])


def blocks(x: np.ndarray, y: np.ndarray, row: np.ndarray, f: float) -> Flight:
    """Iron, B_x and B_y at a fraction of a magnet's length.

    Args:
        x: place, cm.
        y: place, cm.
        row: fifteen numbers, cm and T.
        f: the fraction, 0 to 1.
    """
    core, height, window, yoke, top, middle = row[2:14:2] + (row[3:14:2] - row[2:14:2]) * f
    ratio = (row[8] + row[9]) / (row[2] + row[3])
    upper = (row[10] + row[11]) / (row[2] + row[3])
    field = row[14]
    up, down, across = (
        (field, -field / ratio, field / upper) if field > 0 else (field * ratio, -field, field * ratio / upper)
    )
    u, a = np.abs(x) - middle, np.abs(y)
    w = (u - core - window) / yoke
    in_core = (u >= 0) & (u <= core) & (a <= height + top * (1 - u / core))
    in_side = (w >= 0) & (w <= 1) & (a <= height + top * w)
    in_top = (a >= height) & (a <= height + top) & (u >= 0) & (u <= core + window + yoke) & ~in_core & ~in_side
    return in_core | in_side | in_top, in_top * across * np.sign(x * y), in_core * up + in_side * down
