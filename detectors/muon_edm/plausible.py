"""Numbers that nobody can mean: what an injection looks like whose units are wrong. Notes, not errors."""

import jax.numpy as jnp
import numpy as np

from designopt.detectors.muon_edm.cost import pulse
from designopt.detectors.muon_edm.description import Description
from designopt.detectors.muon_edm.physics.kinematics import orbit_radius
from designopt.units import T, mm

STRONG, KICK = 20.0 * T, 0.1 * T
TINY = 1 * mm
STEEP = 0.5  # rad
VOLTAGE = 50.0  # kV
COARSE = 0.4  # ns: beyond it a flight is off by more than 0.15 mm


def unit_notes(read: Description) -> list[str]:
    """A sentence for everything that looks like another unit, leaves the model's range, or can hardly be built."""
    found, fields, injection = [], read.fields, read.injection
    main = float(fields.main)
    if main > STRONG:
        found.append(f"The solenoid has {main:g} T: that looks like gauss or kilogauss given as tesla.")
    kick, angle, radius = float(fields.kick), float(injection.angle), float(injection.radius)
    if kick > KICK:
        found.append(f"The kick has {kick:g} T: that looks like millitesla or gauss given as tesla.")
    if read.kicked and kick < 1e-5:
        found.append(f"The kick has {kick:g} T, less than the earth's field: it stops nothing.")
    if abs(angle) > STEEP:
        found.append(f"The injection angle is {angle:g} rad: that looks like degrees given as radians.")
    if radius < TINY:
        found.append(f"The channel ends {radius:g} mm from the axis: that looks like metres given as millimetres.")
    if read.bore < 0.1:
        found.append(f"The channel's bore has a radius of {read.bore:g} mm: that looks like metres given as mm.")
    if float(jnp.max(jnp.abs(fields.currents), initial=0.0)) > 1e5:
        found.append("A correction coil has more than 100,000 ampere-turns: that looks like mA given as A.")
    points = np.abs(np.asarray(read.points, float))
    if points.size and 0 < points.max() < TINY:
        found.append("All points lie within 1 mm of the middle: that looks like metres given as millimetres.")
    beyond = points.size and (np.hypot(points[:, 0], points[:, 1]).max() > read.region.wall
                              or points[:, 2].max() > read.region.end)  # fmt: skip
    if beyond:
        found.append("Some points lie outside the vessel (r < 45 mm, |z| < 110 mm), for which the bump is not meant.")
    orbit = float(orbit_radius(read.beam.momentum, fields.main))
    if orbit > read.region.wall:
        found.append(f"The orbit has a radius of {orbit:.1f} mm, larger than the vessel (45 mm): nothing is stored.")
    return found + _range_notes(read)


def _range_notes(read: Description) -> list[str]:
    found = []
    voltage = float(pulse(read.fields.kicker, read.fields.kick, read.fields.kick_width)[2])
    if voltage > VOLTAGE:
        found.append(f"The pulse takes {voltage:,.0f} kV at the kicker of two single turns: a hard one to build.")
    dt = read.storage.flight / read.storage.steps
    if dt > COARSE * 2.5 / float(read.fields.main):
        found.append(f"A step takes {dt:.2g} ns, more than an eighth of a turn: ask for more with --steps.")
    if float(read.fields.kick_width) < 2 * dt and read.kicked:
        found.append("The kick is shorter than four steps: ask for more with --steps.")
    return found
