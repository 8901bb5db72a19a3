"""Numbers that nobody can mean: what a hadron stack looks like whose units are wrong. Notes, not errors."""

from collections.abc import Sequence

SHALLOW = 100.0  # mm: less than an interaction length of steel (168 mm); the shallowest that was built has several
FINE = 0.01  # mm: a twentieth of the thinnest silicon sensors that calorimeters have


def unit_notes(depth: float, sizes: Sequence[float]) -> list[str]:
    """A sentence for everything that looks like another unit.

    Args:
        depth: of all steel and sensors, mm.
        sizes: thicknesses of the sensors that are there, mm.
    """
    found = []
    if depth < SHALLOW:
        found.append(
            f"The layout is {depth:g} mm deep, less than one interaction length: that looks like metres or centimetres "
            "given as millimetres."
        )
    if len(sizes) and min(sizes) < FINE:
        found.append(f"A sensor is {min(sizes):g} mm thick: that looks like metres given as millimetres.")
    return found
