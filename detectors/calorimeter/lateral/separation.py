"""Two photons or one: the distance at which the cells tell a pair from a single shower."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import ndtr
from jax.typing import ArrayLike
from jaxtyping import Array, Float

from designopt.detectors.calorimeter.lateral.footprint import Footprint
from designopt.detectors.calorimeter.lateral.position import impact_points, strip_variance, strips_of
from designopt.units import GeV, MeV, m

PION_MASS = 135 * MeV
PION_ENERGIES = (5 * GeV, 40 * GeV)
PION_DISTANCE = 1.5 * m  # from the decay to the front face
# A single photon may be taken for two in 1 % of the cases: the one-sided Gaussian quantile.
THRESHOLD = 2.326
# Showers differ in shape however large their energy. Set so that two 10 GeV photons one cell apart, in cells of one
# Molière radius, are resolved half of the time: "about one cell with shape"
# (docs/physics/calorimeter.md). Assumed.
SHAPE_FLUCTUATION = 0.3
LARGEST_SEPARATION = 500.0  # mm, end of the search


def with_shape_fluctuation(footprint: Footprint) -> Footprint:
    r"""The footprint with grains of at least $\delta^2 E$: no shower is known better than from $1/\delta^2$ spots."""
    total = jnp.sum(footprint.energy, axis=1, keepdims=True)
    return eqx.tree_at(lambda f: f.grain, footprint, footprint.grain + SHAPE_FLUCTUATION**2 * total)


def contrast(footprint: Footprint, distance: Float[Array, " energy"]) -> Float[Array, "energy impact"]:
    r"""Distance between "one cluster" and "two equal clusters" in standard deviations.

    $D^2 = \sum_i\sum_k E_i^2 (f^{(2)}_{ik} - f^{(1)}_{ik})^2/\sigma_{ik}^2$ with
    $f^{(2)} = \frac12[f(x-d/2) + f(x+d/2)]$ and the variance of the mean template. `distance` in mm.

    Args:
        footprint: what the shower leaves in the cells, for each energy and layer (`lateral.footprint`).
        distance: of the two photons at each energy, mm.
    """
    pair = with_shape_fluctuation(footprint)
    impacts = jnp.asarray(impact_points()[0])
    middle = jnp.broadcast_to(pair.pitch[None, :, None] * impacts, (*pair.energy.shape, impacts.size))
    half = distance[:, None, None] / 2
    one, left, right = jax.vmap(lambda place: strips_of(pair, place)[0])(
        jnp.stack([middle, middle - half, middle + half])
    )
    two = (left + right) / 2
    difference = pair.energy[..., None, None] * (two - one)
    return jnp.sqrt(jnp.sum(difference**2 / strip_variance(pair, (one + two) / 2), axis=(1, 3)) + 1e-12)


def resolving_probability(footprint: Footprint, distance: Float[Array, " energy"]) -> Float[Array, " energy"]:
    r"""Probability that two photons of half the energy each are seen as two: $\langle\Phi_{Gauss}(D - z)\rangle$.

    The likelihood-ratio test between two fixed templates with Gaussian errors, at 1 % of single photons called
    pairs; averaged over impact points. Clustering, a third photon and unequal energies are not in it.

    Args:
        footprint: what the shower leaves in the cells, for each energy and layer (`lateral.footprint`).
        distance: of the two photons at each energy, mm.
    """
    weights = jnp.asarray(impact_points()[1])
    return ndtr(contrast(footprint, distance) - THRESHOLD) @ weights


def opening_distance(energy: Float[ArrayLike, "..."], length: float = PION_DISTANCE) -> Float[Array, "..."]:
    r"""Smallest distance in mm of the two photons of a $\pi^0$: $d_{min} = 2 m_\pi L/E$, for E >> m.

    Args:
        energy: E of the pion, GeV.
        length: L, from the decay to the calorimeter, mm.
    """
    return 2 * PION_MASS * length / jnp.asarray(energy)


def pion_energies(count: int = 3) -> tuple[Float[np.ndarray, " energy"], Float[np.ndarray, " energy"]]:
    """Gauss-Legendre energies in ln E over 5-40 GeV, and weights that add to one.

    Args:
        count: number of energies.

    Returns energies in GeV, and weights.
    """
    nodes, weights = np.polynomial.legendre.leggauss(count)
    low, high = np.log(PION_ENERGIES)
    return np.exp(low + (nodes + 1) / 2 * (high - low)), weights / 2


def two_photon_separation(footprint: Footprint, efficiency: float = 0.5) -> Float[Array, " energy"]:
    """Distance in mm at which a pair is resolved with the given probability; infinite beyond 500 mm.

    Found by bisection in the logarithm of the distance. Not differentiable; for reports.

    Args:
        footprint: what the shower leaves in the cells, for each energy and layer (`lateral.footprint`).
        efficiency: the probability, 0 to 1.
    """

    def halve(_: Any, bracket: tuple[Array, Array]) -> tuple[Array, Array]:
        low, high = bracket
        middle = jnp.sqrt(low * high)
        resolved = resolving_probability(footprint, middle) > efficiency
        return jnp.where(resolved, low, middle), jnp.where(resolved, middle, high)

    ones = jnp.ones(footprint.energy.shape[0])
    low, high = jax.lax.fori_loop(0, 40, halve, (0.05 * ones, LARGEST_SEPARATION * ones))
    return jnp.where(high >= LARGEST_SEPARATION, jnp.inf, jnp.sqrt(low * high))
