"""Noise and light of one cell by its size: silicon pads are capacitors, and large tiles lose light on the way."""

from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jax.typing import ArrayLike
from jaxtyping import Array, Float

from designopt.detectors import materials
from designopt.detectors.calorimeter.layers import Layers
from designopt.detectors.calorimeter.shower.medium import ratio
from designopt.detectors.materials import index_of
from designopt.units import MeV, cm, mm

PAIR = 3.62e-6 * MeV  # energy of one electron-hole pair in silicon; PDG, silicon detectors
PERMITTIVITY = 1.04 / cm  # pF: eps_Si eps_0 = 11.7 x 8.854e-14 F/cm
SERIES, SLOPE = 1000.0, 45.0  # electrons, electrons for each pF: issue's figures for a fast calorimeter chip, assumed
STRAY = 10.0  # pF of traces and bonds, assumed: 5 to 30
TILE_LIGHT = 15.0  # photo-electrons a MIP in a tile of 30 x 30 x 3 mm3, assumed: 10 to 25 (CALICE AHCAL about 15)
TILE_NOISE = 1.0  # photo-electrons of pedestal width, assumed: 0.3 to 1.5
TILE = (30 * mm, 3 * mm)  # side and thickness of the tile that TILE_LIGHT is for
SMALLEST_TILE = 10 * mm  # below it the light no longer gains: a photodetector and its dimple have a size; assumed
LANDAU = 0.307075 / 2 * MeV  # K/2 per g/cm2 at Z/A = 1, PDG
_ELECTRON = 0.510999e6  # eV
_Z_OVER_A = {"Si": 0.4985, "PS": 0.5377, "PVT": 0.5414}  # PDG
_PLASMA = {"Si": 31.05, "PS": 21.75, "PVT": 21.54}  # eV, PDG
TILES = ("PS", "PVT")


class FrontEnd(eqx.Module):
    """Settings of cells whose noise depends on their size; None takes the dependence away.

    `stray` is the capacitance that traces add to a silicon pad (pF), `tile_light` the photo-electrons of a MIP in a
    tile of 30 x 30 x 3 mm3, `tile_noise` the width of a tile's pedestal in photo-electrons.
    """

    stray: float | None = STRAY
    tile_light: float | None = TILE_LIGHT
    tile_noise: float = TILE_NOISE

    def settings(self) -> dict[str, Any]:
        """The three numbers by name."""
        return {"stray": self.stray, "tile_light": self.tile_light, "tile_noise": self.tile_noise}


def most_probable_loss(thickness: Float[ArrayLike, "..."], material: str) -> Float[Array, "..."]:
    r"""Most probable loss (GeV) of a fast particle in mm of silicon or plastic.

    $\Delta_p = \xi\left[\ln\frac{2 m_e c^2 \xi}{(\hbar\omega_p)^2} + 0.2\right]$, $\xi = \frac K2 \frac ZA \rho x$:
    the plateau beyond $\beta\gamma \approx 100$. Silicon of 0.2-0.75 mm: 75-82 electron-hole pairs a micrometre (73-80
    are measured). PDG, Passage of Particles Through Matter.

    Args:
        thickness: x, mm.
        material: "Si", "PS" or "PVT".
    """
    density = materials.DENSITY[index_of(material)]
    width = LANDAU * _Z_OVER_A[material] * density * jnp.asarray(thickness) / cm
    ev = 1e-6 * MeV
    return width * (jnp.log(2 * _ELECTRON * width / ev / _PLASMA[material] ** 2) + 0.2)


def pad_capacitance(thickness: Float[ArrayLike, "..."], pitch: Float[ArrayLike, "..."]) -> Float[Array, "..."]:
    r"""Capacitance of a fully depleted silicon pad in pF: $C = 1.04\,\mathrm{pF/cm}\;p^2/d$; edges left out.

    Args:
        thickness: d, mm.
        pitch: p, side of the pad, mm.
    """
    return PERMITTIVITY * jnp.asarray(pitch) ** 2 / jnp.asarray(thickness)


