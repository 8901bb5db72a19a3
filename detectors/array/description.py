"""Read an array as a user writes it down: units and cores in m, energies in PeV, angles in degrees."""

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
from numpy import ndarray

from designopt.detectors.array.layout import nearest
from designopt.detectors.array.showers.flux import HIGHEST, KINDS, LOWEST, STEEPEST
from designopt.detectors.array.showers.shower import Showers
from designopt.written import Entry, Form, Number, Rows, Special, Word, listing_of, number_of, shown

FARTHEST = 1e6  # m
MOST_UNITS, MOST_SHOWERS, MOST_NUMBERS = 20_000, 1000, 2_000_000
SMALL, VAST = 60.0, 30_000.0  # m, over all units
WIDTH = 19.0  # m, of a unit of 19 tanks of 3.8 m
FLAT = 1.2  # degrees
FINEST = 0.01  # m: nobody digs so exactly


PAIR = {
    "type": "array", "minItems": 2, "maxItems": 2,
    "items": {"type": "number", "minimum": -FARTHEST, "maximum": FARTHEST},
}  # fmt: skip
TWO = "two numbers of m, [x, y]"


def _pair(value: Any, what: str) -> tuple[float, float]:
    items = value.tolist() if isinstance(value, ndarray) else value
    if not isinstance(items, list | tuple) or len(items) != 2:
        raise ValueError(f"{what} is {shown(value)}. Give {TWO}.")
    x, y = (
        number_of(item, f"{what}: {name}", -FARTHEST, FARTHEST, "m", *("It looks like mm given as metres.",) * 2)
        for item, name in zip(items, "xy", strict=True)
    )
    return x, y


def _units(value: Any, what: str) -> list[tuple[float, float]]:
    rows = listing_of(value, what, "units as [x, y]", MOST_UNITS)
    return [_pair(row, f"Unit {i + 1}") for i, row in enumerate(rows)]


SHOWER = Form(
    "A shower.",
    {
        "kind": Word("What hit the air.", KINDS, "photon"),
        "energy_pev": Number(
            "Its energy.", LOWEST, HIGHEST, "PeV", required=True,
            small="The fluxes were fitted from 0.1 PeV on.",
            large="It looks like TeV or GeV given as PeV; the fluxes were fitted up to 10 PeV.",
        ),
        "theta_deg": Number(
            "Zenith angle.", 0.0, float(np.rad2deg(STEEPEST)), "degrees", required=True,
            large="The fluxes were fitted up to 65 degrees.", finest=1e-3,
        ),
        "phi_deg": Number("Azimuth: 0 along x, 90 along y.", -360.0, 360.0, "degrees", 0.0),
        "core": Special(
            "Where its axis meets the ground.", _pair, PAIR, TWO, "[x, y]", "m", default=(0.0, 0.0)
        ),
    },
)  # fmt: skip
FORM = Form(
    "An array of units of 19 tanks on level ground, and showers that it sees.",
    {
        "units": Special(
            "The middle of every unit.", _units,
            {"type": "array", "minItems": 1, "maxItems": MOST_UNITS, "items": PAIR},
            "a list of [x, y] in m", f"list of 1 to {MOST_UNITS} pairs [x, y]", "m", required=True,
        ),
        "showers": Rows("What is asked about.", SHOWER, "Shower", MOST_SHOWERS),
        "hub": Special(
            "Where all trenches lead; if left out, the mean place of the units.", _pair, PAIR, TWO, "[x, y]", "m"
        ),
    },
)  # fmt: skip


def example() -> dict[str, object]:
    """Nineteen units, 150 m apart, and a photon and a proton of 2 PeV."""
    from designopt.detectors.array.reference import triangles

    shower = {"energy_pev": 2, "theta_deg": 30, "phi_deg": 0, "core": [0, 0]}
    return {
        "units": np.round(150.0 * triangles(19), 1).tolist(),
        "showers": [{"kind": kind, **shower} for kind in KINDS],
    }


@dataclass(frozen=True)
class Description:
    """Units and hub (m), and showers, as they were given, the rows of the file, and notes."""

    x: ndarray
    y: ndarray
    hub: tuple[float, float]
    showers: Showers
    rows: list[dict[str, Any]]
    notes: list[str]


def read_array(spec: Any) -> Description:
    """A specification, read. Raises ValueError, in a sentence, for anything that is no array with showers."""
    design = Entry.read(spec, FORM)
    x, y = np.asarray(design["units"], float).T
    rows = [{key: list(row[key]) if key == "core" else row[key] for key in SHOWER} for row in design.rows("showers")]
    if len(x) * len(rows) > MOST_NUMBERS:
        raise ValueError(
            f"{len(rows)} showers in {len(x)} units are more than {MOST_NUMBERS} numbers of each kind. Ask for fewer."
        )
    energy, theta, phi = (np.array([row[key] for row in rows], float) for key in ("energy_pev", "theta_deg", "phi_deg"))
    core = np.array([row["core"] for row in rows], float)
    showers = Showers(
        kind=jnp.asarray([KINDS.index(row["kind"]) for row in rows]),
        energy=jnp.asarray(energy),
        zenith=jnp.asarray(np.deg2rad(theta)),
        azimuth=jnp.asarray(np.deg2rad(phi)),
        x=jnp.asarray(core[:, 0]),
        y=jnp.asarray(core[:, 1]),
    )
    hub = design["hub"] or (float(np.mean(x)), float(np.mean(y)))
    return Description(x, y, hub, showers, rows, [*design.notes, *_unit_notes(x, y, theta, phi)])


def _unit_notes(x: ndarray, y: ndarray, theta: ndarray, phi: ndarray) -> list[str]:
    """A sentence for everything that looks like another unit, and for units that overlap."""
    found, span = [], float(max(np.ptp(x), np.ptp(y)))
    if len(x) > 1 and span < SMALL:
        found.append(f"All units stand within {span:g} m: that looks like km given as m.")
    if span > VAST:
        found.append(f"The units reach over {span:g} m: that looks like mm or cm given as m.")
    if np.any(theta > 0) and np.all(theta < FLAT) and np.all(np.abs(phi) <= 2 * np.pi):
        found.append(f"All zenith angles are below {FLAT:g} degrees: that looks like radians given as degrees.")
    if np.any(near := (0 < (places := np.abs([x, y]))) & (places < FINEST)):
        found.append(f"A unit stands {places[near].min():g} m from an axis: that looks like km or Mm given as m.")
    if (apart := nearest(x, y)) < WIDTH:
        found.append(f"Two units stand {apart:.3g} m apart, and each is {WIDTH:g} m across: they overlap.")
    return found
