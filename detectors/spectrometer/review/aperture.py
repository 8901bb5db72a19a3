"""How large a station has to be where it stands, and what that costs."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.detectors.spectrometer.references.people import SHIP
from designopt.units import m

DECAY_VOLUME = -31 * m
"""Middle of SHiP's decay volume, 50 m long (FairShip, geometry_config.py), that ends half a metre before the first
station; the middle of the magnet is at 0."""


def relative_area(z: Float[Array, "*shape"], apex: float | None) -> Float[Array, "*shape"]:
    r"""Area of a station at z (mm), in units of the mean of SHiP's four: $(z-a)^2 / \langle(z_k-a)^2\rangle_{SHiP}$.

    Tracks from the `apex` a (mm) within a fixed angle have to pass every station, so that its width and its height grow
    with the distance. SHiP's stations together cost what the catalogue says of four. None: every place costs the same.
    SHiP builds four stations of one size; the cones of its vessel (FairShip, veto_config_helium.yaml: focus at 72.8 m
    and 97.0 m before the magnet in x and y) open by 1.30 in area from the first to the last, decays half-way down the
    vessel by 2.05.
    """
    if apex is None:
        return jnp.ones_like(z)
    return (z - apex) ** 2 / jnp.mean((jnp.asarray(SHIP) - apex) ** 2)
