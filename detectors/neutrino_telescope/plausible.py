"""Numbers that nobody can mean: what a telescope looks like whose units are wrong. Notes, not errors."""

import numpy as np

from designopt.detectors.neutrino_telescope.description import Description

NARROW, VAST = 5.0, 2e4  # m, of an array
SHALLOW = 100.0  # m
CLOSE, SPARSE = 0.5, 300.0  # m, between modules
TOGETHER = 1.0  # m, between strings
FAR = 20.0  # absorption lengths
FAINT, ENORMOUS = 3.0, 1e9  # GeV


def unit_notes(read: Description, nearest: list[float]) -> list[str]:
    """A sentence for everything that looks like another unit, for strings at one place, and for events in the dark.

    Args:
        read: the telescope.
        nearest: distance of every event's beginning from the nearest module, m.
    """
    x, y, top, spacing, count = (
        np.asarray(getattr(read.strings, name), float) for name in ("x", "y", "top_depth", "spacing", "modules")
    )
    found = []
    span = max(float(np.ptp(x)), float(np.ptp(y)))
    if len(x) > 1 and span < NARROW:
        found.append(f"All strings stand within {span:g} m: that looks like kilometres given as metres.")
    if span > VAST:
        found.append(f"The strings reach over {span:g} m: that looks like millimetres given as metres.")
    if top.min() < SHALLOW:
        found.append(f"A first module hangs {top.min():g} m deep, in daylight: that looks like kilometres as metres.")
    apart = spacing[count > 1]
    if apart.size and apart.min() < CLOSE:
        found.append(f"Modules are {apart.min():g} m apart: that looks like kilometres given as metres.")
    if apart.size and apart.max() > SPARSE:
        found.append(f"Modules are {apart.max():g} m apart: that looks like centimetres given as metres.")
    energies, angles = [event[1] for event in read.events], np.rad2deg([event[5:] for event in read.events])
    if min(energies) < FAINT:
        found.append(f"An event has {min(energies):g} GeV: that looks like TeV or PeV given as GeV.")
    if max(energies) > ENORMOUS:
        found.append(f"An event has {max(energies):g} GeV: that looks like MeV or eV given as GeV.")
    if 0.0 < np.max(angles) <= np.pi and np.any(np.abs(angles - np.rint(angles)) > 1e-9):
        found.append(f"No angle is above {np.max(angles):g} degrees: that looks like radians given as degrees.")
    dark = [str(i + 1) for i, r in enumerate(nearest) if r > FAR * read.medium.absorption]
    if dark:
        found.append(
            f"Event {', '.join(dark[:5])}{' and more' if len(dark) > 5 else ''} begins more than {FAR:g} absorption "
            "lengths from every module: check that its position is in metres, with z up from the surface."
        )
    return found + _together(x, y)


def _together(x: np.ndarray, y: np.ndarray) -> list[str]:
    if len(x) > 2000:  # as many pairs as memory has
        return []
    apart = np.hypot(x[:, None] - x, y[:, None] - y) + np.where(np.eye(len(x)) > 0, np.inf, 0.0)
    if apart.min() >= TOGETHER:
        return []
    one, other = sorted(map(int, np.unravel_index(int(np.argmin(apart)), apart.shape)))
    return [f"Strings {one + 1} and {other + 1} stand {apart[one, other]:g} m apart: nothing can be deployed so."]
