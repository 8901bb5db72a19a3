"""The limits of a reviewed calorimeter as numbers, and how far a stack is from them."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.detectors.calorimeter.layers import Layers
from designopt.detectors.calorimeter.response.front_end import (
    TILES,
    FrontEnd,
    cell_noise,
    most_probable_loss,
    sensor_thickness,
)
from designopt.detectors.calorimeter.response.media import constant_noise

LOW = (1.0, 5.0)  # GeV: the goal asks for photons of 67.7 GeV, these hold most of a jet's photons
SHARPNESS = 100.0  # of the smooth maximum over kinds: four equal ones count 1.4 % too much


class Limits(eqx.Module):
    """What a board asks: depth (mm), channels, finest and coarsest pitch (mm), signal to noise of a MIP, share of pi0.

    `low_energy` is a of sigma(E)/E <= a/sqrt(E/GeV) for electrons of `LOW` GeV. None takes a limit away.
    """

    depth: float
    channels: float
    pitch: tuple[float, float]
    snr: float | None
    pions: float | None
    low_energy: float | None = None


def signal_to_noise(
    thickness: Float[Array, "..."], pitch: Float[Array, "..."], material: str, front_end: FrontEnd
) -> Float[Array, "..."]:
    """Most probable loss of a MIP over the noise of one cell.

    Args:
        thickness: of the silicon or the tile, mm.
        pitch: side of the cell, mm.
        material: "Si", "PS" or "PVT".
        front_end: stray capacitance, light and noise of a tile.

    Returns a ratio without unit.
    """
    noise = cell_noise(thickness, pitch, material, front_end, constant_noise(material))
    return most_probable_loss(thickness, material) / noise


def layers_signal_to_noise(layers: Layers, front_end: FrontEnd) -> dict[str, Float[Array, " layer"]]:
    """Signal to noise of a MIP in each layer of a built stack, by kind of sensor; not a number where it has none.

    Args:
        layers: the stack, lengths in mm.
        front_end: stray capacitance, light and noise of a tile.

    Returns ratios without unit.
    """
    found: dict[str, Float[Array, " layer"]] = {}
    for name, kind in (("Si", "silicon"), *((tile, "tile") for tile in TILES)):
        share, thickness = sensor_thickness(layers, name)
        values = signal_to_noise(thickness, layers.pitch, name, front_end)
        found[kind] = jnp.where(share > 0, values, found.get(kind, jnp.nan))
    return found


def smooth_maximum(values: Float[Array, " kind"]) -> Float[Array, ""]:
    r"""$\frac1s\ln\sum e^{s x}$, s = 100: never below the maximum.

    Args:
        values: x, without unit.
    """
    return jax.nn.logsumexp(SHARPNESS * values) / SHARPNESS


def worst(use: Float[Array, " kind"], values: Float[Array, " kind"], limit: float) -> Float[Array, ""]:
    """Limit over value of the worst kind, less one; a kind that is not used asks nothing.

    Args:
        use: how much of each kind there is, 0 to 1.
        values: what each kind has, in the unit of the limit.
        limit: the least that is allowed.

    Returns a number without unit, met when not positive.
    """
    return smooth_maximum(use * limit / values) - 1


def low_energy_name(energy: float) -> str:
    """Name of the side limit on the resolution at one of the energies of `LOW` (GeV; names hold no unit)."""
    return f"low energy {energy:g}"


def too_coarse(
    resolution: Float[Array, " energy"], energies: Float[Array, " energy"], stochastic: float
) -> Float[Array, " energy"]:
    r"""$\frac{\sigma_E}{E}\frac{\sqrt{E}}{a} - 1$: met when not positive.

    Args:
        resolution: sigma(E)/E.
        energies: GeV.
        stochastic: a, in sqrt(GeV).
    """
    return resolution * jnp.sqrt(energies) / stochastic - 1


def too_few(found: Float[Array, ""], wanted: float) -> Float[Array, ""]:
    """Positive where less is found than wanted, relative."""
    return 1 - found / jnp.asarray(wanted)
