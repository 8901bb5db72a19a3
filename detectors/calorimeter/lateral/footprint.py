"""What a shower leaves in the cells of every layer: the link between the longitudinal and the lateral model."""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.detectors import materials
from designopt.detectors.calorimeter.lateral.cells import RadialShape, radial_shape
from designopt.detectors.calorimeter.layers import Layers
from designopt.detectors.calorimeter.response.readout import Readout, cells_read, noise_variance, photo_variance
from designopt.detectors.calorimeter.shower.longitudinal import CONVERSION, Longitudinal
from designopt.detectors.calorimeter.shower.medium import ratio

RESPONSE = 0.007  # ê = 1/(1 + 0.007 dZ), as the radial constants were fitted with; Grindhammer and Peters


class Footprint(eqx.Module):
    """What a shower leaves in the cells: for each energy, layer and depth inside the layer.

    `weight` shares the layer's energy between the depths. `energy` is what the layer measures (GeV), `grain` the
    energy carried by one independent spot (variance over mean, GeV), `noise` the variance of one cell's noise (GeV2).
    `pitch` and `moliere_radius` in mm.
    """

    shape: RadialShape  # arrays of (energy, layer, depth)
    weight: Float[Array, "energy layer depth"]
    energy: Float[Array, "energy layer"]
    grain: Float[Array, "energy layer"]
    noise: Float[Array, " layer"]
    pitch: Float[Array, " layer"]
    moliere_radius: Float[Array, ""]


def footprint_of(
    layers: Layers,
    shower: Longitudinal,
    readout: Readout,
    depths: int = 1,
    beam: str = "electron",
) -> Footprint:
    r"""Footprint of a shower in a stack.

    Layers are looked at in `depths` places, sharing the energy like a gamma profile of rate 1/2 (PDG); one place is
    enough up to a cell of 2 X0. The grain adds sampling, photo-electrons and $93 \ln Z\,E^{0.876}$ spots of the
    shower itself. The radius is that of the whole stack, gaps included; stages count from where the shower starts.
    """
    medium, energies = shower.medium, shower.energies
    start = CONVERSION if beam == "photon" else 0.0
    nodes, shares = map(jnp.asarray, np.polynomial.legendre.leggauss(depths))
    place = medium.middle[:, None] + medium.thickness[:, None] / 2 * nodes - start
    stage = jnp.maximum(place, 0.0) / shower.shower_maximum[:, None, None]
    weight = jnp.ones_like(stage)
    if depths > 1:
        weight = shares * stage ** (shower.shower_maximum[:, None, None] / 2) * jnp.exp(-place / 2)
        total = jnp.sum(weight, axis=-1, keepdims=True)
        weight = jnp.where(total > 0, weight / jnp.where(total > 0, total, 1.0), 1 / depths)

    spots = energies / (93 * jnp.log(medium.charge) * energies**0.876)
    variance = shower.sampling_variance + photo_variance(shower, layers, readout)
    grain = ratio(variance, shower.layer_energy)
    return Footprint(
        shape=radial_shape(
            stage,
            energies[:, None, None],
            medium.charge,
            _response_ratio(layers)[:, None],
            (medium.thickness - medium.active_thickness)[:, None],
        ),
        weight=weight,
        energy=shower.layer_energy,
        grain=grain + spots[:, None] * shower.sampling_fraction,
        noise=noise_variance(shower, layers, readout) / cells_read(layers, medium.moliere_radius),
        pitch=layers.pitch,
        moliere_radius=medium.moliere_radius,
    )


def _response_ratio(layers: Layers) -> Float[Array, " layer"]:
    """ê of each layer; 1 for a layer without absorber."""
    charge = materials.DENSITY * materials.CHARGE
    mean = [ratio(part @ charge, part @ materials.DENSITY) for part in (layers.absorber, layers.active)]
    return jnp.where(mean[0] > 0, 1 / (1 + RESPONSE * (mean[0] - mean[1])), 1.0)
