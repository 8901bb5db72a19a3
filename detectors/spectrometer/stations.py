"""Stations along the beam, and how well they measure a track: momentum, slope and where it came from."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.detectors.spectrometer.magnet import CURVING, Magnet
from designopt.detectors.tracker.resolution.covariance import distances, errors, root_covariance, weight
from designopt.detectors.tracker.resolution.scattering import kick
from designopt.units import m

OPEN = 1e4
"""Standard deviations in m, rad and 1/GeV of position, slope and charge over momentum before any station.

A million times what a spectrometer measures: its errors change by less than 1e-12, and too few stations, or stations
at one place, have large errors instead of none."""


class Stations(eqx.Module):
    """Where stations stand (z in mm), how well each measures (mm), its material in X0, and whether it is there (0..1).

    A station that is there by the part g has the part g of its information and of its material. The order is free.
    """

    z: Float[Array, " station"]
    error: Float[Array, " station"]
    material: Float[Array, " station"]
    present: Float[Array, " station"]


def track_errors(
    stations: Stations,
    magnet: Magnet,
    momenta: Float[Array, " momentum"],
    vertex: float,
    log_thickness: float | None = None,
    straight: bool = False,
) -> dict[str, Float[Array, " momentum"]]:
    r"""Errors of the track at the plane z = `vertex` (mm), in front of everything, for momenta in GeV.

    `momentum` is $\sigma_p/p$, `slope` in rad, `position` in mm, from $C = (A^TV^{-1}A)^{-1}$ with the columns
    $A = (1, z, 0.2998\int(z-z')B\,dz')$ for position, slope and charge over momentum, and
    $V_{ij} = \sigma_i^2\delta_{ij} + \sum_{z_k<\min(z_i,z_j)}\theta_k^2(z_i-z_k)(z_j-z_k)$. `straight` leaves
    the momentum out. Before any station a track is known to `OPEN`.
    `log_thickness` stands in the logarithm of the scattering angle, each station's own thickness if None.
    Velocity 1, small angles, bending plane only. Checked against exact arcs (`simulation/toy.py`).

    Args:
        stations: places in mm, errors of a hit in mm, thickness in X0, gates 0 to 1.
        magnet: bending power in T m, length in mm.
        momenta: GeV.
        vertex: mm.
        log_thickness: X0.
        straight: whether only slope and position are fitted.
    """
    z = (stations.z - vertex) / m
    columns = [jnp.ones_like(z), z] + ([] if straight else [magnet.bend(stations.z)])
    weights = weight(stations.present, stations.error / m)
    levers = distances(z, z)

    def at(momentum: Float[Array, ""]) -> Float[Array, " parameter"]:
        kicks = kick(stations.present * stations.material, momentum, logarithm=log_thickness)
        return errors(root_covariance(jnp.stack(columns, axis=1), weights, levers, kicks, jnp.full(len(columns), OPEN)))

    found = jax.vmap(at)(momenta)
    line = {"position": found[:, 0] * m, "slope": found[:, 1]}
    return line if straight else {"momentum": momenta * found[:, 2], **line}


def thin_magnet_resolution(
    error: float, arm: float, bending_power: float, momentum: Float[Array, " momentum"]
) -> Float[Array, " momentum"]:
    r"""Two stations on each side, measurement alone: $\sigma_p/p = 2\sigma p / (D\,0.2998\,BL)$, arm D of each side.

    Exact where the magnet is short or the stations lie outside it; independent of the gap. Lengths in mm, T m, GeV.

    Args:
        error: $\sigma$ of a hit, mm.
        arm: D, mm.
        bending_power: BL, T m.
        momentum: p, GeV.
    """
    return 2.0 * error * momentum / (arm * CURVING * bending_power)
