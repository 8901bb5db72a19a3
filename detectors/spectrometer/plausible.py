"""Numbers that nobody can mean: what a spectrometer looks like whose units are wrong. Notes, not errors."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from designopt.detectors.spectrometer.description import DEAD, Description
from designopt.detectors.tracker.plausible import FAST, thickness_notes
from designopt.units import mm, um

COMPACT, VAST = 50 * mm, 1e6 * mm  # from the first to the last station
SHORT = 10 * mm  # a magnet
STRONG = 20.0  # T m
SHARPEST, BLUNTEST = 0.5 * um, 1e5 * um
TOGETHER = 0.05 * mm  # two stations at one place


def unit_notes(read: Description) -> list[str]:
    """A sentence for everything that looks like another unit, and for two stations at one place."""
    there = np.asarray(read.stations.present) > 0
    z, error = np.asarray(read.stations.z)[there], np.asarray(read.stations.error)[there]
    found = []
    span = float(np.ptp(z))
    if span < COMPACT:
        found.append(f"All stations stand within {span:g} mm: that looks like metres given as millimetres.")
    if span > VAST:
        found.append(f"The stations reach over {span:g} mm: that looks like micrometres given as millimetres.")
    if read.magnet.bending_power > 0 and read.magnet.length < SHORT:
        found.append(f"The magnet is {read.magnet.length:g} mm long: that looks like metres given as millimetres.")
    if read.magnet.bending_power > STRONG:
        power = read.magnet.bending_power
        found.append(f"The magnet bends with {power:g} T m: that looks like gauss given as tesla, or mm as m.")
    measured = error[error < DEAD / 100]
    if measured.size and measured.min() < SHARPEST:
        found.append(f"A station measures to {measured.min() / um:g} um: that looks like mm given as micrometres.")
    if measured.size and measured.max() > BLUNTEST:
        found.append(f"A station measures to {measured.max() / um:g} um: that looks like nm given as micrometres.")
    if max(read.momenta) > FAST:
        found.append(f"A momentum is {max(read.momenta):g} GeV: that looks like MeV given as GeV.")
    labels = [f"Station {i + 1}" for i in range(len(z))]
    found += _inside(z, read)
    material = np.asarray(read.stations.material)[there].tolist()
    found += thickness_notes(list(zip(labels, material, (error < DEAD / 100).tolist(), strict=True)))
    return found + _together(z, labels)


def _inside(z: np.ndarray, read: Description) -> list[str]:
    """A station within the field may be meant so, or its place has another unit."""
    within = np.flatnonzero(np.abs(z - read.magnet.centre) < read.magnet.length / 2)
    if not (read.magnet.bending_power and within.size):
        return []
    first, more = int(within[0]), f", and {within.size - 1} more" if within.size > 1 else ""
    return [
        f"Station {first + 1} (z = {z[first]:g} mm{more}) stands inside the magnet, whose field is taken as uniform "
        "there. If it does not, look at the unit of z."
    ]


def _together(z: np.ndarray, labels: Sequence[str]) -> list[str]:
    order = np.argsort(z, kind="stable")
    close = [(a, b) for a, b in pairwise(order.tolist()) if z[b] - z[a] < TOGETHER]
    if not close:
        return []
    a, b = close[0]
    more = f", and {len(close) - 1} more pairs" if len(close) > 1 else ""
    return [f"{labels[a]} and {labels[b]} stand at one place, z = {z[a]:g} mm{more}: nothing can be built so."]
