"""The injection beam: drawn in the middle of the channel, cut by its bore, and led into the solenoid. mm, ns, GeV."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from designopt.detectors.muon_edm.physics.fields import Vector
from designopt.detectors.muon_edm.physics.kinematics import ns
from designopt.units import MeV, mm, mrad


class Beam(eqx.Module):
    """Gaussian muons around the axis of the channel, at a waist in its middle. All numbers are assumed.

    `size` x `slope` is the rms emittance of each transverse plane, 60 mm mrad: what collimators leave of a surface-muon
    line's (recalled: 170 to 190 mm mrad at PSI's piE1). `momentum` has a relative `spread`; `jitter` (ns) is the error
    of the clock that starts the kick. The field inside the channel is taken as shielded off.
    """

    momentum: float = eqx.field(static=True, default=23.0 * MeV)
    spread: float = eqx.field(static=True, default=0.02)
    size: float = eqx.field(static=True, default=3.0 * mm)
    slope: float = eqx.field(static=True, default=20.0 * mrad)
    jitter: float = eqx.field(static=True, default=1.0 * ns)
    channel: float = eqx.field(static=True, default=400.0 * mm)
    """Length of the channel."""

    def draw(self, key: PRNGKeyArray, count: int) -> Float[Array, "muon 6"]:
        """Standard normal numbers, a row a muon: two places, two slopes, momentum, time; no unit.

        Args:
            key: of the random generator.
            count: muons.
        """
        return jax.random.normal(key, (count, 6))


class Injection(eqx.Module):
    """Where the channel ends and points: at (`radius`, `offset`, `start`) mm, across the radius, `angle` rad upwards.

    A positive muon turns clockwise about +z: the channel points to -y. An `offset` shifts it along itself seen from
    above, so that the muon does not start at a right angle to its radius.
    """

    angle: Float[Array, ""]
    radius: Float[Array, ""]
    offset: Float[Array, ""]
    start: float = eqx.field(static=True, default=-100.0)

    def muons(self, beam: Beam, normal: Float[Array, "muon 6"]) -> tuple[Vector, Vector, Array]:
        """Places (mm), momenta (GeV) and times (ns) of the muons at the end of the channel.

        Args:
            beam: sizes of the beam.
            normal: what `Beam.draw` gave.
        """
        along = jnp.stack([jnp.zeros_like(self.angle), -jnp.cos(self.angle), jnp.sin(self.angle)])
        across = jnp.asarray([1.0, 0.0, 0.0])
        upwards = jnp.stack([jnp.zeros_like(self.angle), jnp.sin(self.angle), jnp.cos(self.angle)])
        slopes = beam.slope * normal[:, 2:4]
        ends = beam.size * normal[:, :2] + 0.5 * beam.channel * slopes
        exit = jnp.stack([self.radius, self.offset, jnp.asarray(self.start)])
        place = exit + ends[:, :1] * across + ends[:, 1:] * upwards
        way = along + slopes[:, :1] * across + slopes[:, 1:] * upwards
        size = beam.momentum * (1.0 + beam.spread * normal[:, 4])
        momentum = size[:, None] * way / jnp.sqrt(jnp.sum(way**2, -1, keepdims=True))
        return place, momentum, beam.jitter * normal[:, 5]


def aside(beam: Beam, normal: Float[Array, "muon 6"]) -> Float[Array, "end muon"]:
    """Distance of every muon from the channel's axis at both ends of the channel, mm.

    Args:
        beam: sizes of the beam.
        normal: what `Beam.draw` gave.
    """
    middle, lean = beam.size * normal[:, :2], 0.5 * beam.channel * beam.slope * normal[:, 2:4]
    ends = jnp.stack([jnp.sum((middle + sign * lean) ** 2, -1) for sign in (-1.0, 1.0)])
    return jnp.sqrt(ends + 1e-6)
