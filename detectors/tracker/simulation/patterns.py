"""Simulated tracks with hits missing: every single loss, some double ones, each by its probability."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from math import sqrt

import numpy as np

from designopt.detectors.tracker.simulation.helix import from_perigee
from designopt.detectors.tracker.simulation.surfaces import Cylinder, Surface
from designopt.detectors.tracker.simulation.toy import Noise, Toy, crossed, simulate_tracks

PAIRS = 12
"""Double losses that stand for all of them, drawn at random."""
PART = 0.15
"""Tracks of a pattern with one loss, over those of the pattern without; half of it with two."""


def blinded(surfaces: Sequence[Surface], dead: Sequence[Surface]) -> list[Surface]:
    """The surfaces, those of `dead` without sensors; their material stays."""

    def blind(surface: Surface) -> Surface:
        if isinstance(surface, Cylinder):
            return replace(surface, sigma_rphi=None, sigma_z=None)
        return replace(surface, sigma_rphi=None, sigma_r=None)

    return [blind(surface) if any(surface is one for one in dead) else surface for surface in surfaces]


def simulate_patterns(
    surfaces: Sequence[Surface],
    field: float,
    pt: float,
    theta: float,
    inefficiency: float,
    tracks: int,
    seed: int,
    log_thickness: float | None = None,
    noise: Noise | None = None,
) -> tuple[Toy, int]:
    r"""A toy whose resolutions are means over hit patterns, $\sum_P P\,\sigma_P/\sum_P P$, and the tracks it took.

    P are the binomial probabilities of no, one and two lost hits among the n layers that the track crosses; each
    pattern is simulated and fitted by itself (beta = 1), of the pairs `PAIRS` for all. More losses are left out.
    Arguments as in `toy.simulate_tracks`. Raises ValueError where a pattern does not determine a track.
    """
    random = np.random.default_rng(seed)
    start = from_perigee(np.array([[0.0, 0.3, 1.0 / pt, 0.0, 1.0 / np.tan(theta)]]), field)
    layers = [surface for surface in crossed(surfaces, start) if any(s is not None for s in surface.sigmas)]
    count, seen = len(layers), 1.0 - inefficiency
    pairs = list(combinations(range(count), 2))
    drawn = [pairs[i] for i in random.permutation(len(pairs))[:PAIRS]]
    strata: list[tuple[float, tuple[int, ...], int]] = [(seen**count, (), tracks)]
    strata += [(inefficiency * seen ** (count - 1), (k,), max(int(PART * tracks), 100)) for k in range(count)]
    double = inefficiency**2 * seen ** (count - 2) * len(pairs) / len(drawn)
    strata += [(double, pair, max(int(0.5 * PART * tracks), 100)) for pair in drawn]
    found = [
        (
            chance,
            simulate_tracks(
                blinded(surfaces, [layers[k] for k in lost]),
                field,
                pt,
                theta,
                many,
                seed + row,
                0.0,
                log_thickness,
                noise=noise,
            ),
        )
        for row, (chance, lost, many) in enumerate(strata)
    ]
    total, whole = sum(chance for chance, _ in found), found[0][1]
    names = list(whole.resolution)
    mean = {name: sum(chance * toy.resolution[name] for chance, toy in found) / total for name in names}
    error = {name: sqrt(sum((chance * toy.error[name]) ** 2 for chance, toy in found)) / total for name in names}
    return replace(whole, resolution=mean, error=error), sum(many for _, _, many in strata)
