"""Photons that modules see of a cascade or a track, when they come, how far that is spread, and the slopes of all."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.detectors.neutrino_telescope.light.media import EXPONENT, LIGHT_SPEED, PEAK, SOFT, Medium

CLOSEST = 4.0
"""Distance in m below which light does not grow (assumed): showers of TeV are as long. At 10 m distances are 0.07 %
longer for it, at 20 m 0.001 %."""
EDGE = 5.0
"""Length in m over which a track begins and ends (assumed)."""
IONISATION, RADIATION = 0.26, 3.4e-4
"""Loss of a muon: 0.26 GeV per m of water (as in ppc), 3.4e-4 of its energy per m of water (as in LumenManufaktur)."""
MUON = 0.105658
UPWARD = np.array([0.0, 0.0, 1.0])

Modules = Float[Array, " module"]


class Light(eqx.Module):
    """Of every module: logarithm of expected photons, arrival time of unscattered light (ns), its spread (ns).

    `slopes` are those of the logarithm of photons, the time and the logarithm of the spread with the seven parameters:
    vertex (m), direction along growing theta and phi (rad), time (ns), log10 of energy; written out, since programs
    that differentiate them again compile in half the time.
    """

    log_photons: Modules
    time: Modules
    spread: Modules
    slopes: Float[Array, "3 module 7"]


def cascade_light(
    modules: Float[Array, "module 3"],
    vertex: Float[Array, " 3"],
    frame: Float[Array, "3 3"],
    time: Float[Array, ""],
    log_energy: Float[Array, ""],
    medium: Medium,
) -> Light:
    r"""$\lambda = N E\, a\, \epsilon\, A\, g(\cos)\, e^{-r/L} / (4\pi r^2)$, at $t + rn/c$.

    N photons per GeV, a area, $\epsilon$ efficiency, A acceptance by direction, g the profile of emission with mean 1
    over the sphere: the rounded $e^{-5.40|\cos-1/n|^{0.35}}$ for the direct share, 1 for the rest. The share is the
    same at all distances. From 1 GeV; a shower is a point. Below 4 m light does not grow.

    Args:
        modules: places in m.
        vertex: place in m.
        frame: unit vectors of growing theta, growing phi, and along the shower.
        time: ns.
        log_energy: log10 of GeV.
        medium: lengths in m.
    """
    away = modules - vertex
    r, dr = _soft(away)
    dr_place, towards = -dr, away / r[:, None]
    cosine, upward = towards @ frame[2], towards[:, 2]
    off = cosine - 1.0 / medium.phase_index
    cone = off**2 + SOFT**2
    profile = medium.direct / medium.profile_norm * jnp.exp(-PEAK * cone ** (EXPONENT / 2))
    shape = profile + 1.0 - medium.direct
    bend = profile / shape * -PEAK * EXPONENT * off * cone ** (EXPONENT / 2 - 1.0)
    emitted = jnp.log(medium.photons_per_gev) + jnp.log(10.0) * log_energy + jnp.log(shape)
    tilt = medium.lean / (1.0 + medium.lean * upward)

    def turned(fixed: Float[Array, " 3"], value: Modules) -> Float[Array, "module 3"]:
        """Slope with the vertex of the part of `towards` along a fixed direction."""
        return -(fixed + value[:, None] * dr_place) / r[:, None]

    dark = 1.0 / medium.absorption + 2.0 / r
    by_place = bend[:, None] * turned(frame[2], cosine) + tilt[:, None] * turned(jnp.asarray(UPWARD), upward)
    spread, widening = _spread(r, medium)
    return Light(
        emitted + _seen(upward, r, medium) - jnp.log(4.0 * jnp.pi * r**2),
        time + r * medium.group_index / LIGHT_SPEED,
        spread,
        _table(
            (by_place - dark[:, None] * dr_place, bend[:, None] * (towards @ frame[:2].T), jnp.log(10.0)),
            (medium.group_index / LIGHT_SPEED * dr_place, jnp.zeros((r.size, 2)), 0.0),
            (widening[:, None] * dr_place, jnp.zeros((r.size, 2)), 0.0),
        ),
    )


def track_light(
    modules: Float[Array, "module 3"],
    vertex: Float[Array, " 3"],
    frame: Float[Array, "3 3"],
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
        frame: unit vectors of growing theta, growing phi, and along the muon.
        time: ns, at the vertex.
        log_energy: log10 of GeV, at the vertex.
        medium: lengths in m.
    """
    direction, across = frame[2], frame[:2]
    away = modules - vertex
    along, sideways = away @ direction, away @ across.T
    beside = away - along[:, None] * direction
    d, dd = _soft(beside)
    d_place, d_turn = -dd, -(_growth(beside, d) * along)[:, None] * sideways
    sine, tangent = cone_of(medium)
    start = along - d / tangent
    s_place, s_turn = -direction - d_place / tangent, sideways - d_turn / tangent
    height, rise = beside[:, 2], direction[2]
    upward = sine * height / d + rise / medium.phase_index
    u_place = sine * ((rise * direction - UPWARD) - (height / d)[:, None] * d_place) / d[:, None]
    h_turn = -rise * sideways - along[:, None] * across[:, 2]
    u_turn = sine * (h_turn - (height / d)[:, None] * d_turn) / d[:, None] + across[:, 2] / medium.phase_index
    one = jnp.ones_like(start)
    emitted, by_start = jax.jvp(lambda s: _of_track(s, log_energy, medium), (start,), (one,))
    _, by_energy = jax.jvp(lambda e: _of_track(start, e, medium), (log_energy * one,), (one,))
    tilt, dark = medium.lean / (1.0 + medium.lean * upward), 1.0 / (medium.absorption * sine) + 1.0 / d
    way = d / sine
    spread, widening = _spread(way, medium)
    speed = 1.0 / LIGHT_SPEED

    def seen(s: Array, u: Array, distance: Array) -> Array:
        return by_start[:, None] * s + tilt[:, None] * u - dark[:, None] * distance

    return Light(
        emitted + _seen(upward, way, medium) - jnp.log(2.0 * jnp.pi * d * sine),
        time + (start + way * medium.group_index) * speed,
        spread,
        _table(
            (seen(s_place, u_place, d_place), seen(s_turn, u_turn, d_turn), by_energy),
            *(
                (part[0], part[1], 0.0)
                for part in (
                    [speed * (s + medium.group_index / sine * x) for s, x in ((s_place, d_place), (s_turn, d_turn))],
                    [widening[:, None] / sine * x for x in (d_place, d_turn)],
                )
            ),
        ),
    )


