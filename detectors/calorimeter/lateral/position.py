"""How well the impact point is known: the Fisher information of every layer's cells, without Monte Carlo."""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.detectors.calorimeter.lateral.footprint import Footprint
from designopt.detectors.calorimeter.response.blind import BLIND, FAINTEST
from designopt.units import mm

STRIPS = 7  # across the shower; the outermost two are open, so that the shares add to one
IMPACTS = 3  # Gauss-Legendre points between the middle of a cell and its edge
# The axis of a shower wanders as a whole, by this part of a Molière radius at 1 GeV, and no cell can tell. The one
# calibrated number of the model: PHENIX PbSc, NA48 LKr and BSO together; predicted then are ALICE EMCal (+39 %) and
# the EIC PbWO4 specification (-28 %). A common factor on the statistical error misses by factors of 2.
WANDER = 0.10
FLOOR = 0.3 * mm  # alignment and S-curve, the constant of the NA48 LKr prototype; others quote up to 1.5 mm


def impact_points(count: int = IMPACTS) -> tuple[Float[np.ndarray, " impact"], Float[np.ndarray, " impact"]]:
    """Impact points in pitches from the middle of a cell (0) to its edge (1/2), and weights that add to one.

    Args:
        count: number of points.
    """
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return (nodes + 1) / 4, weights / 2


def strip_edges(strips: int = STRIPS) -> Float[np.ndarray, " edge"]:
    """Inner edges of the strips, in pitches from the middle of the central one.

    Args:
        strips: number of strips.
    """
    return np.arange(strips - 1) - (strips - 2) / 2


def strips_of(
    footprint: Footprint, impact: Float[Array, "energy layer impact"], strips: int = STRIPS
) -> tuple[Float[Array, "energy layer impact strip"], Float[Array, "energy layer impact strip"]]:
    r"""Share of a layer's energy in each strip, and its derivative with the impact point in 1/mm.

    `impact` is the shower's place in mm from the middle of the central strip. Strips are columns of cells added up
    along the other coordinate, with the shares $\Phi(x) = \frac12 + \frac12 x/\sqrt{x^2+R^2}$ of `cells.share_left_of`
    and its derivative. Exact for the radial profile: shares add to one, derivatives to zero. Both come from one pass
    over the edges, which keeps their gradients cheap.

    Args:
        footprint: what the shower leaves in the cells, for each energy and layer (`lateral.footprint`).
        impact: place of the shower, mm.
        strips: number of strips.
    """
    edges = footprint.pitch[:, None, None] * strip_edges(strips)
    offset = (edges - impact[..., None]) / footprint.moliere_radius
    weight, core, tail, share = (
        x[..., None, None]
        for x in (footprint.weight, footprint.shape.core, footprint.shape.tail, footprint.shape.core_share)
    )
    thin = footprint.weight.shape[-1] == 1
    if thin:  # no axis for a single depth: the gradient is twice as fast
        weight, core, tail, share = (x[:, :, 0] for x in (weight, core, tail, share))
    else:
        offset = offset[:, :, None]
    to_core, to_tail = jax.lax.rsqrt(offset**2 + core**2), jax.lax.rsqrt(offset**2 + tail**2)
    outer, inner = 0.5 * offset * to_tail, 0.5 * offset * to_core
    below = weight * (outer + share * (inner - outer))
    outer, inner = 0.5 * tail**2 * to_tail**3, 0.5 * core**2 * to_core**3
    density = weight * (outer + share * (inner - outer))
    if not thin:
        below, density = jnp.sum(below, axis=2), jnp.sum(density, axis=2)
    differences = np.eye(strips - 1, strips) - np.eye(strips - 1, strips, k=1)
    whole = (np.eye(strips)[0] + np.eye(strips)[-1]) / 2
    return below @ differences + whole, density @ -differences / footprint.moliere_radius


def strip_variance(
    footprint: Footprint, shares: Float[Array, "energy layer impact strip"]
) -> Float[Array, "energy layer impact strip"]:
    r"""Variance of a strip's energy in GeV^2: $e_i E_i f_k + n_{rows}\,\sigma_i^2$, with the grain $e_i$.

    A strip adds the cells of the rows within one Molière radius, $1 + 2R_M/p$ of them. A negligible constant keeps
    layers without energy and without noise free of 0 / 0.

    Args:
        footprint: what the shower leaves in the cells, for each energy and layer (`lateral.footprint`).
        shares: share of the layer's energy in each strip.
    """
    rows = 1 + 2 * footprint.moliere_radius / footprint.pitch
    spots = (footprint.grain * footprint.energy)[..., None, None]
    return spots * shares + (rows * footprint.noise + 1e-30)[:, None, None]


def information(footprint: Footprint, strips: int = STRIPS, impacts: int = IMPACTS) -> Float[Array, "energy impact"]:
    r"""Fisher information on one coordinate in 1/mm^2, $J = \sum_i\sum_k E_i^2 f_{ik}'^2/\sigma_{ik}^2$.

    Layers are independent and their cells aligned: an impact point is the same part of every layer's pitch.

    Args:
        footprint: what the shower leaves in the cells, for each energy and layer (`lateral.footprint`).
        strips: number of strips.
        impacts: number of impact points.
    """
    points = jnp.asarray(impact_points(impacts)[0])
    impact = jnp.broadcast_to(footprint.pitch[None, :, None] * points, (*footprint.energy.shape, impacts))
    shares, slopes = strips_of(footprint, impact, strips)
    signal = (footprint.energy[..., None, None] * slopes) ** 2
    return jnp.sum(signal / strip_variance(footprint, shares), axis=(1, 3))


def statistical_resolution(
    footprint: Footprint, strips: int = STRIPS, impacts: int = IMPACTS
) -> Float[Array, " energy"]:
    """Mean over the impact points of the smallest possible error of one coordinate, in mm (Cramér-Rao).

    Args:
        footprint: what the shower leaves in the cells, for each energy and layer (`lateral.footprint`).
        strips: number of strips.
        impacts: number of impact points.
    """
    weights = jnp.asarray(impact_points(impacts)[1])
    return jnp.reciprocal(jnp.sqrt(information(footprint, strips, impacts) + 1e-30)) @ weights


def position_resolution(footprint: Footprint, energies: Float[Array, " energy"]) -> Float[Array, " energy"]:
    r"""Error of one coordinate of the impact point in mm: $\sigma_J \oplus w R_M/\sqrt{E} \oplus \sigma_0$, E in GeV.

    Valid for one shower at normal incidence, 1-100 GeV and pitches of 0.2-3 Molière radii; measured detectors
    come out within 40 %. Sources: docs/physics/calorimeter.md (shape and measurements). A shower that leaves no signal
    has no place: `response.blind.BLIND`.

    Args:
        footprint: what the shower leaves in the cells, for each energy and layer (`lateral.footprint`).
        energies: of the beam, GeV.
    """
    wander = WANDER * footprint.moliere_radius / jnp.sqrt(energies)
    seen = jnp.sum(footprint.energy, axis=-1) > FAINTEST * energies
    return jnp.where(seen, jnp.sqrt(statistical_resolution(footprint) ** 2 + wander**2 + FLOOR**2), BLIND)
