"""Photons that modules see of a cascade or a track, when they come, and how far that is spread."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.detectors.neutrino_telescope.light.media import EXPONENT, LIGHT_SPEED, PEAK, SOFT, Medium

CLOSEST = 1.0
"""Distance in m below which light does not grow: showers are longer. 1e-9 of it is left at 10 m."""
EDGE = 5.0
"""Length in m over which a track begins and ends (assumed)."""
IONISATION, RADIATION = 0.26, 3.4e-4
"""Loss of a muon: 0.26 GeV per m of water (as in ppc), 3.4e-4 of its energy per m of water (as in LumenManufaktur)."""
MUON = 0.105658

Modules = Float[Array, " module"]


class Light(eqx.Module):
    """Of every module: logarithm of expected photons, arrival time of unscattered light (ns), its spread (ns)."""

    log_photons: Modules
    time: Modules
    spread: Modules


def cascade_light(
    modules: Float[Array, "module 3"],
    vertex: Float[Array, " 3"],
    direction: Float[Array, " 3"],
    time: Float[Array, ""],
    log_energy: Float[Array, ""],
    medium: Medium,
) -> Light:
    r"""$\lambda = N E\, a\, \epsilon\, A\, g(\cos)\, e^{-r/L} / (4\pi r^2)$, at $t + rn/c$.

    N photons per GeV, a area, $\epsilon$ efficiency, A acceptance by direction, g the profile of emission with mean 1
    over the sphere: the rounded $e^{-5.40|\cos-1/n|^{0.35}}$ for the direct share, 1 for the rest. The share is the
    same at all distances. From 1 GeV; a shower is a point. Below 1 m light does not grow.

    Args:
        modules: places in m.
        vertex: place in m.
        direction: unit vector along which the shower goes.
        time: ns.
        log_energy: log10 of GeV.
        medium: lengths in m.
    """
    away = modules - vertex
    r = soft_length(jnp.sum(away**2, axis=-1))
    towards = away / r[:, None]
    cone = (towards @ direction - 1.0 / medium.phase_index) ** 2 + SOFT**2
    profile = jnp.exp(-PEAK * cone ** (EXPONENT / 2)) / medium.profile_norm
    emitted = jnp.log(medium.photons_per_gev) + jnp.log(10.0) * log_energy
    emitted = emitted + jnp.log(medium.direct * profile + 1.0 - medium.direct)
    return Light(
        emitted + _seen(towards[:, 2], r, medium) - jnp.log(4.0 * jnp.pi * r**2),
        time + r * medium.group_index / LIGHT_SPEED,
        spread_of(r, medium),
    )


def track_light(
    modules: Float[Array, "module 3"],
    vertex: Float[Array, " 3"],
    direction: Float[Array, " 3"],
    time: Float[Array, ""],
    log_energy: Float[Array, ""],
    medium: Medium,
) -> Light:
    r"""Light of a muon on its cone: $\lambda = N(s)\, a\, \epsilon\, A\, e^{-l/L} / (2\pi d\sin\theta_c)$.

    d distance to the line, $l = d/\sin\theta_c$ the light's way, $s$ where it is emitted; it comes at $t + s/c + ln/c$.
    N(s) photons per m: the muon's own and those of its secondaries below 0.5 GeV, 1 + 0.188 + 0.0206 ln E (arXiv
    1206.5530, as in ppc), and those of harder losses, $bE(s)$ GeV per m, in the mean and on the cone. The track begins
    at the vertex and ends after its range, both over 5 m. From 1 GeV to 10 PeV; losses do not fluctuate.

    Args:
        modules: places in m.
        vertex: where the muon begins, m.
        direction: unit vector along which it goes.
        time: ns, at the vertex.
        log_energy: log10 of GeV, at the vertex.
        medium: lengths in m.
    """
    away = modules - vertex
    along = away @ direction
    d = soft_length(jnp.sum((away - along[:, None] * direction) ** 2, axis=-1))
    sine, tangent = cone_of(medium)
    way, start = d / sine, along - d / tangent
    photon = away - start[:, None] * direction
    cosine = photon[:, 2] / soft_length(jnp.sum(photon**2, axis=-1))
    energy = 10.0**log_energy
    lost, radiated = (IONISATION * medium.density, RADIATION * medium.density)
    reach = jnp.log1p(energy * radiated / lost) / radiated
    passed = jnp.minimum(EDGE * jax.nn.softplus(start / EDGE), 1e5)
    left = jax.nn.softplus((energy + lost / radiated) * jnp.exp(-radiated * passed) - lost / radiated)
    own = 1.0 + (0.1880 + 0.0206 * jnp.log(left + MUON)) * 0.910 / medium.density
    emitted = jnp.log(medium.photons_per_metre * own + medium.photons_per_gev * radiated * left)
    ends = jax.nn.log_sigmoid(start / EDGE) + jax.nn.log_sigmoid((reach - start) / EDGE)
    return Light(
        emitted + ends + _seen(cosine, way, medium) - jnp.log(2.0 * jnp.pi * d * sine),
        time + (start + way * medium.group_index) / LIGHT_SPEED,
        spread_of(way, medium),
    )


def spread_of(way: Float[Array, "..."], medium: Medium) -> Float[Array, "..."]:
    r"""Spread in ns of one photon's arrival: $\sigma^2 = \sigma_0^2 + (n r^2 / 6cL)^2$, with the effective length L.

    A random walk with the transport length L goes $r^2/6L$ farther than r in the mean (Kratky and Porod, to first order
    in r/L); the spread is taken as large as that delay, and Gaussian. The delay itself is left out.

    Args:
        way: r in m.
        medium: $\sigma_0$ in ns, L in m.
    """
    late = medium.group_index / LIGHT_SPEED * way**2 / (6.0 * medium.scattering)
    return jnp.sqrt(medium.jitter**2 + late**2)


def soft_length(squared: Float[Array, "..."]) -> Float[Array, "..."]:
    """A length in m from its square, never below `CLOSEST`, with a slope everywhere.

    Args:
        squared: m2.
    """
    return (squared**4 + CLOSEST**8) ** 0.125


def cone_of(medium: Medium) -> tuple[float, float]:
    """Sine and tangent of the Cherenkov angle, numbers without unit.

    Args:
        medium: its phase index counts.
    """
    sine = (1.0 - medium.phase_index**-2) ** 0.5
    return sine, sine * medium.phase_index


def _seen(upward: Modules, way: Modules, medium: Medium) -> Modules:
    """Logarithm of area, efficiency, acceptance by direction, and absorption."""
    caught = jnp.log(medium.area * medium.efficiency) + jnp.log(1.0 + medium.lean * upward)
    return caught - way / medium.absorption