def pad_noise(
    thickness: Float[ArrayLike, "..."], pitch: Float[ArrayLike, "..."], stray: float = STRAY
) -> Float[Array, "..."]:
    r"""Noise of one pad in electrons: $\sqrt{1000^2 + (45\,C/\mathrm{pF})^2}$, C with the stray capacitance.

    Args:
        thickness: of the silicon, mm.
        pitch: side of the pad, mm.
        stray: capacitance of traces and the like, pF.
    """
    return jnp.sqrt(SERIES**2 + (SLOPE * (pad_capacitance(thickness, pitch) + stray)) ** 2)


def photo_electrons(
    thickness: Float[ArrayLike, "..."], pitch: Float[ArrayLike, "..."], light: float = TILE_LIGHT
) -> Float[Array, "..."]:
    r"""Photo-electrons of a MIP in a tile: $N = N_0\,\frac{s}{3\,mm}\,\frac{30\,mm}{p}$, p not below 10 mm (smoothly).

    The light that arrives falls with the square root of the tile's area. Assumed, for sides of 10-60 mm: powers of
    the side between 0.5 and 1.5 are as credible.

    Args:
        thickness: s of the tile, mm.
        pitch: p, side of the tile, mm.
        light: N_0, photo-electrons of a MIP in a tile of 30 x 30 x 3 mm3.
    """
    side = (jnp.asarray(pitch) ** 4 + SMALLEST_TILE**4) ** 0.25
    return light * jnp.asarray(thickness) / TILE[1] * TILE[0] / side


def cell_noise(
    thickness: Float[ArrayLike, "..."],
    pitch: Float[ArrayLike, "..."],
    material: str,
    front_end: FrontEnd,
    table: float = 0.0,
) -> Float[Array, "..."]:
    """Noise of one cell of silicon or plastic in GeV deposited; `table` (GeV) where its size does not count.

    Args:
        thickness: thickness of the silicon or the tile, mm.
        pitch: side of the square cell, mm.
        material: "Si", "PS" or "PVT".
        front_end: stray capacitance, light and noise of a tile.
        table: GeV.
    """
    if material == "Si" and front_end.stray is not None:
        return PAIR * pad_noise(thickness, pitch, front_end.stray)
    if material in TILES and front_end.tile_light is not None:
        light = photo_electrons(thickness, pitch, front_end.tile_light)
        return front_end.tile_noise * most_probable_loss(thickness, material) / light
    return table + 0 * jnp.asarray(thickness)


def sensor_thickness(layers: Layers, material: str) -> tuple[Float[Array, " layer"], Float[Array, " layer"]]:
    """Share of a sensor in each layer (gate included), and how thick it is (mm); 1 mm where there is none.

    Args:
        layers: the stack.
        material: "Si", "PS" or "PVT".
    """
    row = index_of(material)
    share = layers.present * (layers.active[:, row] > 0) if layers.share is None else layers.share[:, row]
    thickness = ratio(layers.active[:, row], share)
    return share, jnp.where(thickness > 0, thickness, 1 * mm)


def cell_variance(layers: Layers, front_end: FrontEnd, table: Float[np.ndarray, " material"]) -> Float[Array, " layer"]:
    """Variance of the noise of one cell of each layer (GeV2); `table` holds that of cells whose size does not count.

    Args:
        layers: the stack.
        front_end: stray capacitance, light and noise of a tile.
        table: GeV by material.
    """
    others = np.array(table)
    others[[index_of(name) for name in ("Si", *TILES)]] = 0.0
    total = layers.present * ratio(layers.active @ others, jnp.sum(layers.active, axis=-1))
    for name in ("Si", *TILES):
        share, thickness = sensor_thickness(layers, name)
        noise = cell_noise(thickness, layers.pitch, name, front_end, float(np.sqrt(table[index_of(name)])))
        total += share * noise**2
    return total


def tile_loss(layers: Layers, front_end: FrontEnd) -> Float[Array, " layer"]:
    """Energy that one photo-electron stands for, times the energy a MIP leaves in each layer's plastic (GeV2).

    It adds to the effective yield of the read-out's table, which holds what differs from tile to tile.

    Args:
        layers: the stack.
        front_end: light of a tile.
    """
    total = jnp.zeros(layers.pitch.shape)
    if front_end.tile_light is None:
        return total
    for name in TILES:
        _, thickness = sensor_thickness(layers, name)
        light = photo_electrons(thickness, layers.pitch, front_end.tile_light)
        one = most_probable_loss(thickness, name) / light
        total += layers.active[:, index_of(name)] * materials.IONISATION[index_of(name)] * one
    return total
