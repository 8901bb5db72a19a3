"""How well the impact point is known: the Fisher information of every layer's cells, without Monte Carlo."""

from collections.abc import Callable

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.units import mm
from detectors.calorimeter.cells import density_at, share_left_of
from detectors.calorimeter.footprint import Footprint

STRIPS = 7  # across the shower; the outermost two are open, so that the shares add to one
IMPACTS = 3  # Gauss-Legendre points between the middle of a cell and its edge
# The axis of a shower wanders as a whole, by this part of a Molière radius at 1 GeV, and no cell can tell. The one
# calibrated number of the model: PHENIX PbSc, NA48 LKr and BSO together; predicted then are ALICE EMCal (+39 %) and
# the EIC PbWO4 specification (-28 %). A common factor on the statistical error misses by factors of 2.
WANDER = 0.10
FLOOR = 0.3 * mm  # alignment and S-curve, the constant of the NA48 LKr prototype; others quote up to 1.5 mm


def impact_points(count: int = IMPACTS) -> tuple[Float[np.ndarray, " impact"], Float[np.ndarray, " impact"]]:
    """Impact points in pitches from the middle of a cell (0) to its edge (1/2), and weights that add to one."""
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return (nodes + 1) / 4, weights / 2


def strip_edges(strips: int = STRIPS) -> Float[np.ndarray, " edge"]:
    """Inner edges of the strips, in pitches from the middle of the central one."""
    return np.arange(strips - 1) - (strips - 2) / 2


def strip_shares(
    footprint: Footprint, impact: Float[Array, "energy layer impact"], strips: int = STRIPS
) -> Float[Array, "energy layer impact strip"]:
    """Share of a layer's energy in each strip, for a shower at `impact` mm from the middle of the central strip.

    Strips are columns of cells added up along the other coordinate. Exact for the radial profile; shares add to one.
    """
    below = _at_edges(share_left_of, footprint, impact, strips)
    return below @ _differences(strips) + np.eye(strips)[-1]


def strip_slopes(
    footprint: Footprint, impact: Float[Array, "energy layer impact"], strips: int = STRIPS
) -> Float[Array, "energy layer impact strip"]:
    """Derivative of `strip_shares` with the impact point, in 1/mm. Exact; the slopes add to zero."""
    return _at_edges(density_at, footprint, impact, strips) @ -_differences(strips) / footprint.moliere_radius


def strip_variance(
    footprint: Footprint, shares: Float[Array, "energy layer impact strip"]
) -> Float[Array, "energy layer impact strip"]:
    r"""Variance of a strip's energy in GeV^2: $e_i E_i f_k + n_{rows}\,\sigma_i^2$, with the grain $e_i$.

    A strip adds the cells of the rows within one Molière radius, $1 + 2R_M/p$ of them. A negligible constant keeps
    layers without energy and without noise free of 0 / 0.
    """
    rows = 1 + 2 * footprint.moliere_radius / footprint.pitch
    spots = (footprint.grain * footprint.energy)[..., None, None]
    return spots * shares + (rows * footprint.noise + 1e-30)[:, None, None]


def information(footprint: Footprint, strips: int = STRIPS, impacts: int = IMPACTS) -> Float[Array, "energy impact"]:
    r"""Fisher information on one coordinate in 1/mm^2, $J = \sum_i\sum_k E_i^2 f_{ik}'^2/\sigma_{ik}^2$.

    Layers are independent and their cells aligned: an impact point is the same part of every layer's pitch.
    """
    points = jnp.asarray(impact_points(impacts)[0])
    impact = jnp.broadcast_to(footprint.pitch[None, :, None] * points, (*footprint.energy.shape, impacts))
    slopes = footprint.energy[..., None, None] * strip_slopes(footprint, impact, strips)
    return jnp.sum(slopes**2 / strip_variance(footprint, strip_shares(footprint, impact, strips)), axis=(1, 3))


def statistical_resolution(
    footprint: Footprint, strips: int = STRIPS, impacts: int = IMPACTS
) -> Float[Array, " energy"]:
    """Mean over the impact points of the smallest possible error of one coordinate, in mm (Cramér-Rao)."""
    weights = jnp.asarray(impact_points(impacts)[1])
    return jnp.reciprocal(jnp.sqrt(information(footprint, strips, impacts) + 1e-30)) @ weights


def position_resolution(footprint: Footprint, energies: Float[Array, " energy"]) -> Float[Array, " energy"]:
    r"""Error of one coordinate of the impact point in mm: $\sigma_J \oplus w R_M/\sqrt{E} \oplus \sigma_0$, E in GeV.

    Valid for one shower at normal incidence, 1-100 GeV and pitches of 0.2-3 Molière radii; measured detectors
    come out within 40 %. Sources: `calorimeter.md` section 4 (shape and measurements).
    """
    wander = WANDER * footprint.moliere_radius / jnp.sqrt(energies)
    return jnp.sqrt(statistical_resolution(footprint) ** 2 + wander**2 + FLOOR**2)


def _differences(strips: int) -> Float[np.ndarray, "edge strip"]:
    """Matrix from values at the inner edges to right edge minus left edge of each strip."""
    return np.eye(strips - 1, strips) - np.eye(strips - 1, strips, k=1)


def _at_edges(
    function: Callable[[Array, Array], Array], footprint: Footprint, impact: Float[Array, "energy layer impact"], strips: int
) -> Float[Array, "energy layer impact edge"]:
    """A component's function of the distance from the shower to the edges, core and tail, averaged over the depths."""
    edges = footprint.pitch[:, None, None] * strip_edges(strips)
    offset = (edges - impact[..., None]) / footprint.moliere_radius
    total = jnp.zeros_like(offset)
    for depth in range(footprint.weight.shape[-1]):
        weight, core, tail, share = (
            x[..., depth, None, None]
            for x in (footprint.weight, footprint.shape.core, footprint.shape.tail, footprint.shape.core_share)
        )
        outer = function(offset, tail)
        total = total + weight * (outer + share * (function(offset, core) - outer))
    return total