def _of_track(start: Modules, log_energy: Float[Array, "..."], medium: Medium) -> Modules:
    """Logarithm of photons per m of a muon at a distance from its vertex in m, which may lie before or behind it."""
    energy = 10.0**log_energy
    lost, radiated = IONISATION * medium.density, RADIATION * medium.density
    reach = jnp.log1p(energy * radiated / lost) / radiated
    passed = jnp.minimum(EDGE * jax.nn.softplus(start / EDGE), 1e5)
    left = jax.nn.softplus((energy + lost / radiated) * jnp.exp(-radiated * passed) - lost / radiated)
    own = 1.0 + (0.1880 + 0.0206 * jnp.log(left + MUON)) * 0.910 / medium.density
    emitted = jnp.log(medium.photons_per_metre * own + medium.photons_per_gev * radiated * left)
    return emitted + jax.nn.log_sigmoid(start / EDGE) + jax.nn.log_sigmoid((reach - start) / EDGE)


def _table(*rows: tuple[Array, Array, Array | float]) -> Float[Array, "3 module 7"]:
    """Slopes by place, direction and energy, with those by time, which are 1 for the time alone."""
    size = rows[0][0].shape[0]
    made = []
    for number, (place, turn, energy) in enumerate(rows):
        time = jnp.full(size, 1.0 if number == 1 else 0.0)
        made.append(jnp.column_stack([place, turn, time, jnp.broadcast_to(jnp.asarray(energy), (size,))]))
    return jnp.stack(made)


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


def _spread(way: Modules, medium: Medium) -> tuple[Modules, Modules]:
    """Spread in ns, and the slope of its logarithm with the way in m."""
    spread = spread_of(way, medium)
    return spread, 2.0 * (1.0 - (medium.jitter / spread) ** 2) / way


def _soft(vector: Float[Array, "module 3"]) -> tuple[Modules, Float[Array, "module 3"]]:
    """Length in m, never below `CLOSEST`, and how it grows with the vector."""
    length = (jnp.sum(vector**2, axis=-1) ** 3 + CLOSEST**6) ** (1.0 / 6.0)
    return length, _growth(vector, length)[:, None] * vector


def _growth(vector: Float[Array, "module 3"], length: Modules) -> Modules:
    """How the soft length grows with half the square of a vector, 1/m: 1 / length but close by."""
    return jnp.sum(vector**2, axis=-1) ** 2 / length**5


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
