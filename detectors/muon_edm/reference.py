"""Settings made by hand: the kick that stops the central muon in the middle of the solenoid."""

import math

import jax.numpy as jnp
import numpy as np

from designopt import Design
from designopt.detectors.muon_edm.detector import MuonInjection
from designopt.detectors.muon_edm.physics.kinematics import BEND, ns, orbit_radius, speed
from designopt.units import mm, mrad

ANGLE, FLAT, WIDTH, BORE = 60 * mrad, 40 * mrad, 5 * ns, 7.5 * mm
"""Of the injections made by hand, assumed."""
NARROW, WIDE = 3 * mm, 12 * mm
"""Radius of the channel."""


def by_hand(detector: MuonInjection, coils: int, budget: float | None = None, angle: float = ANGLE) -> Design:
    r"""Injection on the orbit's radius, kicked for 5 ns when the central muon is at z = 0; coils off.

    Mirror law: $p_z^2 = p^2(1 - \cos^2\theta\,B(0)/B(z_s))$ at z = 0. Kick: $K\sigma\sqrt{2\pi} = p_z/(0.29979\,v)$.
    Time: a quarter of the oscillation $\omega = v\sqrt w/z_0$, less what the injection has behind it.

    Args:
        detector: the fields and the beam.
        coils: number of correction coils.
        budget: kCHF, which the channel gets the rest of; None: a channel of 7.5 mm.
        angle: of the injection, rad.
    """
    p, start = detector.beam.momentum, abs(detector.start)
    v, radius = float(speed(p)), float(orbit_radius(p, detector.main))
    w = detector.bump / detector.bump_length**2

    def strength(z: float) -> float:
        return 1.0 + w * (z**2 - radius**2 / 2)

    along = p * math.sqrt(max(1.0 - math.cos(angle) ** 2 * strength(0.0) / strength(start), 0.0))
    omega = v * math.sqrt(w)
    arrival = math.atan2(start * omega, v * math.sin(angle)) / omega if omega else start / (v * math.sin(angle))
    kick = along / (BEND * v * WIDTH * math.sqrt(2 * math.pi))
    design = {
        "kick_field": kick,
        "kick_time": arrival,
        "kick_width": WIDTH,
        "coil_current": np.zeros(coils),
        "coil_place": np.linspace(-60.0, 60.0, coils) if coils > 1 else np.zeros(coils),
        "injection_angle": angle,
        "injection_radius": float(orbit_radius(p * math.cos(angle), detector.main * strength(start))),
        "channel_offset": 0.0,
        "channel_radius": BORE,
    }
    arrays = {name: jnp.asarray(value, float) for name, value in design.items()}
    if budget is not None:
        rest = budget - float(sum(detector.cost(arrays | {"channel_radius": jnp.asarray(0.0)}).values()))
        arrays["channel_radius"] = jnp.asarray(math.sqrt(min(max(rest / detector.prices.bore, NARROW**2), WIDE**2)))
    return arrays
