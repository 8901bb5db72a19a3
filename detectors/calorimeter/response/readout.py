"""What the electronics and the light add: noise of the cells that are read, photo-statistics, calibration."""

from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.detectors import materials
from designopt.detectors.calorimeter.layers import Layers
from designopt.detectors.calorimeter.response.front_end import FrontEnd, tile_loss
from designopt.detectors.calorimeter.response.front_end import cell_variance as variance_of_size
from designopt.detectors.calorimeter.shower.longitudinal import Longitudinal
from designopt.detectors.calorimeter.shower.medium import ratio
from designopt.units import MeV, mm

# Signal carriers seen for each GeV deposited in a medium, all losses of light and charge collection included
# (effective numbers: tile to tile, plate to plate and fibre spread hide in them). Sampling media are calibrated on
# LHCb and Bernardi (plastic), CALICE SiW (silicon: no loss seen) and ATLAS barrel (liquids); crystals from CMS
# (2.8 %/sqrt E), BSO (2.3 %), OPAL-type lead glass (5 %), NA48; the rest is assumed. See tests and calibration study.
_YIELD = {
    "PS": 4000, "PVT": 4000, "PMMA": 2000, "LAr": 2000, "LKr": 2000, "LXe": 2000,
    "PbWO4": 1500, "PbF2": 1200, "lead glass": 400, "SF57": 400, "TF1": 400, "SiO2": 400,
    "BGO": 2500, "BSO": 2000, "LYSO": 3000, "CsI": 5000, "NaI": 5000, "BaF2": 2500,
}  # fmt: skip
# Noise of one read-out cell in MeV deposited: constant (silicon, tiles), or growing with the square root of the
# thickness for media read out along their depth (in MeV per sqrt(mm)), so that slabs of one block add up to it.
# Silicon 10 keV is a tenth of a MIP in 0.3 mm; CMS 40 MeV in 230 mm; NA48 9 MeV in 1.25 m; others assumed.
_NOISE_CELL = {"Si": 0.010, "Ge": 0.010, "GaAs": 0.010, "diamond": 0.010, "PS": 0.05, "PVT": 0.05, "PMMA": 0.05}
_NOISE_DEPTH = {
    "LAr": 0.25, "LKr": 0.25, "LXe": 0.25, "PbWO4": 2.6, "PbF2": 0.5, "lead glass": 0.5, "SF57": 0.5, "TF1": 0.5,
    "SiO2": 0.5, "BGO": 0.1, "BSO": 0.1, "LYSO": 0.05, "CsI": 0.05, "NaI": 0.05, "BaF2": 0.1,
}  # fmt: skip


def _column(table: dict[str, float]) -> np.ndarray:
    return np.array([table.get(name, 0.0) for name in materials.NAMES])


_LOSS = np.array([1 / _YIELD[name] if name in _YIELD else 0.0 for name in materials.NAMES])


HOMOGENEOUS_CONSTANT = 0.002


def constant_noise(material: str) -> float:
    """Noise of one cell in GeV deposited where its size does not count; 0 for what is not in the table."""
    return _NOISE_CELL.get(material, 0.0) * MeV


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
    def of_kind(cls, homogeneous: bool, **changes: float) -> "Readout":
        """The default of a kind of calorimeter, sampling or homogeneous, with the settings that are named changed.

        The constant term of sampling calorimeters is 0.5 % for all layers and 0.5 % of each (calorimeter.md: 0.2-1.2 %
        are published); that of homogeneous ones 0.2 % and no more: the 0.30 % that CMS fits to its crystals (JINST 2
        P04004) hold the leakage, which is counted apart.
        """
        constant: dict[str, Any] = {"miscalibration": 0.0, "uniformity": HOMOGENEOUS_CONSTANT} if homogeneous else {}
        return cls(**{**constant, **changes})


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
    table = (_column(_NOISE_CELL) * MeV) ** 2
    if readout.front_end is None:
        constant = layers.present * ratio(layers.active @ table, thickness)
    else:
        constant = variance_of_size(layers, readout.front_end, table)
    along = layers.active @ (_column(_NOISE_DEPTH) * MeV) ** 2 / mm
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
