"""How large a station has to be where it stands, and what that costs."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.detectors.spectrometer.references.people import SHIP
from designopt.units import m

DECAY_VOLUME = -31.45 * m
"""Middle of SHiP's decay volume, 50 m long (FairShip, geometry_config.py: 31.450 m before the magnet, whose middle is
at 0)."""
ROOM = 5.83 * m
"""How far from the middle of the magnet a station may stand: the first layer of SHiP's timing detector is 37.782 m
behind the middle of the decay volume, 6.33 m behind the magnet (FairShip, geometry_config.py), and a station is half a
metre long either way (strawtubes_config.yaml). In front the decay volume leaves 5.95 m; one number serves both sides.
"""


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
