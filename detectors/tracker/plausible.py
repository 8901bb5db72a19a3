"""Numbers that nobody can mean: what a tracker looks like whose units are wrong. Notes, not errors."""

from collections.abc import Mapping, Sequence
from typing import Any

from designopt.detectors.tracker.description import Surface
from designopt.units import mm, um

SMALL, TIGHT = 3 * mm, 1 * mm  # no beam pipe is that thin; nor is a tracker
SMALLEST, WIDEST = 10 * mm, 15_000 * mm  # outermost radius of a tracker
SHARPEST, BLUNTEST = 0.5 * um, 5_000 * um  # error of a hit in r-phi
THICK, OPAQUE = 0.1, 1.0  # x/X0 of a layer, and of all together
THICK_DEAD = 0.5  # of what measures nothing: a RICH, services, a coil
THINNEST = 1e-7  # x/X0 of 0.1 mm of helium: nothing that stands in a track is thinner
STRONG = 12.0  # T: stronger solenoids exist in laboratories, not around a tracker
FAST = 1e4  # GeV
SLOWEST, FASTEST = 0.1, 1e3  # GeV: range in which the errors were checked
CIRCLE = 3.15  # rad


def unit_notes(
    surfaces: Sequence[Surface], field: float, momenta: Sequence[float], angles: Sequence[float]
) -> list[str]:
    """A sentence for everything that looks like another unit: lengths, errors, thicknesses, field, momenta, angles."""
    found = []
    radii = [s.outer if s.disk else s.place for s in surfaces]
    if min(radii) < SMALL:
        unit = "metres" if min(radii) < TIGHT else "centimetres"
        first = min(zip(radii, surfaces, strict=True), key=lambda pair: pair[0])
        found.append(f"{first[1].label} has a radius of {first[0]:g} mm: that looks like {unit} given as millimetres.")
    elif max(radii) < SMALLEST:
        found.append(f"The tracker ends at a radius of {max(radii):g} mm: that looks like metres given as millimetres.")
    if max(radii) > WIDEST:
        found.append(f"The tracker reaches out to {max(radii):g} mm: that looks like micrometres given as millimetres.")
    if short := [s for s in surfaces if not s.disk and s.outer < SMALL]:
        found.append(
            f"{short[0].label} has a half-length of {short[0].outer:g} mm: that looks like metres given as millimetres."
        )
    if near := [s for s in surfaces if s.disk and s.place < SMALL]:
        found.append(
            f"{near[0].label} stands at z = {near[0].place:g} mm: that looks like metres given as millimetres."
        )
    if tiny := [s for s in surfaces if s.disk and 0 < s.inner < TIGHT]:
        found.append(
            f"{tiny[0].label} begins at a radius of {tiny[0].inner:g} mm: that looks like metres given as millimetres."
        )
    found += _errors(surfaces) + thickness_notes(
        [(s.label, s.material, any(error is not None for error in s.errors)) for s in surfaces]
    )
    if field > STRONG:
        found.append(f"The field is {field:g} T: that looks like kilogauss or gauss given as tesla.")
    if max(momenta) > FAST:
        found.append(f"A momentum is {max(momenta):g} GeV: that looks like MeV given as GeV.")
    if outside := [f"{momentum:g}" for momentum in momenta if not SLOWEST <= momentum <= FASTEST]:
        found.append(
            f"Errors were checked from {SLOWEST:g} GeV to {FASTEST / 1e3:g} TeV, not at {', '.join(outside[:4])} GeV: "
            "energy lost on the way is left out."
        )
    if max(angles) < CIRCLE:
        found.append(f"No angle is above {max(angles):g} degrees: that looks like radians given as degrees.")
    return found


def _errors(surfaces: Sequence[Surface]) -> list[str]:
    measured = [(error, s.label) for s in surfaces for error in s.errors if error is not None]
    sharp, blunt = min(measured), max((s.errors[0], s.label) for s in surfaces if s.errors[0] is not None)
    found = []
    if sharp[0] < SHARPEST:
        found.append(f"{sharp[1]} measures to {sharp[0] / um:g} um: that looks like millimetres given as micrometres.")
    if blunt[0] > BLUNTEST:
        found.append(
            f"{blunt[1]} measures r-phi to {blunt[0] / um:g} um: that looks like nanometres given as micrometres."
        )
    return found


def thickness_notes(layers: Sequence[tuple[str, float, bool]]) -> list[str]:
    """Notes on x/X0 of named layers that looks like per cent, of one and of all together, or like nothing at all.

    Args:
        layers: name, x/X0, and whether it measures: dead material (a RICH, services) may be thicker.
    """
    thin = [(label, x) for label, x, _ in layers if 0 < x < THINNEST]
    thick = [(label, x) for label, x, measures in layers if x >= (THICK if measures else THICK_DEAD)]
    total = sum(x for _, x, _ in layers)
    found = []
    if thin:
        label, x = thin[0]
        found.append(f"{label} has an x_over_x0 of {x:g}, as 0.1 mm of helium: that looks like a wrong power of ten.")
    if thick:
        label, x = thick[0]
        more = f", and {len(thick) - 1} more like it" if len(thick) > 1 else ""
        found.append(f"{label} has an x_over_x0 of {x:g}{more}: that looks like per cent given as a fraction.")
    if total > OPAQUE:
        found.append(f"All layers together are {total:.3g} X0 thick: that looks like per cent given as a fraction.")
    return found


def error_notes(points: Sequence[Mapping[str, Any]], name: str, key: str, momentum: str) -> list[str]:
    """A note where a relative error of the momentum, `key` of the points, is above one."""
    lost = sorted({p[momentum] for p in points if p[key] is not None and p[key] > 1})
    if not lost:
        return []
    worst = max(p[key] for p in points if p[key] is not None)
    at = ", ".join(f"{value:g}" for value in lost[:4]) + (" and more" if len(lost) > 4 else "")
    everywhere = all(p[key] is None or p[key] > 1 for p in points)
    hint = " That looks like a wrong unit of field, lengths or errors." if everywhere else ""
    return [f"{name} is up to {100 * worst:.3g} % at {at} GeV: no momentum is measured there.{hint}"]
