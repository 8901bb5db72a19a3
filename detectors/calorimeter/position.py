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


def strip_edges(strips: int = STRIPS) -> list[float]:
    """Inner edges of the strips, in pitches from the middle of the central one."""
    return [k - (strips - 2) / 2 for k in range(strips - 1)]


Strips = list[Float[Array, "energy layer impact"]]
"""One array a strip, from left to right: a plain list keeps every step elementwise, which XLA fuses."""


def strip_shares(footprint: Footprint, impact: Float[Array, "energy layer impact"], strips: int = STRIPS) -> Strips:
    """Share of a layer's energy in each strip, for a shower at `impact` mm from the middle of the central strip.

    Strips are columns of cells added up along the other coordinate. Exact for the radial profile; shares add to one.
    """
    below = [_at_edge(share_left_of, footprint, impact, edge) for edge in strip_edges(strips)]
    return [right - left for left, right in zip([0.0, *below], [*below, 1.0], strict=True)]


def strip_slopes(footprint: Footprint, impact: Float[Array, "energy layer impact"], strips: int = STRIPS) -> Strips:
    """Derivative of `strip_shares` with the impact point, in 1/mm. Exact; the slopes add to zero."""
    at = [_at_edge(density_at, footprint, impact, edge) / footprint.moliere_radius for edge in strip_edges(strips)]
    return [left - right for left, right in zip([0.0, *at], [*at, 0.0], strict=True)]


def strip_noise(footprint: Footprint) -> Float[Array, "layer one"]:
    """Noise variance of one strip in GeV2: the cells of the rows within one Molière radius, 1 + 2 R_M / p of them.

    A negligible constant keeps layers without energy and without noise free of 0 / 0.
    """
    rows = 1 + 2 * footprint.moliere_radius / footprint.pitch
    return (rows * footprint.noise + 1e-30)[:, None]


def information(footprint: Footprint, strips: int = STRIPS, impacts: int = IMPACTS) -> Float[Array, "energy impact"]:
    r"""Fisher information on one coordinate in 1/mm^2, $J = \sum_i\sum_k E_i^2 f_{ik}'^2/(e_iE_if_{ik} + \sigma_i^2)$.

    $e_i$ is the grain and $\sigma_i$ the noise of a strip. Layers are independent and their cells aligned: an impact
    point is the same part of every layer's pitch.
    """
    points = jnp.asarray(impact_points(impacts)[0])
    impact = jnp.broadcast_to(footprint.pitch[None, :, None] * points, (*footprint.energy.shape, impacts))
    energy, grain, noise = footprint.energy[..., None], footprint.grain[..., None], strip_noise(footprint)
    shares, slopes = strip_shares(footprint, impact, strips), strip_slopes(footprint, impact, strips)
    terms = [slope**2 / (grain * energy * share + noise) for share, slope in zip(shares, slopes, strict=True)]
    return jnp.sum(energy**2 * sum(terms), axis=1)


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


def _at_edge(
    function: Callable[[Array, Array], Array], footprint: Footprint, impact: Float[Array, "energy layer impact"], edge: float
) -> Float[Array, "energy layer impact"]:
    """A component's function of the distance from the shower to an edge, core and tail, averaged over the depths."""
    offset = (footprint.pitch[:, None] * edge - impact) / footprint.moliere_radius
    total = 0.0
    for depth in range(footprint.weight.shape[-1]):
        core, tail, share = (
            x[..., depth, None] for x in (footprint.shape.core, footprint.shape.tail, footprint.shape.core_share)
        )
        outer = function(offset, tail)
        total = total + footprint.weight[..., depth, None] * (outer + share * (function(offset, core) - outer))
    return total
