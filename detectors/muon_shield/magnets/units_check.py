"""Sizes and fields that nobody could mean: what the unit looks like that they were given in."""

import numpy as np

from designopt.detectors.muon_shield.magnets.row import CHALLENGE_NAMES, COLUMNS, Magnets
from designopt.units import T, cm, m

SHORTEST, SHORT = 10 * cm, 1 * m  # a shield below the first stops nothing; below the second it hardly does
THINNEST = 1e-3 * cm  # thinner than any foil: published shields have gaps of 0.06 cm, and none of less but zero
NARROW, WIDE = 10 * cm, 10 * m  # half-widths of iron; the cavern is 4.6 m wide on either side
FAINT = 1e-5 * T  # of a single magnet: a hundred-thousandth of what iron has
WEAK, STRONG, IMPOSSIBLE = 0.05 * T, 8 * T, 100 * T  # the strongest field of a shield


def field_hint(field: float) -> str:
    """The unit that a field in T looks like, as a sentence with a leading space; empty if like none.

    One that gives 0.3 to 3 T, what magnets of iron have: kilogauss, millitesla or gauss.
    """
    for unit, per_tesla in (("kilogauss", 10.0), ("millitesla", 1e3), ("gauss", 1e4)):
        if 0.3 <= abs(field) / per_tesla <= 3.0 and abs(field) > 3.0:
            return f" It looks like {unit}: {abs(field):g} {unit} are {abs(field) / per_tesla:g} T."
    return ""


def check_units(magnets: Magnets) -> None:
    """Raise ValueError, in a sentence, for a shield of which nothing physical is left: the unit must be another one."""
    field = np.asarray(magnets.field)
    if np.any(np.abs(field) > IMPOSSIBLE):
        i = int(np.argmax(np.abs(field)))
        raise ValueError(
            f"Magnet {i}: B is {field[i] / T:g} T, which no magnet has. Fields are in T.{field_hint(float(field[i]))}"
        )
    if 0 < (length := float(magnets.length)) < SHORTEST:
        raise ValueError(
            f"The shield is {length / cm:.3g} cm long and stops no muon. Sizes are in cm; these look like metres: "
            "multiply them by 100."
        )


def length_hint(length: float) -> str:
    """What a shield looks like that is too long, as a sentence with a leading space."""
    return " Sizes are in cm; these look like mm: divide them by 10." if length / 10 <= 40 * m else ""


def unit_notes(magnets: Magnets) -> list[str]:
    """Sentences about sizes and fields that are possible, but look like another unit; none for any usual shield."""
    found = []
    length, field = float(magnets.length), float(np.max(np.abs(np.asarray(magnets.field))))
    faces = [magnets.section(end) for end in (0.0, 1.0)]
    width = max(float(np.max(np.asarray(face.half_width))) for face in faces)
    height = max(float(np.max(np.asarray(face.half_height))) for face in faces)
    found += _slips(magnets)
    if 0 < length < SHORT:
        found.append(
            f"The shield is {length / cm:.3g} cm long, where tens of metres are usual: its lengths look like metres, "
            "but cm are meant."
        )
    if width < NARROW:
        found.append(
            f"The widest magnet reaches {width / cm:.3g} cm from the beam, where metres are usual: its sizes look like "
            "metres, but cm are meant."
        )
    if max(width, height) > WIDE:
        found.append(
            f"The largest magnet reaches {max(width, height) / m:.3g} m from the beam, far beyond the cavern: its "
            "sizes look like mm, but cm are meant."
        )
    every = np.abs(np.asarray(magnets.field))
    if 0 < field < WEAK:
        found.append(f"The strongest field is {field / T:.2g} T, which bends hardly anything. Fields are in T.")
    elif (faint := np.flatnonzero((every > 0) & (every < FAINT))).size:
        found.append(
            f"Magnet {int(faint[0])}: B is {every[faint[0]] / T:.2g} T, which bends nothing. Fields are in T; write 0 "
            "where there is none."
        )
    if field > STRONG:
        found.append(f"The strongest field is {field / T:g} T, beyond any magnet of iron.{field_hint(field)}")
    return found


def _slips(magnets: Magnets) -> list[str]:
    """A note on the first size that is not zero, but too small to be made."""
    for name, label in zip(COLUMNS[:-1], CHALLENGE_NAMES, strict=False):
        sizes = np.asarray(getattr(magnets, name))
        if (thin := np.flatnonzero((sizes > 0) & (sizes < THINNEST))).size:
            i = int(thin[0])
            return [
                f"Magnet {i}: {label} is {sizes[i] / cm:.2g} cm, which nobody can make: that looks like a wrong unit. "
                "Write 0 where there is none."
            ]
    return []
