"""Shields that people and searches designed, by name and version, as tables in cm and T."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float
from numpy import ndarray

Table = Float[ndarray, "magnet number"]


def _absolute(rows: list[list[float]]) -> Table:
    """Tables that give side yokes as ratios to the core, in cm like everything else."""
    table = np.array(rows, dtype=float)
    table[:, 8:10] *= table[:, 2:4]
    return table


def challenge_baseline() -> Table:
    """The start of the public Muon Shield Challenge: the 2018 optimum, shortened and lowered to fit the cavern ECN3.

    lfpc/MuonShieldChallenge@15c5b3f, configs; `warm_baseline` of lfpc/MuonsAndMatter. Magnet 0 is the hadron absorber.
    """
    return np.array(
        [
            [0, 120.5, 50, 50, 119, 119, 2, 2, 50, 50, 50, 50, 0, 0, 1.9],
            [10, 250, 72, 51, 29, 46, 10, 7, 72, 51, 72, 51, 0, 0, 1.9],
            [10, 250, 54, 38, 46, 130, 14, 9, 54, 38, 54, 38, 0, 0, 1.9],
            [10, 250, 10, 31, 35, 31, 51, 11, 10, 31, 10, 31, 0, 0, 1.9],
            [10, 150, 5, 32, 54, 24, 8, 8, 5, 32, 5, 32, 0, 0, -1.9],
            [10, 150, 22, 32, 130, 35, 8, 13, 22, 32, 22, 32, 30, 30, -1.9],
            [10, 251, 33, 77, 85, 90, 9, 26, 33, 77, 33, 77, 0, 0, -1.9],
        ],
        dtype=float,
    )


def try_2025() -> Table:
    """FairShip's shield of 2025, `TRY_2025`; ShipSoft/FairShip python/geometry_config.py."""
    return _absolute(
        [
            [0, 115.5, 50, 50, 119, 119, 2, 2, 1, 1, 50, 50, 0, 0, 1.9],
            [20, 495, 67.1, 79.92, 27, 43, 5, 5, 1.38, 1.06, 67.1, 79.92, 0, 0, 1.9],
            [10, 280.48, 53.12, 49.56, 43, 56, 5.03, 5, 2.11, 2.4, 53.12, 49.56, 0, 0, 1.9],
            [10, 232.53, 2.73, 3.68, 56, 56, 5, 5.21, 60.44, 45.63, 2.73, 3.68, 0.5, 0.5, -1.91],
            [10, 85, 31, 107.12, 56, 56, 5.27, 5, 4.55, 0.63, 1, 77.12, 0, 0, -1.91],
            [10, 233.82, 30.03, 40, 56, 56, 5, 5.01, 4.83, 3.37, 30.03, 40, 0, 0, -1.91],
        ]
    )


def try_2026() -> Table:
    """FairShip's shield of 2026, `TRY_2026`, with the magnets 5 and 6 of commit bd93176 (resized in PR 1342)."""
    return _absolute(
        [
            [0, 115, 40, 40, 119, 119, 61.5, 61.5, 1.5375, 1.5375, 50, 50, 0, 0, 2.05],
            [15, 150, 62, 62, 11, 11, 12, 12, 1, 1, 69, 69, 0, 0, 1.87],
            [15, 225, 70, 70, 12, 12, 9, 9, 1, 1, 77, 77, 0, 0, 1.865],
            [16, 225, 64, 64, 14, 14, 8, 8, 1.3, 1.3, 71, 71, 0, 0, 1.92],
            [15, 225, 42, 42, 13, 13, 8, 8, 2.6, 2.6, 47, 47, 0, 0, 1.89],
            [16, 131, 20, 20, 30, 30, 0, 0, 5.5, 5.5, 22, 22, 0, 0, 0],
            [15, 168, 20, 30, 20, 30, 22, 12, 5.4, 3.6, 33, 33, 0, 0, -1.42],
            [19, 200, 38, 69, 51, 51, 8, 8, 3.28947, 1.36232, 76, 76, 0, 0, -2.035],
        ]
    )


def supernut_v2() -> Table:
    """A hybrid whose second magnet is superconducting, `supernut_v2` of lfpc/MuonsAndMatter params.py.

    Without the 15 cm of extra height that its source reserves for the coil.
    """
    return np.array(
        [
            [0, 120.5, 50, 50, 119, 119, 2, 2, 50, 50, 50, 50, 0, 0, 1.9],
            [41, 263.52, 45, 45, 25, 25, 65.8, 50.65, 109.8, 148.05, 107.83, 120.28, 0, 0, 5.7],
            [284, 249.02, 5.39, 21.56, 29.39, 17.26, 68.87, 65.04, 5.067, 18.11, 5.26, 50.07, 77.41, 77.41, -1.9],
            [10, 177.17, 34.2, 8.87, 100.69, 32.75, 148.15, 38.3, 33.858, 5.765, 31.66, 12.23, 51.04, 51.04, -1.9],
            [10, 172.25, 21.44, 62.75, 197.1, 143.48, 6.63, 22.1, 20.154, 58.985, 15.76, 69.56, 0.06, 0.06, -1.9],
        ]
    )


