"""Simulated tracks that miss stations at random, and tracks in a spectrometer with a dead one."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from designopt.detectors.spectrometer.simulation.toy import Dipole, Station, Toy, simulate_tracks

FEWEST = 20
"""Tracks of one pattern without which its spread says nothing; rarer patterns are left out."""


def without(stations: Sequence[Station], lost: int) -> list[Station]:
    """The stations with one that measures nothing; its material stays."""
    return [replace(station, error=None) if i == lost else station for i, station in enumerate(stations)]


def simulate_patterns(
    stations: Sequence[Station],
    dipole: Dipole,
    p: float,
    vertex: float,
    efficiency: float,
    misalignment: float,
    tracks: int,
    seed: int,
    log_thickness: float | None,
) -> tuple[dict[str, float], dict[str, float]]:
    """Spread of momentum and position, and its error, over tracks that miss each station with 1 - `efficiency`.

    Every track draws which stations see it; those that lose two are counted as lost. Tracks of one pattern are
    simulated and fitted together (`simulate_tracks` explains the arguments), and the spreads of the patterns averaged
    by the number of their tracks.
    """
    random = np.random.default_rng(seed)
    seen = random.random((tracks, len(stations))) < efficiency
    missed = np.sum(~seen, axis=1)
    groups = [(int(np.sum(missed == 0)), list(stations))]
    groups += [(int(np.sum((missed == 1) & ~seen[:, lost])), without(stations, lost)) for lost in range(len(stations))]
    toys: list[tuple[int, Toy]] = [
        (count, simulate_tracks(left, dipole, p, vertex, count, seed + 1 + i, log_thickness, 0.0, misalignment))
        for i, (count, left) in enumerate(groups)
        if count >= FEWEST
    ]
    total = sum(count for count, _ in toys)
    names = ("momentum", "position")
    mean = {name: sum(count * toy.resolution[name] for count, toy in toys) / total for name in names}
    error = {name: float(np.sqrt(sum((count * toy.error[name]) ** 2 for count, toy in toys))) / total for name in names}
    return mean, error
