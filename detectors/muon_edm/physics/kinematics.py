"""A muon in a solenoid: its speed, the radius of its orbit, the electric field in its rest frame. mm, ns, GeV, T."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.units import GeV, T, mm

MUON = 0.1056583755 * GeV
"""Mass times c squared. PDG 2022."""
LIGHT = 299.792458 * mm
"""Speed of light per ns."""
BEND = 0.299792458e-3 * GeV / (T * mm)
"""Momentum per field and path of a unit charge: p = BEND B r."""
ns = 1.0
"""The unit of time."""

Number = float | Float[Array, "..."]


def speed(momentum: Number) -> Float[Array, "..."]:
    r"""$v = c\,p/\sqrt{p^2 + m^2}$ in mm/ns, exact.

    Args:
        momentum: GeV.
    """
    p = jnp.asarray(momentum)
    return LIGHT * p / jnp.sqrt(p**2 + MUON**2)


def orbit_radius(momentum: Number, field: Number) -> Float[Array, "..."]:
    r"""$r = p / (0.29979\,B)$ in mm, of the momentum across the field; exact in a uniform field.

    Args:
        momentum: GeV.
        field: T.
    """
    return jnp.asarray(momentum) / (BEND * jnp.asarray(field))


def motional_field(momentum: Number, field: Number) -> Float[Array, "..."]:
    r"""Electric field in the muon's rest frame, $\gamma\beta c B = p\,c\,B/(m c)$, in MV/m: it turns a dipole moment.

    Args:
        momentum: GeV, across the field.
        field: T.
    """
    return jnp.asarray(momentum) / MUON * LIGHT * jnp.asarray(field)  # (mm/ns) T = 1e6 V/m


def mirror_ratio(pitch: Number) -> Float[Array, "..."]:
    r"""$B_\mathrm{max}/B_\mathrm{min} = 1/\sin^2\theta$ at which a muon turns back, if the field changes slowly.

    Args:
        pitch: $\theta$ in rad, between momentum and field where that is weakest.
    """
    return 1.0 / jnp.sin(jnp.asarray(pitch)) ** 2
