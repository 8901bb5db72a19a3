"""Read a telescope and its events as a user writes them down: m, GeV, degrees, one sentence an error."""

from dataclasses import dataclass, replace
from typing import Any

import jax.numpy as jnp
import numpy as np

from designopt.detectors.neutrino_telescope.light.information import KINDS
from designopt.detectors.neutrino_telescope.light.media import MEDIA, Medium
from designopt.detectors.neutrino_telescope.references.layouts import SITES
from designopt.detectors.neutrino_telescope.strings import Strings
from designopt.written import Entry, Form, Listing, Number, Rows, Special, Whole, Word

STRINGS, EVENTS, MODULES, ALL = 5000, 10_000, 1000, 200_000
FARTHEST, DEEPEST, LONGEST = 1e5, 12_000.0, 2000.0  # m
FINEST = 1e-3  # m, degrees
SLOWEST, FASTEST = 1.0, 1e11  # GeV
ANCHOR = 50.0
"""Metres from the last module to the sea floor where no depth of it is given (assumed)."""
TRIGGER = {"ice": 8, "water": 5}
MILLIMETRES = "It looks like millimetres given as metres."
SURFACE = "z points up and is 0 at the surface: what lies 1950 m deep has z = -1950."

PLACE = Number("Place.", -FARTHEST, FARTHEST, "m", required=True, small=MILLIMETRES, large=MILLIMETRES, finest=FINEST)
STRING = Form(
    "A vertical string of modules.",
    {
        "x": PLACE,
        "y": PLACE,
        "top_depth": Number(
            "Depth of the first module below the surface.", 0.0, DEEPEST, "m", required=True,
            small="Depth counts downwards from the surface: leave the sign out.", large=MILLIMETRES,
        ),
        "spacing": Number(
            "From one module down to the next.", 1e-3, LONGEST, "m", required=True,
            small="A string with one module has a spacing, too: any positive number.", large=MILLIMETRES,
        ),
        "modules": Whole("Number of modules.", 1, MODULES, required=True),
    },
)  # fmt: skip
EVENT = Form(
    "An event: a cascade, or a muon that begins a track.",
    {
        "kind": Word("What it is.", tuple(KINDS), required=True),
        "energy_gev": Number(
            "Energy; of a track where it begins.", SLOWEST, FASTEST, "GeV", required=True,
            small="It looks like TeV or PeV given as GeV: 1 TeV is 1e3 GeV.",
            large="It looks like eV or MeV given as GeV.",
        ),
        "position": Listing(
            f"Where it begins: [x, y, z]. {SURFACE}",
            Number("A coordinate.", -FARTHEST, FARTHEST, "m", small=MILLIMETRES, large=MILLIMETRES, finest=FINEST),
            "3 numbers of m", 3, 3, required=True,
        ),
        "theta_deg": Number(
            "Direction of travel, from the vertical upwards: 0 goes up, 180 down.", 0.0, 180.0, "degrees",
            required=True, finest=FINEST,
        ),
        "phi_deg": Number("Direction of travel, from x to y.", -360.0, 360.0, "degrees", required=True),
    },
)  # fmt: skip


def _yes(value: Any, what: str) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{what} is {value!r:.60}. Write true or false.")
    return value


FORM = Form(
    "A neutrino telescope, and events that it measures.",
    {
        "strings": Rows("The strings, in any order.", STRING, "String", STRINGS),
        "events": Rows("What it measures.", EVENT, "Event", EVENTS),
        "medium": Word("What it stands in, and whose modules.", tuple(MEDIA), "ice"),
        "absorption_m": Number("Absorption length, if not that of the medium.", 0.1, 1e4, "m"),
        "scattering_m": Number("Effective scattering length, if not that of the medium.", 0.1, 1e6, "m"),
        "floor_depth": Number(
            "Depth of the sea floor, from which cables rise in water; left out, 50 m below the last module. Without a "
            "meaning in ice.", 1.0, DEEPEST, "m",
        ),
        "trigger_modules": Whole("Modules with light that a trigger needs; left out, 8 in ice, 5 in water.", 1, 1000),
        "expected_photons": Special(
            "Whether every event lists the photons expected in each module, by string.", _yes,
            {"type": "boolean"}, "true or false", "true or false", default=False,
        ),
    },
)  # fmt: skip


@dataclass(frozen=True)
class Description:
    """A telescope as it was given; `events` are rows of kind, energy (GeV), x, y, z (m), theta and phi (rad)."""

    strings: Strings
    medium: Medium
    floor: float | None
    trigger: int
    photons: bool
    events: list[tuple[str, float, float, float, float, float, float]]
    notes: list[str]


def example() -> dict[str, object]:
    """Seven of IceCube's strings, 125 m apart, with a cascade and a track."""
    site = SITES["icecube"]
    strings = [
        {
            "x": round(float(x), 1), "y": round(float(y), 1), "top_depth": site.top_depth, "spacing": site.spacing,
            "modules": site.modules,
        }
        for x, y in site.full()[:7]
    ]  # fmt: skip
    events = [
        {"kind": "cascade", "energy_gev": 1e5, "position": [30, 20, -1950], "theta_deg": 60, "phi_deg": 0},
        {"kind": "track", "energy_gev": 1e4, "position": [-300, 20, -2050], "theta_deg": 80, "phi_deg": 10},
    ]
    return {
        "strings": strings, "medium": "ice", "absorption_m": 100, "scattering_m": 30, "floor_depth": None,
        "trigger_modules": 8, "expected_photons": False, "events": events,
    }  # fmt: skip


def read_telescope(spec: Any) -> Description:
    """A specification, read. Raises ValueError, in a sentence, for anything that is no telescope with its events."""
    design = Entry.read(spec, FORM)
    rows = design.rows("strings")
    total = sum(row.whole("modules") for row in rows)
    if total > ALL:
        raise ValueError(f"The strings have {total} modules in all, but {ALL} are the most that are computed here.")
    x, y, top, spacing, modules = (
        jnp.asarray([float(row[key]) for row in rows]) for key in ("x", "y", "top_depth", "spacing", "modules")
    )
    strings = Strings(x, y, top, spacing, modules, jnp.ones(len(rows)))
    name = design.word("medium")
    usual = MEDIA[name]
    medium = replace(
        usual,
        absorption=design.optional("absorption_m") or usual.absorption,
        scattering=design.optional("scattering_m") or usual.scattering,
    )
    trigger = design["trigger_modules"] or TRIGGER[name]
    return Description(
        strings,
        medium,
        _floor(design, name, float(jnp.max(strings.top_depth + strings.length))),
        trigger,
        bool(design["expected_photons"]),
        [_event(row) for row in design.rows("events")],
        design.notes,
    )


def _floor(design: Entry, medium: str, deepest: float) -> float | None:
    """Depth of the sea floor in m; None in ice."""
    given = design.optional("floor_depth")
    if medium == "ice":
        if given is not None:
            design.notes.append("'floor_depth' means nothing in ice: cables hang from the surface.")
        return None
    if given is not None and given < deepest:
        raise ValueError(f"The sea floor is {given:g} m deep, but the last module {deepest:g} m. Give a deeper floor.")
    return deepest + ANCHOR if given is None else given


def _event(row: Entry) -> tuple[str, float, float, float, float, float, float]:
    x, y, z = row["position"]
    if z > 0:
        raise ValueError(f"{row.where}: position has z = {z:g} m, above the surface. {SURFACE}")
    theta, phi = (float(np.deg2rad(row.number(name))) for name in ("theta_deg", "phi_deg"))
    return row.word("kind"), row.number("energy_gev"), x, y, z, theta, phi
