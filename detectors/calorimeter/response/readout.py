"""What the electronics and the light add: noise of the cells that are read, photo-statistics, calibration."""

from typing import Any

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.detectors import materials
from designopt.detectors.calorimeter.layers import Layers
from designopt.detectors.calorimeter.response.front_end import FrontEnd, tile_loss
from designopt.detectors.calorimeter.response.front_end import cell_variance as variance_of_size
from designopt.detectors.calorimeter.response.media import NOISE_CELL, NOISE_DEPTH, YIELD, column, constant_term
from designopt.detectors.calorimeter.shower.longitudinal import Longitudinal
from designopt.detectors.calorimeter.shower.medium import ratio
from designopt.units import MeV, mm

_LOSS = column({name: 1 / carriers for name, carriers in YIELD.items()})


class Readout(eqx.Module):
    """Settings of the read-out chain; the defaults are what test beams of sampling calorimeters reach.

    `noise` and `light` scale the tables' noise and signal yield. `miscalibration` is the independent error of a
    layer's calibration, `uniformity` the error that all layers share (both relative): the constant term. With a
    `front_end` noise and light depend on the size of a cell; `plate_tolerance` is the rms error of a plate's mean
    thickness (mm), which becomes an error of the layer's sampling fraction (`response.tolerance`).
    """

    noise: float | Array = 1.0
    light: float | Array = 1.0
    miscalibration: float | Array = 0.005
    uniformity: float | Array = 0.005
    plate_tolerance: float | None = None
    front_end: FrontEnd | None = None

    @classmethod
    def of(cls, layers: Layers, **changes: Any) -> "Readout":
        """The default of a calorimeter's kind, sampling or homogeneous, with the settings that are named changed.

        The constant term of sampling calorimeters is 0.5 % for all layers and 0.5 % of each (0.2-1.2 % are
        published); that of homogeneous ones is `media.constant_term` for all, and none of each layer.
        """
        if not layers.homogeneous:
            return cls(**changes)
        block: dict[str, Any] = {"miscalibration": 0.0, "uniformity": constant_term(jnp.sum(layers.active, axis=0))}
        return cls(**{**block, **changes})


def cells_read(layers: Layers, moliere_radius: Float[Array, ""]) -> Float[Array, " layer"]:
    r"""Cells that are summed in each layer: $(1 + 2 R_M / p)^2$, one Moliere radius on each side of the cell hit.

    Args:
        layers: the stack, with the pitches p in mm.
        moliere_radius: R_M of the stack, mm.
    """
    return (1 + 2 * moliere_radius / layers.pitch) ** 2


def noise_variance(shower: Longitudinal, layers: Layers, readout: Readout) -> Float[Array, " layer"]:
    """Variance of the noise in each layer's sum (GeV2): noise of one cell squared times the cells that are read.

    Ranges: cells from a third of a Moliere radius up; below that thresholds help, which are not modelled.

    Args:
        shower: mean shower in the stack.
        layers: the stack, with pitches in mm.
        readout: noise and light of every active material.
    """
    thickness = jnp.sum(layers.active, axis=-1)
    table = (column(NOISE_CELL) * MeV) ** 2
    if readout.front_end is None:
        constant = layers.present * ratio(layers.active @ table, thickness)
    else:
        constant = variance_of_size(layers, readout.front_end, table)
    along = layers.active @ (column(NOISE_DEPTH) * MeV) ** 2 / mm
    return readout.noise**2 * (constant + along) * cells_read(layers, shower.medium.moliere_radius)


def photo_variance(shower: Longitudinal, layers: Layers, readout: Readout) -> Float[Array, "energy layer"]:
    """Poisson variance of the light or charge that is collected (GeV2): signal / (carriers per GeV). Silicon: none.

    Args:
        shower: mean shower in the stack.
        layers: the stack.
        readout: noise and light of every active material.
    """
    deposited = layers.active @ materials.IONISATION
    loss = ratio(layers.active @ (materials.IONISATION * _LOSS), deposited)
    if readout.front_end is not None:
        loss += ratio(tile_loss(layers, readout.front_end), deposited)
    return shower.layer_energy * loss / readout.light
