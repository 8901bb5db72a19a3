"""Mean numbers of particles that a shower leaves in a unit, by distance from its axis, energy and zenith angle."""

import tomllib
from pathlib import Path

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int
from numpy import ndarray

TABLE = Path(__file__).parents[1] / "flux.toml"
KINDS = ("photon", "proton")
PARTICLES = ("muons", "electrons")
TANKS = 19
AREA = 68.59 * np.pi
"""Of a unit of 19 tanks, in m2."""
LOWEST, HIGHEST = 0.1, 10.0
"""Energies of the fits, in PeV."""
STEEPEST = np.deg2rad(65.0)
"""Largest zenith angle of the fits."""
NEAREST = 2.0
"""Distance from the axis in m below which the flux rises no more."""
SHARE = np.array([0.02, 1.0])
"""What the fitted number of muons, of electrons, is multiplied by."""
BINS = np.arange(1.0, 5.0)
CUBIC = np.linalg.inv(np.vander(BINS, increasing=True))
"""Powers of the place among the four zenith bins -> weight of each bin: the cubic through them all."""


def _read() -> tuple[ndarray, ...]:
    """Lead, rate, power and constant (kind, particle, bin) of p0; slope and shape (kind, particle, bin, 3)."""
    tables = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    rows = np.array([[tables[kind][particle] for particle in PARTICLES] for kind in KINDS])
    first, rate, power = np.moveaxis(rows[..., 0, :], -1, 0)
    plain = np.zeros(first.shape[:2], bool)
    plain[KINDS.index("photon"), PARTICLES.index("electrons")] = True
    lead = np.where(plain[..., None], first, 1.0)
    constant = np.where(plain[..., None], 0.0, np.exp(np.where(plain[..., None], 0.0, first)))
    return lead, rate, power, constant, rows[..., 1, :], rows[..., 2, :]


LEAD, RATE, POWER, CONSTANT, SLOPE, SHAPE = _read()


Profile = tuple[Float[Array, " particle"], Float[Array, " particle"], Float[Array, " particle"]]


def profile(kind: Int[Array, ""], log_energy: Float[Array, ""], zenith: Float[Array, ""]) -> Profile:
    r"""The three numbers of $p_0\,e^{-p_1R^{p_2}}$ for muons and for electrons of a shower.

    With $x = 0.5 + 20\ln(E/0.1)/\ln 100$: $p_0 = q_0e^{q_1x^{q_2}}$ for electrons of photons, else
    $e^{q_0} + e^{q_1x^{q_2}}$; $p_1, p_2 = q_0 + q_1x + q_2x^2$; between the four zenith bins the cubic through all of
    them at $0.5 + 4\theta/65°$. E from 0.1 to 10 PeV, up to 65 degrees. arXiv 2310.01857 and its code SWGOLO. The
    bins were fitted one by one: at the ends of the range the cubic swings, and may fall below 0.

    Args:
        kind: 0 for a photon, 1 for a proton.
        log_energy: ln(E / PeV).
        zenith: rad.
    """
    x = 0.5 + 20.0 * (log_energy - np.log(LOWEST)) / np.log(100.0)
    at = 0.5 + 4.0 * zenith / STEEPEST
    weight = jnp.stack([jnp.ones_like(at), at, at**2, at**3]) @ jnp.asarray(CUBIC)
    lead, rate, power, constant, slope, shape = (
        jnp.asarray(table)[kind] for table in (LEAD, RATE, POWER, CONSTANT, SLOPE, SHAPE)
    )
    powers = jnp.stack([jnp.ones_like(x), x, x**2])
    number = lead * jnp.exp(rate * x**power) + constant
    return number @ weight, (slope @ powers) @ weight, (shape @ powers) @ weight


def flux(profile: Profile, distance: Float[Array, " unit"]) -> Float[Array, "particle unit"]:
    r"""Mean number of muons and electrons in a unit of 19 tanks that faces the shower: $A\,s\,p_0e^{-p_1R^{p_2}}$.

    A is the area of the unit, s 0.02 for muons and 1 for electrons; never below 0. A level unit sees it times
    cos(zenith). Range and source as `profile`.

    Args:
        profile: what the function of that name gives.
        distance: R from the axis of the shower, m, 2 or more.
    """
    number, slope, shape = profile
    falls = jnp.exp(-slope[:, None] * jnp.exp(shape[:, None] * jnp.log(distance)))
    return jnp.asarray(AREA * SHARE * jnp.maximum(number, 0.0))[:, None] * falls
