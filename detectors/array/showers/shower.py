"""Showers as the ground sees them: kind, energy, direction and core, many at once."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from designopt.detectors.array.showers.flux import AREA, NEAREST, SHARE, flux, profile

LIGHT = 0.299792458
"""m/ns."""
UNKNOWNS = ("core x", "core y", "zenith", "azimuth", "ln E", "start")
"""What is fitted: m, m, rad, rad (across the zenith angle, sin(theta) dphi), 1, ns."""


class Showers(eqx.Module):
    """Showers, every field of the shape (shower,): kind (0 photon, 1 proton), energy in PeV, angles in rad, core in m.

    The axis points to (sin(theta) cos(phi), sin(theta) sin(phi)); one shower alone has fields of the shape ().
    """

    kind: Int[Array, "*shower"]
    energy: Float[Array, "*shower"]
    zenith: Float[Array, "*shower"]
    azimuth: Float[Array, "*shower"]
    x: Float[Array, "*shower"]
    y: Float[Array, "*shower"]


def not_nearer(square: Float[Array, " unit"]) -> tuple[Float[Array, " unit"], Float[Array, " unit"]]:
    r"""Square of a distance that is never below 2 m, and its derivative by the square: $(R^{16} + 2^{16})^{1/8}$.

    A corner at 2 m, as published, would be a jump of the information. Smooth, the distance is 0.02 % too large at
    3 m, and 1e-12 at 10 m.

    Args:
        square: R squared, m2.
    """
    least = NEAREST**2
    ratio = square / least
    outside = ratio > 1.0
    small = jnp.where(outside, 1.0 / jnp.where(outside, ratio, 1.0), ratio) ** 8
    root = (1.0 + small) ** 0.125
    slope = jnp.where(outside, 1.0, jnp.abs(ratio) ** 7) / root**7
    return jnp.where(outside, square, least) * root, slope


def signal(
    step: Float[Array, " unknown"], shower: Showers, x: Float[Array, " unit"], y: Float[Array, " unit"]
) -> tuple[Float[Array, "particle unit"], Float[Array, " unit"]]:
    r"""Mean muons and electrons of one shower in level units, and when its front passes them (ns).

    $\lambda = \cos\theta\,\phi(R)$ with $R^2 = dx^2 + dy^2 - t^2$, $t = \sin\theta(\cos\phi\,dx + \sin\phi\,dy)$; the
    front is flat and passes at t/c. Background, smearing and clocks are left out. Source: arXiv 2310.01857.

    Args:
        step: how far the shower is from the given one, in `UNKNOWNS`: zeros for the shower itself.
        shower: one shower; energy in PeV, angles in rad, core in m.
        x: of the units, m.
        y: of the units, m.
    """
    zenith = shower.zenith + step[2]
    cosine, sine = jnp.cos(shower.azimuth), jnp.sin(shower.azimuth)
    dx, dy = x - shower.x - step[0], y - shower.y - step[1]
    t = (jnp.sin(zenith) * cosine - step[3] * sine) * dx + (jnp.sin(zenith) * sine + step[3] * cosine) * dy
    distance = jnp.sqrt(not_nearer(dx**2 + dy**2 - t**2)[0])
    found = flux(profile(shower.kind, jnp.log(shower.energy) + step[4], zenith), distance)
    return jnp.cos(zenith) * found, t / LIGHT + step[5]


def slopes(
    shower: Showers, x: Float[Array, " unit"], y: Float[Array, " unit"]
) -> tuple[Float[Array, "particle unit"], Float[Array, "unknown particle unit"], Float[Array, "unknown unit"]]:
    r"""The counts of `signal` at the shower itself, and the derivatives of counts and times by `UNKNOWNS`.

    Written out, because the gradient of derivatives that are found automatically takes many times as long:
    $\partial\ln\lambda/\partial R^2 = -p_1p_2R^{p_2-2}/2$, and the change of $p_0, p_1, p_2$ with ln E and the zenith
    angle.

    Args:
        shower: one shower; energy in PeV, angles in rad, core in m.
        x: of the units, m.
        y: of the units, m.
    """
    point = jnp.log(shower.energy), shower.zenith
    one, none = jnp.ones_like(shower.zenith), jnp.zeros_like(shower.zenith)
    numbers = lambda log_energy, zenith: profile(shower.kind, log_energy, zenith)  # noqa: E731
    now, by_energy = jax.jvp(numbers, point, (one, none))
    _, by_zenith = jax.jvp(numbers, point, (none, one))
    cosine, sine = jnp.cos(shower.azimuth), jnp.sin(shower.azimuth)
    level, steep = jnp.cos(shower.zenith), jnp.sin(shower.zenith)
    dx, dy = x - shower.x, y - shower.y
    along, across = cosine * dx + sine * dy, cosine * dy - sine * dx
    t = steep * along
    square = dx**2 + dy**2 - t**2
    square, slow = not_nearer(square)
    logarithm = 0.5 * jnp.log(square)
    number, slope, shape = now
    power = jnp.exp(shape[:, None] * logarithm)
    counts = level * AREA * (SHARE * jnp.maximum(number, 0.0))[:, None] * jnp.exp(-slope[:, None] * power)

    def inner(change: tuple[Array, ...]) -> Array:
        """Change of ln(flux) at a fixed distance with the three numbers."""
        relative = jnp.where(number > 0, change[0] / jnp.where(number > 0, number, 1.0), 0.0)[:, None]
        return relative - power * (change[1][:, None] + (slope * change[2])[:, None] * logarithm)

    outer = -(slope * shape)[:, None] * power / square * slow
    by_step = (
        outer * (t * steep * cosine - dx),
        outer * (t * steep * sine - dy),
        inner(by_zenith) - steep / level - outer * (t * level * along),
        -outer * (t * across),
        inner(by_energy),
        jnp.zeros_like(counts),
    )
    flat = jnp.ones_like(t) / LIGHT
    front = (
        -steep * cosine * flat,
        -steep * sine * flat,
        level * along / LIGHT,
        across / LIGHT,
        0 * flat,
        LIGHT * flat,
    )
    return counts, counts * jnp.stack(by_step), jnp.stack(front)
