"""Crowds of tracks: how many hits a layer sees, and how often a fit picks the wrong one."""

import math

import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.design.variables import Number

CLUSTER = 2.0  # cells a hit occupies
ACCEPTED = 0.0027  # tail of the chi-square cut beyond which a hit is not looked for
REACH = -2.0 * math.log(ACCEPTED)

Size = Float[Array, "*shape"]


def hit_density(distance: Size, density: Number) -> Size:
    r"""Hits per mm2 of a frame where they are densest: $\rho = (dN/d\eta)/(2\pi r^2)$.

    `distance` is the radius of a barrel layer (at $\theta$ = 90 degrees; it falls with $\sin\theta$) or the inner
    radius of a disk (for small angles; with $\cos\theta$). Beam background of pairs falls as steeply. Loopers are
    not counted.
    """
    return density / (2 * jnp.pi * distance**2)


def occupancy(rho: Size, cell: Size) -> Size:
    """Fraction of cells hit in a frame, for `rho` hits per mm2 and a cell of `cell` mm2; small by assumption."""
    return rho * cell * CLUSTER


def fake_probability(
    rho: Float[Array, "#track surface"] | Float[Array, " surface"],
    window: Float[Array, "track surface"],
    efficiency: Float[Array, " surface"],
) -> Float[Array, "track surface"]:
    r"""Probability that a layer gives the fit a wrong hit.

    With $w = 2\pi\rho\,\sigma_\phi\sigma_z$ (`window` is $\sigma_\phi\sigma_z$ of prediction and hit together),
    $\alpha = (1+w)/2$ and the cut $c = -2\ln CL$:
    $P_{good} = \frac{\epsilon}{2\alpha}(1-e^{-\alpha c})$,
    $P_{none} = (1-\epsilon+CL\,\epsilon)\,e^{-c(\alpha-1/2)}$, the rest is wrong.
    Uniform background, the nearest hit is taken. Source: the ALICE fast tool, DelphesO2 DetectorK.

    Args:
        rho: hits per mm2.
        window: $\sigma_\phi\sigma_z$, mm2.
        efficiency: $\epsilon$ of each surface, 0 to 1.
    """
    crowd = 2 * jnp.pi * rho * window
    alpha = 0.5 * (1.0 + crowd)
    good = efficiency / (2 * alpha) * (1.0 - jnp.exp(-alpha * REACH))
    none = (1.0 - efficiency + ACCEPTED * efficiency) * jnp.exp(-REACH * (alpha - 0.5))
    return jnp.clip(1.0 - good - none, 0.0, 1.0)
