"""Single muons through a block of iron in a uniform field: the model's own test beam."""

import math
from functools import partial

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from designopt.detectors.muon_shield.transport.energy_loss import energy_of, momentum_of
from designopt.detectors.muon_shield.transport.step import (
    Matter,
    Physics,
    Track,
    draw_step,
    drift,
    interact,
    is_stopped,
)
from designopt.units import cm

STEP = 2 * cm
FEWEST_STEPS = 50


class SlabExit(eqx.Module):
    """Muons behind a block: momentum in GeV, angles in rad, displacements in mm; `bend` is towards -x for a mu+."""

    momentum: Float[Array, " muon"]
    bend: Float[Array, " muon"]
    angle: Float[Array, " muon"]
    bend_displacement: Float[Array, " muon"]
    displacement: Float[Array, " muon"]
    leaves: Bool[Array, " muon"]


def through_slab(
    length: float, field: float, momentum: float, muons: int, key: PRNGKeyArray, physics: Physics | None = None
) -> SlabExit:
    """Send positive muons along z into iron of this length (mm) with B_y = `field` (T).

    `bend` is arctan(-p_x/p_z), positive for a positive field, `angle` is arctan(p_y/p_z).

    Args:
        length: of iron, mm.
        field: T.
        momentum: p, GeV.
        muons: how many.
        key: of the random numbers.
        physics: which fluctuations take part; None: all.
    """
    steps = jnp.asarray(max(FEWEST_STEPS, math.ceil(length / STEP)))
    numbers = (jnp.float32(number) for number in (length, field, momentum))
    return _through(*numbers, steps, key, muons, physics or Physics())


@partial(jax.jit, static_argnames=("muons", "physics"))
def _through(
    length: Float[Array, ""],
    field: Float[Array, ""],
    momentum: Float[Array, ""],
    steps: Int[Array, ""],
    key: PRNGKeyArray,
    muons: int,
    physics: Physics,
) -> SlabExit:
    one = jnp.ones(muons, jnp.float32)
    depth = length / steps.astype(one.dtype) * one
    iron = Matter(one, 0 * one, field * one)

    def step(number: Int[Array, ""], track: Track) -> Track:
        noise = draw_step(jax.random.fold_in(key, number), muons)
        half = drift(track, 0.5 * depth)
        return drift(interact(half, one, depth, iron, noise, physics), 0.5 * depth)

    start = Track(0 * one, 0 * one, 0 * one, 0 * one, one, energy_of(momentum) * one)
    end = jax.lax.fori_loop(0, steps, step, start)
    return SlabExit(
        momentum=momentum_of(end.energy),
        bend=jnp.arctan2(-end.direction_x, end.direction_z),
        angle=jnp.arctan2(end.direction_y, end.direction_z),
        bend_displacement=-end.x,
        displacement=end.y,
        leaves=~is_stopped(end, physics),
    )
