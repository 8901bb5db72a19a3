"""How a magnetic field turns a muon."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.units import GeV, T, m

Numbers = Float[Array, "*muon"]
Direction = tuple[Numbers, Numbers, Numbers]

LIGHT = 0.299792458 * GeV / (T * m)
STEEPEST = 0.1  # cosine below which a muon counts as lost


def bend(direction: Direction, turn_x: Numbers, turn_y: Numbers) -> Direction:
    r"""A unit vector after a path ds in a field across the beam: $d\vec t/ds = 0.2998\,(q/p)\,\vec t\times\vec B$.

    `turn_x`, `turn_y` are $0.2998\,q B_{x,y}\,ds/p$. The half-angle rotation of Boris: exact length, angle short by
    $\phi^3/12$ (2e-5 rad at 60 mrad a step). A positive muon in $B_y > 0$ turns to -x.

    Args:
        direction: components of a unit vector, shape (muon,) each.
        turn_x: about x, rad.
        turn_y: about y, rad.
    """
    x, y, z = direction
    a, b = 0.5 * turn_x, 0.5 * turn_y
    # t' = t + t x tau, then t += t' x 2 tau / (1 + tau^2), with tau = (a, b, 0).
    px, py, pz = x - z * b, y + z * a, z + x * b - y * a
    scale = 2 / (1 + a * a + b * b)
    return x - scale * pz * b, y + scale * pz * a, z + scale * (px * b - py * a)


def path(direction: Direction, depth: Numbers, slope_per_length: tuple[Numbers, Numbers]) -> Numbers:
    """Length of the arc over a step in z, to second order; the slopes are 0.2998 q B_x,y / p.

    Args:
        direction: components of a unit vector, shape (muon,) each.
        depth: of the step in z, mm.
        slope_per_length: about x and y, rad/mm.

    Returns mm.
    """
    x, y, z = direction
    first = depth / steep(z)
    return depth / steep(z + 0.5 * first * (x * slope_per_length[1] - y * slope_per_length[0]))


def steep(cosine: Numbers) -> Numbers:
    """The cosine to the beam, kept away from zero.

    Args:
        cosine: of the angle to the beam, -1 to 1.
    """
    return jnp.maximum(cosine, STEEPEST)
