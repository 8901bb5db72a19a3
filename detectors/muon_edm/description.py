"""Read an injection as a user writes it down: mm, ns, T, MeV, rad; one sentence an error."""

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp

from designopt.detectors.muon_edm.physics.beam import Beam, Injection
from designopt.detectors.muon_edm.physics.fields import Fields, Kicker, Region
from designopt.detectors.muon_edm.physics.storage import Storage
from designopt.units import MeV, mrad
from designopt.written import Entry, Form, Listing, Number, Part, Rows

GAUSS = "It looks like gauss given as tesla."
DEGREES = "It looks like degrees given as radians."
KICK = Form(
    "The kick: a Gaussian pulse of a radial field that slows a positive muon coming from below.",
    {
        "field_t": Number("Size of the radial field at the orbit in the middle, at the peak; it points to the axis.",
                          0.0, 1.0, "T", required=True,
                          small="The kick always slows: give its size.", large=f"{GAUSS} Or millitesla as tesla."),
        "time_ns": Number("Time of its peak, after the central muon left the channel.", -1000.0, 1000.0, "ns",
                          required=True, finest=1e-3),
        "width_ns": Number("Standard deviation of the pulse.", 0.1, 1000.0, "ns", required=True),
    },
)  # fmt: skip
COIL = Form(
    "A correction coil: a thin loop around the axis.",
    {
        "current_a": Number("Ampere-turns; positive makes a field along +z.", -1e6, 1e6, "A", required=True,
                            finest=1e-3),
        "place_mm": Number("Place along the axis.", -1000.0, 1000.0, "mm", required=True, finest=1e-3),
        "radius_mm": Number("Radius, well outside the vessel's wall (45 mm).", 60.0, 1000.0, "mm", 70.0,
                            small="It would stand in the way of the muons, if it is not metres given as mm."),
    },
)  # fmt: skip
FINEST = 1e-3
"""mm from the axis: nobody writes the place of a channel more exactly."""
INJECTION = Form(
    "Where the channel ends and points.",
    {
        "angle_rad": Number("Of the channel with the plane across the axis.", -1.5, 1.5, "rad", required=True,
                            small=DEGREES, large=DEGREES, finest=1e-6),
        "radius_mm": Number("Distance of its end from the axis.", 0.0, 1000.0, "mm", required=True),
        "offset_mm": Number("Shift of its end along the channel seen from above.", -1000.0, 1000.0, "mm", 0.0,
                            finest=FINEST),
        "start_mm": Number("z of its end.", -109.0, 0.0, "mm", -100.0,
                           small="The vessel ends at -110 mm.", large="Muons come from below: z is negative."),
    },
)  # fmt: skip
CHANNEL = Form(
    "The injection channel, in which there is no field.",
    {
        "radius_mm": Number("Radius of its bore.", 0.01, 1000.0, "mm", required=True),
        "length_mm": Number("Length.", 0.0, 10_000.0, "mm", 400.0),
    },
)
SOLENOID = Form(
    "The solenoid: B_z = B [1 + w (z^2 - r^2/2) / z0^2], B_r = -B w r z / z0^2.",
    {
        "field_t": Number("Field B in the middle.", 0.01, 100.0, "T", 2.5, large=GAUSS),
        "bump": Number("Relative rise w of the field on the axis at z0; 0 for a uniform field.", 0.0, 0.5, "", 0.01),
        "bump_length_mm": Number("z0.", 1.0, 10_000.0, "mm", 100.0, small="It looks like metres given as millimetres."),
    },
)
BEAM = Form(
    "The beam at a waist in the middle of the channel: Gaussian, all rms.",
    {
        "momentum_mev": Number("Momentum times c.", 1.0, 1000.0, "MeV", 23.0, small="It looks like GeV given as MeV.",
                               large="It looks like keV given as MeV."),
        "spread": Number("Relative spread of the momentum.", 0.0, 0.5, "", 0.02),
        "size_mm": Number("In each transverse plane.", 0.0, 1000.0, "mm", 3.0),
        "slope_mrad": Number("In each transverse plane.", 0.0, 500.0, "mrad", 20.0),
        "jitter_ns": Number("Error of the clock that starts the kick.", 0.0, 1000.0, "ns", 1.0),
    },
)  # fmt: skip
STORAGE = Form(
    "What stored means.",
    {
        "limit_mm": Number("Largest |z| late in time.", 0.1, 109.0, "mm", 25.0),
        "flight_ns": Number("Time for which muons are followed.", 1.0, 2000.0, "ns", 150.0),
        "late": Number("Share of that time, its end, in which |z| counts.", 0.01, 1.0, "", 0.4),
    },
)
POINT = Listing(
    "x, y, z of a point.", Number("A coordinate.", -1000.0, 1000.0, "mm", finest=1e-3), "numbers of mm", 3, 3
)
FORM = Form(
    "An injection of muons into a solenoid.",
    {
        "kick": Part("The kick; without one there is none.", KICK, "The kick"),
        "coils": Rows("Correction coils.", COIL, "Coil", 100, 0, "coils"),
        "injection": Part("The injection.", INJECTION, "The injection", required=True),
        "channel": Part("The channel.", CHANNEL, "The channel", required=True),
        "solenoid": Part("The solenoid, where it is not the usual one.", SOLENOID, "The solenoid"),
        "beam": Part("The beam, where it is not the assumed one.", BEAM, "The beam"),
        "storage": Part("What counts as stored, where it is not the usual.", STORAGE, "The storage"),
        "points": Listing("Points in mm at which the field is wanted.", POINT, "points [x, y, z]", 10_000, 1),
    },
)  # fmt: skip


