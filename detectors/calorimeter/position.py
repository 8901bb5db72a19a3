"""How well the impact point is known: the Fisher information of every layer's cells, without Monte Carlo."""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from detectors.calorimeter.cells import RadialShape, density_at, share_left_of

STRIPS = 7  # across the shower; the outermost two are open, so that the shares add to one
IMPACTS = 3  # Gauss-Legendre points between the middle of a cell and its edge


class Footprint(eqx.Module):
    """What a shower leaves in the cells: for each energy, layer and depth inside the layer.

    `weight` shares the layer's energy between the depths. `energy` is what the layer measures (GeV), `grain` the
    energy carried by one independent spot (variance over mean, GeV), `noise` the equivalent noise of one cell (GeV).
    `pitch` and `moliere_radius` in mm.
    """

    shape: RadialShape  # arrays of (energy, layer, depth)
    weight: Float[Array, "energy layer depth"]
    energy: Float[Array, "energy layer"]
    grain: Float[Array, "energy layer"]
    noise: Float[Array, "energy layer"]
    pitch: Float[Array, " layer"]
    moliere_radius: Float[Array, ""]


def impact_points(count: int = IMPACTS) -> tuple[Float[np.ndarray, " impact"], Float[np.ndarray, " impact"]]:
    """Impact points in pitches from the middle of a cell (0) to its edge (1/2), and weights that add to one."""
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return (nodes + 1) / 4, weights / 2


def strip_edges(strips: int = STRIPS) -> Float[np.ndarray, " edge"]:
    """Inner edges of the strips, in pitches from the middle of the central one."""
    return np.arange(strips - 1) - (strips - 2) / 2


def strip_shares(
    footprint: Footprint, impact: Float[Array, "energy layer impact"], strips: int = STRIPS
) -> tuple[Float[Array, "energy layer impact strip"], Float[Array, "energy layer impact strip"]]:
    """Share of a layer's energy in each strip, and its derivative with the impact point (1/mm).

    Strips are columns of cells added up along the other coordinate; `impact` in mm from the middle of the central
    strip. Exact for the radial profile; shares add to one and derivatives to zero.
    """
    pitch = footprint.pitch[None, :, None, None]
    offset = (pitch * strip_edges(strips) - impact[..., None])[:, :, None] / footprint.moliere_radius
    core, tail, core_share = (
        x[..., None, None] for x in (footprint.shape.core, footprint.shape.tail, footprint.shape.core_share)
    )
    weight = footprint.weight[..., None, None]
    below = jnp.sum(weight * _blend(share_left_of, offset, core, tail, core_share), axis=2)
    slope = jnp.sum(weight * _blend(density_at, offset, core, tail, core_share), axis=2)
    slope = slope / footprint.moliere_radius
    shares = jnp.diff(below, axis=-1, prepend=0.0, append=1.0)
    return shares, -jnp.diff(slope, axis=-1, prepend=0.0, append=0.0)


def strip_variance(
    footprint: Footprint, shares: Float[Array, "energy layer impact strip"]
) -> Float[Array, "energy layer impact strip"]:
    r"""Variance of a strip's energy in GeV^2: $e_i E_i f_k + n_{rows}\,\sigma_n^2$.

    $e_i$ is the grain. A strip adds the cells of the rows within one Molière radius, $1 + 2R_M/p$ of them.
    """
    rows = 1 + 2 * footprint.moliere_radius / footprint.pitch
    spots = (footprint.grain * footprint.energy)[..., None, None] * shares
    return spots + (rows * footprint.noise**2)[..., None, None]


def information(footprint: Footprint, strips: int = STRIPS, impacts: int = IMPACTS) -> Float[Array, "energy impact"]:
    r"""Fisher information on one coordinate in 1/mm^2, $J = \sum_i\sum_k E_i^2 f_{ik}'^2/(e_iE_if_{ik} + \sigma^2)$.

    Layers are independent and their cells aligned: an impact point is the same part of every layer's pitch.
    """
    points = jnp.asarray(impact_points(impacts)[0])
    shape = (*footprint.energy.shape, impacts)
    impact = jnp.broadcast_to(footprint.pitch[None, :, None] * points, shape)
    shares, slopes = strip_shares(footprint, impact, strips)
    signal = (footprint.energy[..., None, None] * slopes) ** 2
    return jnp.sum(signal / (strip_variance(footprint, shares) + 1e-30), axis=(1, 3))


def statistical_resolution(
    footprint: Footprint, strips: int = STRIPS, impacts: int = IMPACTS
) -> Float[Array, " energy"]:
    """Mean over the impact points of the smallest possible error of one coordinate, in mm (Cramér-Rao)."""
    weights = jnp.asarray(impact_points(impacts)[1])
    return jnp.reciprocal(jnp.sqrt(information(footprint, strips, impacts) + 1e-30)) @ weights


def _blend(function, offset, core, tail, core_share):
    """A component's function for core and tail, mixed by the core's share."""
    outer = function(offset, tail)
    return outer + core_share * (function(offset, core) - outer)
