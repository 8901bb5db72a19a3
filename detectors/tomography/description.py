"""Read panels as a user writes them down: places and spans in m, one sentence an error."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from designopt.detectors.tomography.physics.ladle import BOTTOM, SIDE, TOP
from designopt.written import Either, Entry, Form, Number, Rows, Whole, Word

FARTHEST, FINEST = 50.0, 1e-4  # m
MOST = 16  # panels, eight on either side: sets of panels that may be hit double with each
METRES = "It looks like millimetres given as metres."
MIDDLE = "Its middle; the volume reaches from 0 to 1."
PANEL = Form(
    "A panel, level, that measures x and y of a hit.",
    {
        "x": Number(MIDDLE, -FARTHEST, FARTHEST, "m", required=True, large=METRES, finest=FINEST),
        "y": Number(MIDDLE, -FARTHEST, FARTHEST, "m", required=True, large=METRES, finest=FINEST),
        "z": Number(
            "Its height: below 0.4 or above 1.4, where the ladle is.", -FARTHEST, FARTHEST, "m", required=True,
            large=METRES, finest=FINEST,
        ),
        "span_x": Number("Its length along x.", 1e-3, FARTHEST, "m", required=True, large=METRES),
        "span_y": Number("Its length along y.", 1e-3, FARTHEST, "m", required=True, large=METRES),
    },
)  # fmt: skip
FRACTION = "It is a fraction: 0.9 for 90 %."
FORM = Form(
    "Panels around a ladle of 1 m x 1 m x 1 m, from z = 0.4 m to 1.4 m, which scan how high the steel stands in it.",
    {
        "panels": Rows("The panels, in any order.", PANEL, "Panel", MOST),
        "momentum_gev": Number("Momentum of the muons.", 0.1, 1000.0, "GeV", 5.0, large="It looks like MeV."),
        "muons": Number("Muons through the square metre of the volume for each ladle.", 100, 1e9, "", 1000.0),
        "resolution_um": Number("Error of a hit in x and in y.", 0.1, 1e5, "um", 100.0),
        "efficiency": Number("Probability of a hit inside.", 0.01, 1.0, "", 0.9, small=FRACTION, large=FRACTION),
        "edge_mm": Number("Width over which efficiency and precision fall at the rim.", 0.1, 200.0, "mm", 20.0),
        "slag_mm": Either(
            'Thickness of the slag on the steel, mm, or "random": its top is anywhere above.',
            number=Number("Thickness.", 0.0, 800.0, "mm"), text=Word("Top anywhere.", ("random",)), default=100.0,
        ),
        "calibration": Whole("Degree of the curve that takes the bias out; 1 is a straight line.", 1, 3, 1),
    },
)  # fmt: skip


def example() -> dict[str, object]:
    """Eight square panels of 0.75 m2, evenly spread: 6 units of TomOpt's money."""
    places = [1.75, 1.65, 1.55, 1.45, 0.35, 0.25, 0.15, 0.05]
    panels = [{"x": 0.5, "y": 0.5, "z": z, "span_x": 0.866, "span_y": 0.866} for z in places]
    return {"panels": panels, "momentum_gev": 5, "muons": 1000, "resolution_um": 100, "efficiency": 0.9}


@dataclass(frozen=True)
class Description:
    """What was written: rows of x, y, z, span_x, span_y in m above and below, and what else the file says."""

    above: np.ndarray
    below: np.ndarray
    entry: Entry
    notes: list[str]

    @property
    def slag(self) -> float | None:
        """Thickness of the slag in mm, or None: anywhere."""
        found = self.entry["slag_mm"]
        return None if isinstance(found, str) else float(found)


def read_panels(spec: Any) -> Description:
    """A specification, read.

    Raises ValueError, in a sentence, for anything that is no set of panels, and for a panel inside the ladle.
    """
    design = Entry.read(spec, FORM)
    rows = design.rows("panels")
    found = np.array([[row.number(name) for name in PANEL] for row in rows])
    for row, z in zip(rows, found[:, 2], strict=True):
        if BOTTOM < z < TOP:
            raise ValueError(
                f"{row.where} is at z = {z:g} m, inside the ladle, which reaches from {BOTTOM:g} to {TOP:g} m. "
                "Put it above or below."
            )
    above, below = found[found[:, 2] >= TOP], found[found[:, 2] <= BOTTOM]
    for name, side in (("above", above), ("below", below)):
        if len(side) > MOST // 2:
            raise ValueError(f"There are {len(side)} panels {name} the ladle. Give {MOST // 2} at most.")
    return Description(above, below, design, [*design.notes, *unit_notes(found, design)])


def unit_notes(panels: np.ndarray, design: Entry) -> list[str]:
    """A sentence for everything that looks like another unit or another origin.

    Args:
        panels: x, y, z, span_x, span_y of each, m.
        design: what else was written.
    """
    found, middle = [], panels[:, :2]
    if np.max(panels[:, 3:]) < 0.05:
        found.append("No panel is larger than 50 mm: that looks like other units given as metres.")
    if np.max(panels[:, 3:]) > 10.0:
        found.append("A panel is longer than 10 m: that looks like other units given as metres.")
    if np.all(np.abs(middle) < 0.05):
        found.append(
            "All panels stand over the corner of the volume, from which x and y count; its middle is at 0.5 m."
        )
    elif np.any(np.abs(middle - SIDE / 2) > 3.0):
        found.append("A panel stands more than 3 m beside the volume, whose middle is at x = y = 0.5 m.")
    if np.max(np.abs(panels[:, 2] - 0.9)) > 5.0:
        found.append("A panel is more than 5 m above or below the ladle: that looks like other units given as metres.")
    resolution = design.number("resolution_um")
    if resolution < 1.0:
        found.append(f"Hits are known to {resolution:g} um: that looks like mm given as micrometres.")
    if resolution > 20_000.0:
        found.append(f"Hits are known to {resolution:g} um: that looks like nm given as micrometres.")
    if design.number("momentum_gev") > 200.0:
        found.append(f"Muons have {design.number('momentum_gev'):g} GeV: that looks like MeV given as GeV.")
    return found