def example() -> dict[str, object]:
    """Settings close to those made by hand, with two correction coils and two points."""
    return {
        "kick": {"field_t": 0.0111, "time_ns": 16.2, "width_ns": 5},
        "coils": [{"current_a": 100, "place_mm": -60}, {"current_a": 100, "place_mm": 60}],
        "injection": {"angle_rad": 0.06, "radius_mm": 30.3, "offset_mm": 0},
        "channel": {"radius_mm": 7.5},
        "points": [[0, 0, 0], [30.7, 0, 50]],
    }


@dataclass(frozen=True)
class Description:
    """An injection as it was given, in internal units; `kicked` whether there is a kick at all."""

    fields: Fields
    injection: Injection
    beam: Beam
    storage: Storage
    region: Region
    bore: float
    kicked: bool
    points: list[list[float]]
    notes: list[str]


def read_injection(spec: Any, steps: int) -> Description:
    """A specification, read. ValueError, in a sentence, for anything that is no injection; `steps` of a flight."""
    design = Entry.read(spec, FORM)
    solenoid, beam, storage = (_part(design, key, form) for key, form in
                               (("solenoid", SOLENOID), ("beam", BEAM), ("storage", STORAGE)))  # fmt: skip
    kick, injection, channel = design.part("kick"), design.part("injection"), design.part("channel")
    assert injection is not None
    assert channel is not None
    coils = design.rows("coils")
    radii = {coil.number("radius_mm") for coil in coils} or {70.0}
    if len(radii) > 1:
        raise ValueError(f"The coils have radii of {', '.join(f'{r:g}' for r in sorted(radii))} mm. Give them all one.")
    values = (0.0, 0.0, 1.0) if kick is None else [kick.number(key) for key in ("field_t", "time_ns", "width_ns")]
    field, time, width = (jnp.asarray(value) for value in values)
    fields = Fields(
        jnp.asarray(solenoid.number("field_t")),  # arrays: other numbers need no other program
        jnp.asarray(solenoid.number("bump")),
        jnp.asarray([coil.number("current_a") for coil in coils], float),
        jnp.asarray([coil.number("place_mm") for coil in coils], float),
        field,
        time,
        width,
        jnp.asarray(solenoid.number("bump_length_mm")),
        jnp.asarray(radii.pop()),
        Kicker(),
    )
    angle, radius, offset = (jnp.asarray(injection.number(key)) for key in ("angle_rad", "radius_mm", "offset_mm"))
    read = Beam(
        beam.number("momentum_mev") * MeV, beam.number("spread"), beam.number("size_mm"),
        beam.number("slope_mrad") * mrad, beam.number("jitter_ns"), channel.number("length_mm"),
    )  # fmt: skip
    kept = Storage(storage.number("limit_mm"), storage.number("flight_ns"), storage.number("late"), steps)
    return Description(
        fields, Injection(angle, radius, offset, injection.number("start_mm")), read, kept, Region(),
        channel.number("radius_mm"), kick is not None and values[0] > 0, design["points"] or [], design.notes,
    )  # fmt: skip


def _part(design: Entry, key: str, form: Form) -> Entry:
    """The object of a key, or its defaults where it is left out."""
    part = design.part(key)
    return Entry.read({}, form, f"The {key}", design.notes) if part is None else part
