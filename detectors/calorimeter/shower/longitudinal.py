"""The longitudinal shower: mean energy in every active layer, and how it fluctuates from event to event."""

from collections.abc import Sequence
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from designopt.detectors.calorimeter.description import BEAMS
from designopt.detectors.calorimeter.layers import Layers
from designopt.detectors.calorimeter.shower import homogeneous
from designopt.detectors.calorimeter.shower.local import local_deviations
from designopt.detectors.calorimeter.shower.medium import Medium, medium_of, ratio
from designopt.detectors.calorimeter.shower.profile import GRID, between, floor, gamma_profile
from designopt.detectors.calorimeter.shower.sampling import sampling_variance
from designopt.units import GeV

LOWEST, HIGHEST = 0.4 * GeV, 300 * GeV  # range in which the profile was checked

Numbers = Array | np.ndarray
Showers = tuple[Numbers, Numbers, Numbers, Numbers]  # z1, z2 (event), conversion depth (start), weight (start, event)

# Published (Grindhammer-Peters): <ln T> = ln(ln y - 0.812). Fitted once to the ten stacks of
# tests/data/geant4_calorimeter.json (studies/calibrate_calorimeter.py): the mean alpha, the part of the energy that
# travels on as hard-to-absorb photons, and how fast e/mip falls with the age of the shower.
MAXIMUM = -0.812
SHAPE = (0.798, 0.473, 3.25)  # <alpha> = 0.798 + (0.473 + 3.25/Z) ln y; published 0.81, 0.458, 2.26
PHOTON_TAIL = 0.111
TRANSITION = 0.433
ORDER = 3  # of the quadrature in each of the two shape parameters
GRIDS = (49, 17)  # showers of different first and second parameter whose distribution is looked at
NODES = ORDER**2  # showers that the quadrature simulates at each energy
STARTS = 9  # order in the first parameter for homogeneous blocks, whose leakage is far from Gaussian
CONVERSION = 9 / 7  # X0, mean depth at which a photon converts (PDG)
PAIR = 0.5  # ln y of a photon's pair is lower by 1/2: mean of -ln of the energy sharing, weighted with energy


class Longitudinal(eqx.Module):
    """A shower in a stack, in GeV deposited in the active part of each layer.

    `deviations` is a factor of the covariance of the layers' energies caused by the shape of the showers: the sum over
    its rows of the outer products. `quadrature` is the same from the deterministic rule, used for the weights.
    """

    energies: Float[Array, " energy"]
    layer_energy: Float[Array, "energy layer"]
    contained: Float[Array, " energy"]  # share of the beam energy left anywhere in the stack
    visible: Float[Array, " energy"]  # GeV in all active parts
    shower_maximum: Float[Array, " energy"]  # X0 from the front, of the typical shower
    sampling_fraction: Float[Array, "energy layer"]  # signal over energy deposited around the layer
    sampling_variance: Float[Array, "energy layer"]  # GeV2
    deviations: Float[Array, "energy event layer"]
    quadrature: Float[Array, "energy node layer"]
    in_range: Bool[Array, " energy"]
    medium: Medium


def longitudinal(
    layers: Layers,
    energies: Float[Numbers, " energy"] | Sequence[float],
    key: PRNGKeyArray | None = None,
    beam: str = "electron",
    events: int = 256,
) -> Longitudinal:
    """Mean and covariance of the energy in each layer, for beam energies in GeV at normal incidence.

    Fluctuations of the shower's shape are integrated by Gauss-Hermite quadrature (3 x 3 nodes, homogeneous blocks
    9 x 3; photons x 3 conversion depths), or, with a key, over that many fresh random `events`. Homogeneous blocks have
    the published mean shape, late starts and an exponential tail (`shower.homogeneous`), sampling stacks a fitted one.

    Args:
        layers: the stack, from the front.
        energies: of the beam, GeV.
        key: None for the quadrature, a JAX key for fresh events.
        beam: "electron" or "photon".
        events: how many fresh events; without meaning for the quadrature.
    """
    if beam not in BEAMS:
        raise ValueError(f"No beam is called {beam!r}. Choose one of: {', '.join(BEAMS)}.")
    energies = jnp.asarray(energies, dtype=float)
    medium = medium_of(layers)
    quadrature = _response(medium, energies, *_nodes(beam, STARTS if medium.homogeneous else ORDER))
    mean, contained, fraction, spread = quadrature
    if key is not None:
        mean, contained, fraction, spread = _response(medium, energies, *_draw(key, beam, events))
    return Longitudinal(
        energies=energies,
        layer_energy=mean,
        contained=contained,
        visible=jnp.sum(mean, axis=-1),
        shower_maximum=_typical_shape(medium, energies)[0],
        sampling_fraction=fraction,
        sampling_variance=sampling_variance(medium, mean, fraction),
        deviations=spread,
        quadrature=quadrature[3],
        in_range=(energies >= LOWEST) & (energies <= HIGHEST),
        medium=medium,
    )


