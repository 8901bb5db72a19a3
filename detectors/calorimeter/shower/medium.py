"""The effective medium a shower develops in, and how much of its energy each layer's active part can see."""

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.detectors import materials
from designopt.detectors.calorimeter.layers import Layers
from designopt.units import cm

# e/mip = 1 / (1 + SUPPRESSION dZ A/(A + A0) S/(S + S0)), fitted once to the visible energy of the nine sampling
# stacks in tests/data/geant4_calorimeter.json (studies/calibrate_calorimeter.py). Grindhammer-Peters use 0.007 dZ.
SUPPRESSION = 0.0113
ABSORBER_RANGE = 0.764  # g/cm2: soft electrons leave plates thinner than this
ACTIVE_RANGE = 0.249  # g/cm2: a thinner sensor is filled by soft electrons born in the plates around it

NEIGHBOURHOOD = 1.0  # X0: width of the Gaussian in which cells count as neighbours


class Medium(eqx.Module):
    """What the shower sees: depths in X0 from the front of the stack, per layer, and shower-weighted averages.

    Scalars: effective `charge` Z (by mass), `critical_energy` in GeV (by radiation lengths), `radiation_length` in
    mm, `moliere_radius` in mm (gaps included), `sampling_frequency` F_S in cells per X0, `depth` in X0.
    """

    thickness: Float[Array, " layer"]  # of the whole layer
    active_thickness: Float[Array, " layer"]
    middle: Float[Array, " layer"]  # depth of the middle of the active part
    mip_fraction: Float[Array, " layer"]  # f: share of a minimum-ionising particle's loss left in the active part
    neighbour_fraction: Float[
        Array, " layer"
    ]  # the same, averaged over the layers alike (`medium_of`) of one X0 around
    unevenness: Float[Array, " layer"]  # <t^2>/<t>^2 of the cells' thickness there; 1 for equal cells
    e_over_mip: Float[Array, " layer"]
    charge: Float[Array, ""]
    critical_energy: Float[Array, ""]
    radiation_length: Float[Array, ""]
    moliere_radius: Float[Array, ""]
    sampling_frequency: Float[Array, ""]
    depth: Float[Array, ""]
    homogeneous: bool = eqx.field(static=True, default=False)


NOTHING = 1e-100
"""Of a divisor, any unit: a hardened gate leaves 1e-160 of a layer, whose square, in the slope, is no number."""


def ratio(above: Array, below: Array) -> Array:
    """above / below, and 0 with zero gradient where `below` is zero, or next to it (`NOTHING`): an absent layer.

    Args:
        above: any unit.
        below: not negative, broadcast with `above`.

    Returns the ratio, in the unit of `above` per that of `below`.
    """
    there = below > NOTHING
    return jnp.where(there, above / jnp.where(there, below, 1.0), 0.0)


def medium_of(layers: Layers) -> Medium:
    """Effective medium of a stack, after Grindhammer and Peters (hep-ex/0001020).

    Averages use lengths for X0 and Ec (1/X0 = sum (d/D) / X0_i, Ec = X0 sum (d/D) Ec_i / X0_i) and mass for Z. Layers
    count by the energy that a typical shower, Gamma(4, 0.5/X0), leaves in them, so that what stands behind a shower
    does not change it and cutting a block into slabs changes nothing.

    Where `share` says which sensor each layer has, the sampling fraction is averaged over neighbours of the same
    sensor: over all of them thin silicon would borrow that of the tiles beside it. At 1 GeV in 32 x 2.8 mm W Geant4 has
    12.44 +- 0.15 % with tiles of 5 mm, 16.28 +- 0.19 with silicon of 0.75 mm, 14.64 +- 0.14 in turns, 1.010 +- 0.013 of
    the root mean square of the two; here it is 0.978 of it, over all neighbours 0.963.
    """
    both = layers.absorber + layers.active
    in_x0 = 1 / jnp.asarray(materials.RADIATION_LENGTH)
    mass = jnp.asarray(materials.DENSITY) / cm  # g/cm2 for each mm
    thickness, active_thickness = both @ in_x0, layers.active @ in_x0
    back = jnp.cumsum(thickness)
    share = _typical(back) - _typical(back - thickness)
    density = ratio(share, thickness)
    critical_energy = density @ (both @ (in_x0 * materials.CRITICAL_ENERGY)) / jnp.sum(share)
    length = jnp.sum(both, axis=-1)
    middle = back - active_thickness / 2
    near = jnp.where(thickness > 0, layers.present, 0.0) * jnp.exp(
        -0.5 * ((middle[:, None] - middle) / NEIGHBOURHOOD) ** 2
    )
    alike = near if layers.share is None else near * _same_sensor(layers.share)
    seen, lost = alike @ (layers.active @ materials.IONISATION), alike @ (both @ materials.IONISATION)
    first, second = near @ thickness, near @ thickness**2
    radiation_length = density @ length / jnp.sum(share)
    return Medium(
        thickness=thickness,
        active_thickness=active_thickness,
        middle=middle,
        mip_fraction=ratio(layers.active @ materials.IONISATION, both @ materials.IONISATION),
        neighbour_fraction=ratio(seen, lost),
        unevenness=ratio(second * jnp.sum(near, axis=-1), first**2),
        e_over_mip=_e_over_mip(layers, mass),
        charge=ratio(density @ (both @ (mass * materials.CHARGE)), density @ (both @ mass)),
        critical_energy=critical_energy,
        radiation_length=radiation_length,
        moliere_radius=radiation_length * materials.SCALE_ENERGY / critical_energy,
        sampling_frequency=jnp.sum(density * layers.present) / jnp.sum(share),
        depth=back[-1],
        homogeneous=layers.homogeneous,
    )


def _same_sensor(share: Float[Array, "layer material"]) -> Float[Array, "layer layer"]:
    """Probability that two layers have the same sensor, 0 to 1: the weights of each, of a built layer one of them."""
    weights = ratio(share, jnp.sum(share, axis=1, keepdims=True))
    return weights @ weights.T


def _typical(depth: Array) -> Array:
    """Energy fraction of a Gamma(4, 0.5/X0) shower deposited before a depth: closed form."""
    x = depth / 2
    return 1 - jnp.exp(-x) * (1 + x * (1 + x / 2 * (1 + x / 3)))


def _e_over_mip(layers: Layers, mass: Array) -> Float[Array, " layer"]:
    r"""Response to the shower relative to minimum-ionising particles, layer by layer.

    $\hat e = 1/(1 + k (Z_{abs} - Z_{act}) \frac{A}{A + A_0} \frac{S}{S + S_0})$ with the mass per area A of the
    absorber and S of the active part: soft electrons from photons that a heavy absorber captures are lost, unless the
    plate is thin enough to let them out, or the sensor so thin that they make up for what it does not see itself.
    Against Geant4 the visible energy comes out within 2 % (stacks it is fitted to) and 7.5 % (others). A -> 0 gives 1.
    """
    absorber, active = layers.absorber @ mass, layers.active @ mass
    charge = materials.CHARGE * mass
    step = ratio(layers.absorber @ charge, absorber) - ratio(layers.active @ charge, active)
    escape = absorber / (absorber + ABSORBER_RANGE) * active / (active + ACTIVE_RANGE)
    return 1 / (1 + SUPPRESSION * step * escape)
