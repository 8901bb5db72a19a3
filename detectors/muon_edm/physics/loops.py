"""Circular current loops around the z axis: their exact field, by elliptic integrals. mm, T, ampere-turns."""

import math

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.units import T, m

MU0 = 4e-7 * math.pi * T * m
"""T mm per ampere, to 1e-9 of CODATA's."""
HALVINGS = 6
"""Steps of the arithmetic-geometric mean: its error squares in each, and is below 1e-15 for m < 0.997."""
ON_AXIS = 1e-3
"""Distance in mm from the axis below which the radial field goes linearly to 0; the error there is below 1e-11."""


@jax.custom_jvp
def elliptic_integrals(m: Float[Array, "*any"]) -> tuple[Float[Array, "*any"], Float[Array, "*any"]]:
    r"""Complete elliptic integrals $K(m)$ and $E(m)$, by the arithmetic-geometric mean. Abramowitz and Stegun 17.6.

    $K = \pi/(2 a_\infty)$, $E = K (1 - \sum_n 2^{n-1} c_n^2)$. Good to 1e-14 for 0 <= m < 0.997; no unit.
    Derivatives are the closed ones, $K' = (E/(1-m) - K)/2m$ and $E' = (E - K)/2m$, for m > 0.

    Args:
        m: the parameter, the square of the modulus.
    """
    a, b = jnp.ones_like(m), jnp.sqrt(1.0 - m)
    total, power = m / 2.0, 0.5
    for _ in range(HALVINGS):
        c = (a - b) / 2.0
        a, b = (a + b) / 2.0, jnp.sqrt(a * b)
        power *= 2.0
        total = total + power * c**2
    first = jnp.pi / (2.0 * a)
    return first, first * (1.0 - total)


@elliptic_integrals.defjvp
def _slopes(primals: tuple[Array], tangents: tuple[Array]) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    (m,), (dm,) = primals, tangents
    first, second = elliptic_integrals(m)
    share = dm / (2.0 * jnp.maximum(m, 1e-12))
    return (first, second), ((second / (1.0 - m) - first) * share, (second - first) * share)


def loop_field(
    radius: Float[Array, "*#any"] | float,
    current: Float[Array, "*#any"] | float,
    r: Float[Array, "*#any"],
    z: Float[Array, "*#any"],
) -> tuple[Float[Array, "..."], Float[Array, "..."]]:
    r"""$B_r/r$ (T/mm) and $B_z$ (T) of a thin loop in the plane z = 0 around the axis; exact outside the wire.

    With $\alpha^2 = (a-r)^2 + z^2$, $\beta^2 = (a+r)^2 + z^2$, $m = 1 - \alpha^2/\beta^2$:
    $B_z = \frac{\mu_0 I}{2\pi\beta}[K + \frac{a^2-r^2-z^2}{\alpha^2}E]$,
    $B_r = \frac{\mu_0 I z}{2\pi r\beta}[-K + \frac{a^2+r^2+z^2}{\alpha^2}E]$. Smythe, section 7.10.

    Args:
        radius: a, mm.
        current: I, ampere-turns; positive makes a field along +z on the axis.
        r: distance from the axis, mm.
        z: from the plane of the loop, mm.
    """
    r = jnp.sqrt(r**2 + ON_AXIS**2)
    near, far = (radius - r) ** 2 + z**2, (radius + r) ** 2 + z**2
    first, second = elliptic_integrals(4.0 * radius * r / far)
    scale = MU0 * current / (2.0 * jnp.pi * jnp.sqrt(far))
    along = scale * (first + (radius**2 - r**2 - z**2) / near * second)
    out = scale * z / r**2 * ((radius**2 + r**2 + z**2) / near * second - first)
    return out, along


def loop_inductance(radius: float, wire: float) -> float:
    r"""$L = \mu_0 a\,[\ln(8a/b) - 2]$ in nH of one turn whose current runs at the surface of a round wire, b << a.

    Args:
        radius: a, mm.
        wire: b, radius of the wire, mm.
    """
    return MU0 * radius * (math.log(8.0 * radius / wire) - 2.0) * 1e3  # T mm2 / A = 1e-6 Vs/A


def mutual_inductance(radius: float, distance: float) -> Float[Array, ""]:
    r"""$M = \mu_0 a\,[(2/k - k)K - (2/k)E]$ in nH of two equal turns, $k^2 = 4a^2/(4a^2 + d^2)$. Maxwell.

    Args:
        radius: a, mm.
        distance: d of their planes, mm.
    """
    k2 = jnp.asarray(4.0 * radius**2 / (4.0 * radius**2 + distance**2))
    first, second = elliptic_integrals(k2)
    k = jnp.sqrt(k2)
    return MU0 * radius * ((2.0 / k - k) * first - 2.0 / k * second) * 1e3