def _nodes(beam: str, first: int = ORDER) -> Showers:
    """Deterministic shower fluctuations: normal deviates z1, z2, conversion depths and weights."""
    (z, w), (y, v) = (np.polynomial.hermite_e.hermegauss(order) for order in (first, ORDER))
    z1, z2 = (a.ravel() for a in np.meshgrid(z, y))
    weight = np.outer(v, w).ravel() / (w.sum() * v.sum())
    depth, share = np.polynomial.laguerre.laggauss(3) if beam == "photon" else (np.zeros(1), np.ones(1))
    return z1, z2, CONVERSION * depth, np.outer(share, weight)


def _draw(key: PRNGKeyArray, beam: str, events: int) -> Showers:
    """Random shower fluctuations; every photon shower is averaged over 8 fresh conversion depths, one a stratum."""
    shape, start = jax.random.split(key)
    z1, z2 = jax.random.normal(shape, (2, events))
    starts = 8 if beam == "photon" else 1
    strata = (np.arange(starts) + jax.random.uniform(start, (starts,))) / starts
    depth = -CONVERSION * jnp.log1p(-strata) if beam == "photon" else jnp.zeros(1)
    return z1, z2, depth, jnp.full((starts, events), 1 / (starts * events))


def _typical_shape(medium: Medium, energies: Array) -> tuple[Array, Array, Array]:
    """exp<ln T>, <alpha> - 1 and ln y. Guarded smoothly below ln y = 1.3, far below the range of validity."""
    log_y = jnp.log(energies / medium.critical_energy)
    first, slope, charge = homogeneous.SHAPE if medium.homogeneous else SHAPE
    return floor(log_y + MAXIMUM, 0.5), floor(first - 1 + (slope + charge / medium.charge) * log_y, 0.3), log_y


def _shapes(medium: Medium, energies: Array, z1: Numbers, z2: Numbers) -> tuple[Array, Array]:
    r"""Gamma parameters (alpha, beta) of single showers, shape (energy, event). Grindhammer-Peters, homogeneous media.

    $\ln T$ and $\ln\alpha$ are correlated normals; the deviate of $\ln\alpha$ is applied to $\ln(\alpha - 1)$ with the
    same derivative, which keeps alpha above 1 without a clamp and fits Geant4 leakage fluctuations in iron at 1 GeV.
    """
    maximum, shape, log_y = (a[:, None] for a in _typical_shape(medium, energies))
    spread_maximum = 1 / floor(-1.4 + 1.26 * log_y, 2.0)
    spread_shape = 1 / floor(-0.58 + 0.86 * log_y, 1.5)
    correlation = 0.705 - 0.023 * log_y
    if medium.homogeneous:
        spread_maximum, spread_shape = homogeneous.widths(log_y)
        correlation, z1 = homogeneous.CORRELATION + 0 * log_y, homogeneous.late(z1)
        maximum = maximum * jnp.exp(-homogeneous.mean_shift(spread_maximum * jnp.sqrt((1 + correlation) / 2)))
    common, opposite = jnp.sqrt((1 + correlation) / 2) * z1, jnp.sqrt((1 - correlation) / 2) * z2
    maximum = maximum * jnp.exp(spread_maximum * (common + opposite))
    shape = shape * jnp.exp(spread_shape * (1 + shape) / shape * (common - opposite))
    return 1 + shape, shape / maximum


class _Single(NamedTuple):
    """Showers one by one: signals and deposits in GeV, what stays inside as a share, densities on GRID, edges in X0."""

    signal: Array  # energy, start, event, layer
    deposit: Array
    inside: Array  # energy, start, event
    density: Array  # energy, event, grid
    lower: Array  # start, layer
    upper: Array
    showers_of: Array  # energy: what the shower's shape goes by


def _profiles(medium: Medium, alpha: Array, beta: Array) -> Array:
    r"""Densities of single showers on GRID.

    In sampling stacks $(1-\epsilon)\,\Gamma(\alpha,\beta) + \epsilon\,\Gamma(1+\lambda\alpha/\beta,\lambda)$: the
    second term has the same mean depth and the slope of photons at their least absorption, $\lambda = \mu_{min}X_0$
    = 1/(1.15 + 0.29 sqrt Z), within 5 % of NIST's tables from carbon to uranium. In homogeneous ones a gamma profile
    that joins an exponential tail.
    """
    if medium.homogeneous:
        return homogeneous.tailed_profile(alpha, beta, homogeneous.attenuation(medium.charge))
    slope = 1 / (1.15 + 0.29 * jnp.sqrt(medium.charge))
    tail = 1 + slope * alpha / beta
    both = gamma_profile(jnp.stack([alpha, tail]), jnp.stack([beta, jnp.full_like(beta, slope)]))
    return (1 - PHOTON_TAIL) * both[0] + PHOTON_TAIL * both[1]