def _easy(free: list[list[float]]) -> Table:
    """The Challenge's baseline with other half-lengths, cores and windows (in, out) of the magnets 1-6."""
    table = challenge_baseline()
    table[1:, [1, 2, 3, 6, 7]] = free
    return table


def evolved() -> Table:
    """What `studies/muon_shield_record.py saturated` ends at: 27 +- 5 hits per 1e7 muons, baseline 1300."""
    return _easy(
        [
            [258.037, 67.525, 47.236, 2.44, 45.186],
            [238.562, 48.503, 19.299, 41.446, 38.533],
            [235.718, 34.205, 25.289, 66.228, 11.407],
            [142.891, 12.3, 5.086, 4.351, 2.309],
            [148.863, 51.879, 85.309, 9.121, 33.349],
            [305.242, 16.908, 42.506, 4.806, 9.397],
        ]
    )


def evolved_challenge() -> Table:
    """What `studies/muon_shield_record.py` ends at: 32 +- 5 hits per 1e7 muons with the Challenge's field only."""
    return _easy(
        [
            [246.9, 53.079, 133.082, 4.075, 6.406],
            [291.955, 68.941, 10.603, 33.514, 24.377],
            [287.547, 55.1, 11.184, 73.775, 10.858],
            [204, 6.798, 5.243, 3.557, 36.413],
            [102.578, 31.509, 6.897, 4.534, 2.014],
            [197.402, 6.506, 44.535, 2.12, 67.116],
        ]
    )


def evolved_reviewed() -> Table:
    """What `studies/muon_shield_record.py reviewed` ends at, to a millimetre: it keeps all of `muon-shield-ship-v2`.

    12.475 MCHF, 25.13 m, 183 +- 41 hits per 1e7 muons with slits, tolerances and a last part without field.
    """
    return np.array(
        [
            challenge_baseline()[0].tolist(),
            [11.2, 242.9, 44.2, 58.3, 32.5, 6.5, 12.1, 10.2, 76, 122.6, 76, 122.6, 0, 0, 1.98],
            [10.3, 183.6, 71.6, 78.6, 31.4, 45.2, 8.8, 16.4, 91.8, 91.8, 91.8, 91.8, 0, 0, 2],
            [10.2, 162.3, 47, 42.9, 23, 5.6, 12.2, 20.3, 78.7, 112.5, 78.7, 112.5, 0.2, 0.2, 2],
            [11.9, 195.2, 27.7, 37.5, 26.6, 7.6, 13.6, 22.3, 56.3, 88.9, 56.3, 88.9, 4.3, 4.3, 1.97],
            [10.1, 150.9, 95.9, 17.6, 30, 17.9, 8.8, 16.2, 81.3, 47.8, 81.3, 47.8, 0, 0, -1.87],
            [10, 169.4, 9.5, 54.6, 10, 5.1, 18.8, 10.5, 105.2, 66, 105.2, 66, 2.3, 2.3, -1.92],
        ]
    )


def published_best() -> Table:
    """The best design published for the Challenge's easy problem: a Gaussian process, 400 designs of 1e7 muons each.

    lfpc/MuonShieldChallenge, results/baselines/easy.json. 12 hits per 1e7 muons on a sample that is not public, 35 +- 6
    of the muons here in the Challenge's field, which does not saturate; 26.66 m, 7.902 MCHF of iron.
    """
    return _easy(
        [
            [180.12, 171.65, 42.19, 42.58, 61.6],
            [244.51, 149.62, 5, 62.03, 31.5],
            [253.16, 13.05, 27.58, 13.18, 56.39],
            [154.27, 10.15, 5, 10.34, 33.39],
            [147.06, 173.1, 27.7, 8.43, 4.16],
            [203.41, 5, 35.84, 2, 25.52],
        ]
    )


def equal_magnets(up: int, half_length: float, up_core: float, down_core: float, height: float, window: float) -> Table:
    """Behind the absorber `up` magnets of one polarity and then others of the opposite one, six in all, no tapers.

    Magnets of one polarity are alike; yokes as wide as cores, 1.9 T, 10 cm between magnets. Lengths in cm.
    """
    rows = [challenge_baseline()[0]]
    for number in range(6):
        core, field = (up_core, 1.9) if number < up else (down_core, -1.9)
        sizes = [core, core, height, height, window, window, core, core, core, core, 0, 0, field]
        rows.append(np.array([10, half_length, *sizes], dtype=float))
    return np.array(rows)


def best_equal_magnets() -> Table:
    """The best equal magnets for `muon-shield-ship-v2` at 13 MCHF and 30 m, by `studies/equal_shields.py`."""
    return equal_magnets(4, 224.83, 66.875, 70.625, 15.0, 5.1)


DESIGNS: dict[str, Callable[[], Table]] = {
    "challenge-baseline": challenge_baseline,
    "TRY_2025": try_2025,
    "TRY_2026": try_2026,
    "supernut_v2": supernut_v2,
    "evolved": evolved,
    "evolved-challenge": evolved_challenge,
    "evolved-reviewed": evolved_reviewed,
    "published-best": published_best,
}
