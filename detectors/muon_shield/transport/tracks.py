"""Where muons are on their way through a shield, for drawings."""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from designopt.detectors.muon_shield.magnets.blocks import Slice, matter_at, slices
from designopt.detectors.muon_shield.magnets.field import leg_fields
from designopt.detectors.muon_shield.magnets.row import Magnets
from designopt.detectors.muon_shield.muons.beam import Bands, Muons, draw_muons
from designopt.detectors.muon_shield.transport.energy_loss import energy_of
from designopt.detectors.muon_shield.transport.shield import PLANE, draw_noise
from designopt.detectors.muon_shield.transport.step import Physics, Track, drift, interact, is_stopped

STEPS = 30  # per magnet
Path = Float[Array, "point muon"]


@partial(jax.jit, static_argnames=("muons", "saturation", "bands"))
def tracks(
    magnets: Magnets, key: PRNGKeyArray, muons: int, saturation: bool = True, bands: Bands | None = None
) -> tuple[Path, Path, Path, Muons]:
    """Points (z, x, y) in mm along the tracks of some fresh muons, hard edges; not a number where a muon has stopped.

    The last point is on the plane z = 82 m. Shape (point, muon).

    Args:
        magnets: the shield.
        key: of the muons and of their random numbers.
        muons: how many.
        saturation: whether iron saturates.
        bands: bands of momentum and the share drawn in each; None: the default.
    """
    born, flown = jax.random.split(key)
    sample, physics = draw_muons(born, muons, bands or Bands()), Physics()
    noise = draw_noise(flown, muons, magnets.field.size, STEPS)
    section = magnets.section((jnp.arange(STEPS) + 0.5) / STEPS)
    cut = Slice(*(part.T for part in slices(section, leg_fields(magnets, section, saturation))))
    depth = magnets.lengths / STEPS
    begin = magnets.z_in[:, None] + depth[:, None] * jnp.arange(STEPS)
    rows = (cut, begin, jnp.broadcast_to(depth[:, None], begin.shape), noise)
    flat = jax.tree.map(lambda values: values.reshape(-1, *values.shape[2:]).astype(jnp.float32), rows)

    def step(state: tuple[Any, ...], row: tuple[Any, ...]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        track, z = state
        here, begin, depth, numbers = row
        end = jnp.maximum(begin + depth, z)
        track = drift(track, jnp.maximum(begin - z, 0))
        inside = end - jnp.maximum(begin, z)
        half = drift(track, 0.5 * inside)
        after = interact(half, sample.charge, inside, matter_at(half.x, half.y, here), numbers, physics)
        track = drift(after, 0.5 * inside)
        return (track, end), point(track, end)

    def point(track: Track, z: Float[Array, " muon"]) -> tuple[Any, ...]:
        gone = is_stopped(track, physics)
        return tuple(jnp.where(gone, jnp.nan, value) for value in (z, track.x, track.y))

    start = Track(
        sample.x, sample.y, sample.direction_x, sample.direction_y, sample.direction_z, energy_of(sample.momentum)
    )
    (track, z), path = jax.lax.scan(step, (start, sample.z), flat)
    first, last = (sample.z, sample.x, sample.y), point(drift(track, PLANE - z), jnp.full_like(z, PLANE))
    whole = (jnp.concatenate([a[None], b, c[None]]) for a, b, c in zip(first, path, last, strict=True))
    return (*whole, sample)  # type: ignore[return-value]