def _single(medium: Medium, energies: Array, z1: Numbers, z2: Numbers, starts: Numbers) -> _Single:
    """Showers of given shapes and starts. A layer reads the density around its active part, over as many X0 as the
    cell has, times f e/mip, which falls with age, t beta/alpha.
    """
    showers_of = energies * jnp.exp(-PAIR) if starts.size > 1 else energies
    alpha, beta = _shapes(medium, showers_of, z1, z2)
    density = _profiles(medium, alpha, beta)
    half = medium.thickness / 2
    lower = jnp.append(medium.middle - half, 0.0) - starts[:, None]
    upper = jnp.append(medium.middle + half, medium.depth) - starts[:, None]
    operator = between(lower.ravel(), upper.ravel()).reshape(GRID.size, *lower.shape)
    share = jnp.einsum("esg,gci->ecsi", density, operator)
    if medium.homogeneous:
        share = share * (1 - homogeneous.albedo(energies, medium.charge))[:, None, None, None]
    depth = jnp.maximum(medium.middle - starts[:, None], 0.0)
    age = depth[:, None, :] * (beta / alpha)[:, None, :, None]
    falling = jnp.exp(-TRANSITION * (1 - medium.e_over_mip) * (age - 1))
    deposit = energies[:, None, None, None] * share[..., :-1]
    signal = deposit * falling * (medium.mip_fraction * medium.e_over_mip)
    return _Single(signal, deposit, share[..., -1], density, lower[:, :-1], upper[:, :-1], showers_of)


def _response(
    medium: Medium, energies: Array, z1: Numbers, z2: Numbers, starts: Numbers, weights: Numbers
) -> tuple[Array, Array, Array, Array]:
    """Mean layer energies, containment, sampling fractions and covariance factor over the given showers."""
    one = _single(medium, energies, z1, z2, starts)
    contained = jnp.einsum("cs,ecs->e", weights, one.inside)
    of_start = jnp.einsum("cs,ecsi->eci", weights, one.signal)
    mean = jnp.sum(of_start, axis=1)
    fraction = ratio(mean, jnp.einsum("cs,ecsi->ei", weights, one.deposit))
    spread = jnp.sqrt(weights)[..., None] * (one.signal - mean[:, None, None, :])
    spread = spread.reshape(energies.size, -1, mean.shape[-1])
    average = jnp.einsum("cs,esg->eg", weights, one.density)
    maximum = _typical_shape(medium, one.showers_of)[0]
    local = local_deviations(one.lower, one.upper, medium.critical_energy, energies, maximum, average, of_start)
    if medium.homogeneous:  # what local fluctuations let out is counted apart, photon by photon
        local -= jnp.sum(local, axis=-1, keepdims=True) * ratio(mean, jnp.sum(mean, axis=-1, keepdims=True))[:, None]
    return mean, contained, fraction, jnp.concatenate([spread, local], axis=1)


def single_showers(
    layers: Layers, energies: Float[Numbers, " energy"] | Sequence[float], beam: str = "electron"
) -> tuple[Float[Array, "energy event layer"], Float[np.ndarray, " event"]]:
    """Signals (GeV) of a dense set of showers that differ in shape and start, and their probabilities.

    For the form of distributions: a grid of -4 to 4 standard deviations in both parameters of the shape, photons x 8
    equally probable conversion depths.

    Args:
        layers: the stack, from the front.
        energies: of the beam, GeV.
        beam: "electron" or "photon".
    """
    z1, z2, starts, weight = _dense(beam)
    one = _single(medium_of(layers), jnp.asarray(energies, dtype=float), z1, z2, starts)
    return one.signal.reshape(one.signal.shape[0], -1, one.signal.shape[-1]), np.asarray(weight).ravel()


def _dense(beam: str) -> Showers:
    (z1, w1), (z2, w2) = ((z, np.exp(-(z**2) / 2)) for z in (np.linspace(-4, 4, size) for size in GRIDS))
    first, second = (a.ravel() for a in np.meshgrid(z1, z2))
    weight = np.outer(w2, w1).ravel() / (w1.sum() * w2.sum())
    starts = -CONVERSION * np.log1p(-(np.arange(8) + 0.5) / 8) if beam == "photon" else np.zeros(1)
    return first, second, starts, np.outer(np.full(starts.size, 1 / starts.size), weight)
