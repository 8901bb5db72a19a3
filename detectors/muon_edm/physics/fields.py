"""The field that a muon sees: solenoid with its weak-focusing bump, correction coils, and the kick. mm, ns, T."""

from functools import lru_cache

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.detectors.muon_edm.physics.loops import loop_field

Vector = Float[Array, "*any 3"]
Scalar = float | Float[Array, ""]
NEAREST = 55.0
"""Distance from the axis in mm up to which lost muons see the fields of loops, 5 mm before the nearest wire."""


class Region(eqx.Module):
    """The vessel, a cylinder of radius `wall` from -`end` to `end`, in mm: what leaves it is lost.

    A lost muon is followed all the same, so that how far it misses has a slope: solenoid and bump go on beyond wall and
    ends, and the loops' fields fade over `past_wall`, before their wires.
    """

    wall: float = eqx.field(static=True, default=45.0)
    end: float = eqx.field(static=True, default=110.0)
    past_wall: float = eqx.field(static=True, default=10.0)

    def fading(self, reach: Float[Array, "*any"]) -> Float[Array, "*any"]:
        """1 inside, 0 far outside the wall, a cubic between.

        Args:
            reach: largest distance of the muon's circle from the axis, mm.
        """
        gone = jnp.clip((reach - self.wall) / self.past_wall, 0.0, 1.0)
        return 1.0 - gone**2 * (3.0 - 2.0 * gone)


class Kicker(eqx.Module):
    """Two equal loops with opposite currents at z = +-`place`: a radial field between them, none along the axis. mm."""

    radius: float = eqx.field(static=True, default=60.0)
    place: float = eqx.field(static=True, default=55.0)
    orbit: float = eqx.field(static=True, default=30.7)

    def strength(self) -> float:
        """Radial field at the orbit in the middle, T per ampere-turn of each loop; positive if the lower one's is."""
        return _strength(self.radius, self.place, self.orbit)


@lru_cache(maxsize=16)
def _strength(radius: float, place: float, orbit: float) -> float:
    with jax.ensure_compile_time_eval():  # it may be asked for while something is being compiled
        return 2.0 * orbit * float(loop_field(radius, 1.0, jnp.asarray(orbit), jnp.asarray(place))[0])


class Fields(eqx.Module):
    r"""All fields of one design.

    Solenoid and bump: $B_z = B_0[1 + w(z^2 - r^2/2)/z_0^2]$, $B_r = -B_0 w\,r z/z_0^2$, free of divergence and curl.
    Correction coils and kicker are exact loops. The kick is $-K e^{-(t-t_k)^2/2\sigma^2}$ times the kicker's field over
    that at its orbit: it takes longitudinal momentum from a positive muon that comes from below. The
    electric field that the changing kick induces is left out: none at z = 0, it changes the momentum of a muon that is
    50 mm from the middle at the peak by about 1 % (10 mT, 5 ns).

    Attributes:
        main: B0, T.
        bump: w, at z0 = `bump_length` (mm).
        currents, places: of the correction coils, ampere-turns and mm; all of the radius `coil_radius`.
        kick, kick_time, kick_width: K in T, t_k and sigma in ns.
    """

    main: Scalar
    bump: Scalar
    currents: Float[Array, " coil"]
    places: Float[Array, " coil"]
    kick: Float[Array, ""]
    kick_time: Float[Array, ""]
    kick_width: Float[Array, ""]
    bump_length: Scalar = 100.0
    coil_radius: Scalar = 70.0
    kicker: Kicker = Kicker()

    def pulse(self, time: Float[Array, "*any"]) -> Float[Array, "*any"]:
        """The kick as a share of its amplitude, 0 to 1, at a `time` in ns."""
        return jnp.exp(-0.5 * ((time - self.kick_time) / self.kick_width) ** 2)

    def beside(
        self, place: Vector, time: Float[Array, "*any"] | None = None, share: Float[Array, "*any"] | None = None
    ) -> Vector:
        """All but the uniform main field, in T, at a `place` in mm and a `time` in ns; without a time no kick.

        `share` is how much of the loops' field is there, 0 to 1: none for a muon far beyond the wall. Left out: all.
        """
        x, y, z = place[..., 0], place[..., 1], place[..., 2]
        r = jnp.sqrt(x**2 + y**2 + 1e-12)
        focusing = self.main * self.bump / self.bump_length**2
        radii, places, currents = self._loops(jnp.zeros_like(z) if time is None else self.pulse(time))
        within = r if share is None else jnp.minimum(r, NEAREST)
        loops = loop_field(radii, currents, within[..., None], z[..., None] - places)
        present = jnp.ones_like(r) if share is None else share
        out = present * jnp.sum(loops[0], -1) - focusing * z
        along = present * jnp.sum(loops[1], -1) + focusing * (z**2 - r**2 / 2.0)
        return jnp.stack([out * x, out * y, along], -1)

    def at(self, place: Vector, time: Float[Array, "*any"] | None = None) -> Vector:
        """The whole field in T, at a `place` in mm and a `time` in ns; without a time no kick."""
        return self.beside(place, time) + self.main * jnp.asarray([0.0, 0.0, 1.0])

    def _loops(self, pulse: Float[Array, "*any"]) -> tuple[Array, Array, Array]:
        """Radii, places and currents of the correction coils, then of the kicker's two loops."""
        count, kicker = self.places.shape[0], self.kicker
        radii = jnp.asarray([self.coil_radius] * count + [kicker.radius] * 2)
        places = jnp.concatenate([self.places, kicker.place * jnp.asarray([-1.0, 1.0])])
        kick = -self.kick / kicker.strength() * pulse
        coils = jnp.broadcast_to(self.currents, (*pulse.shape, count))
        return radii, places, jnp.concatenate([coils, kick[..., None], -kick[..., None]], -1)
