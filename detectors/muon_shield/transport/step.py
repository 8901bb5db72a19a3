"""One step of a muon along z: half a drift, everything the iron does, half a drift."""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from designopt.detectors.muon_shield.transport.bending import LIGHT, STEEPEST, bend, path, steep
from designopt.detectors.muon_shield.transport.energy_loss import (
    MUON,
    momentum_of,
    rough_stopping_power,
    stopping_power,
)
from designopt.detectors.muon_shield.transport.optimisation_barrier import optimisation_barrier, runtime_one
from designopt.detectors.muon_shield.transport.scattering import deflect, step_angle
from designopt.detectors.muon_shield.transport.straggling import ionisation_loss, radiation_loss
from designopt.units import MeV

Numbers = Float[Array, " muon"]

STOPPED = 10 * MeV  # kinetic; a few millimetres of iron


class Track(NamedTuple):
    """Where muons are and how they fly: positions in mm, a unit vector, total energy in GeV."""

    x: Numbers
    y: Numbers
    direction_x: Numbers
    direction_y: Numbers
    direction_z: Numbers
    energy: Numbers

    @property
    def direction(self) -> tuple[Numbers, Numbers, Numbers]:
        """Unit vector of flight.

        Returns three components without unit.
        """
        return self.direction_x, self.direction_y, self.direction_z


class Noise(NamedTuple):
    """Frozen random numbers of one step: two standard normals for the angles, two exponentials for the energy."""

    angle_x: Numbers
    angle_y: Numbers
    ionisation: Numbers
    radiation: Numbers


def draw_step(key: PRNGKeyArray, muons: int) -> Noise:
    """Fresh random numbers for one step.

    Args:
        key: of the random numbers.
        muons: how many.

    Returns numbers without unit.
    """
    angles, losses = jax.random.split(key)
    return Noise(
        *jax.random.normal(angles, (2, muons), jnp.float32), *jax.random.exponential(losses, (2, muons), jnp.float32)
    )


class Matter(NamedTuple):
    """What a step goes through: share of it that is iron, and the field in T."""

    iron: Numbers
    field_x: Numbers
    field_y: Numbers


class Physics(eqx.Module):
    """Which fluctuations take part; without them a muon loses the mean, or flies straight on."""

    straggling: bool = eqx.field(default=True, static=True)
    scattering: bool = eqx.field(default=True, static=True)
    stopped: float = eqx.field(default=STOPPED, static=True)


def drift(track: Track, depth: Numbers | float) -> Track:
    """Straight on over a distance in z.

    Args:
        track: place in mm, direction and energy in GeV of every muon.
        depth: mm in z.
    """
    scale = depth / steep(track.direction_z)
    return track._replace(x=track.x + track.direction_x * scale, y=track.y + track.direction_y * scale)


def interact(track: Track, charge: Numbers, depth: Numbers, matter: Matter, noise: Noise, physics: Physics) -> Track:
    """Bend, slow down and scatter at one point for all that happens over a distance in z.

    Scattering half-way is right in the angle and short by 1/(4 steps^2) in the displacement's variance.

    Args:
        track: place in mm, direction and energy in GeV of every muon.
        charge: +1 or -1.
        depth: mm in z.
        matter: share that is iron, and the field in T.
        noise: frozen random numbers, of the step.
        physics: which fluctuations take part.
    """
    one = runtime_one(charge)
    matter = optimisation_barrier(matter, one)
    rough = depth / steep(track.direction_z) * matter.iron
    floor = MUON + physics.stopped
    middle = jnp.maximum(track.energy - 0.5 * rough * rough_stopping_power(track.energy), floor)
    momentum = momentum_of(middle)
    middle, momentum = optimisation_barrier((middle, momentum), one)
    rigidity = LIGHT * charge / momentum
    turns = rigidity * matter.field_x, rigidity * matter.field_y
    rigidity, turns = optimisation_barrier((rigidity, turns), one)
    arc = path(track.direction, depth, turns)
    iron = arc * matter.iron
    arc, iron = optimisation_barrier((arc, iron), one)
    direction = bend(track.direction, turns[0] * arc, turns[1] * arc)
    if physics.scattering:
        width = optimisation_barrier(step_angle(momentum, iron), one)
        direction = optimisation_barrier(direction, one)
        direction = deflect(direction, width * noise.angle_x, width * noise.angle_y)
    direction = optimisation_barrier(direction, one)
    if physics.straggling:
        loss = ionisation_loss(middle, iron, noise.ionisation) + radiation_loss(middle, iron, noise.radiation)
    else:
        loss = stopping_power(middle) * iron
    energy = jnp.maximum(track.energy - loss, floor)
    energy = jnp.where(direction[2] > STEEPEST, energy, floor)
    return Track(track.x, track.y, direction[0], direction[1], direction[2], energy)


def is_stopped(track: Track, physics: Physics) -> Array:
    """Muons at the lowest energy, or turned back, are no longer there.

    Args:
        track: place in mm, direction and energy in GeV of every muon.
        physics: with the kinetic energy, in GeV, at which a muon counts as stopped.
    """
    return track.energy <= (MUON + physics.stopped) * (1 + 1e-6)
