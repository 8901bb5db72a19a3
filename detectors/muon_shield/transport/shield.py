"""Muons through a whole shield, to the plane where they are counted."""

from collections.abc import Callable
from functools import partial
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from designopt.detectors.muon_shield.magnets.blocks import Slice, matter_at
from designopt.detectors.muon_shield.magnets.installed import installed_slices
from designopt.detectors.muon_shield.magnets.row import Magnets
from designopt.detectors.muon_shield.muons.beam import Muons
from designopt.detectors.muon_shield.transport.bending import STEEPEST
from designopt.detectors.muon_shield.transport.clipped_cotangents import clipped_cotangents
from designopt.detectors.muon_shield.transport.energy_loss import MUON, energy_of, momentum_of
from designopt.detectors.muon_shield.transport.step import Noise, Physics, Track, draw_step, drift, interact, is_stopped
from designopt.detectors.muon_shield.transport.tolerances import Tolerances, scaled
from designopt.units import MeV, m, mm

PLANE = 82 * m
STEPS = 50
CHUNK = 2048

Numbers = Float[Array, " muon"]


class Settings(eqx.Module):
    """How a shield is simulated.

    Attributes:
        softness: blur of every edge of iron and field in mm, for gradients; None for hard edges (as built).
        stopping: kinetic energy in GeV at which half a muon counts as stopped, and its blur; with hard edges a muon
            is stopped at `physics.stopped`.
        steps: per magnet, equal parts of its length, so that faces are exact and the grid moves with the magnet.
        saturation: one flux through all legs, at most 2 T; without, the Challenge's block field.
        physics: which fluctuations take part.
        chunk: muons simulated at a time; they stay in the processor's cache.
        largest_cotangent: the largest derivative of a muon's weight with respect to its place on the way, 1/mm, at
            which cotangents are clipped; None: they are not.
        slit, field_free: mm; see `magnets.installed`.
        tolerances: variations of the shield that the muons share; None: all fly through the shield as drawn.
    """

    softness: Float[Array, ""] | float | None = 10 * mm
    stopping: tuple[float, float] = eqx.field(default=(300 * MeV, 50 * MeV), static=True)
    steps: int = eqx.field(default=STEPS, static=True)
    saturation: bool = eqx.field(default=True, static=True)
    physics: Physics = eqx.field(default_factory=lambda: Physics(stopped=100 * MeV), static=True)
    chunk: int = eqx.field(default=CHUNK, static=True)
    largest_cotangent: float | None = eqx.field(default=None, static=True)
    slit: float = eqx.field(default=0.0, static=True)
    field_free: float = eqx.field(default=0.0, static=True)
    tolerances: Tolerances | None = None

    @property
    def hard(self) -> bool:
        """As built: no edge is soft."""
        return self.softness is None


HARD = Settings(softness=None)


class Exit(eqx.Module):
    """Muons at the plane z = 82 m: mm, a unit vector, GeV; `alive` is 1 for a muon that was not stopped, 0 else."""

    x: Numbers
    y: Numbers
    direction_x: Numbers
    direction_y: Numbers
    direction_z: Numbers
    momentum: Numbers
    alive: Numbers
    charge: Numbers
    weight: Numbers


def draw_noise(key: PRNGKeyArray, muons: int, magnets: int, steps: int = STEPS) -> Noise:
    """Frozen random numbers from `key`: shape (`magnets`, `steps`, `muons`), float32, shared by all designs.

    They belong to the step of a magnet, not to a place, so they move smoothly with the design. Drawn step by step:
    in pieces that stay in the processor's cache this takes a quarter of the time.
    """

    drawn = jax.lax.map(lambda key: draw_step(key, muons), jax.random.split(key, magnets * steps))
    return jax.tree.map(lambda values: values.reshape(magnets, steps, muons), drawn)


def shield_exit(magnets: Magnets, muons: Muons, noise: Noise, settings: Settings = HARD) -> Exit:
    """Where the muons of a sample are when they reach the plane, in float32. Shape (muon,).

    Half drift, bend, lose energy, scatter, half drift, in `settings.steps` equal parts of every magnet; straight on in
    air. Muons start at their own z, inside the first magnet. Differentiable in the magnets unless edges are hard.
    """
    grid, size, starts = _grid(magnets, settings), *_chunks(muons, settings)
    parts = jax.lax.map(lambda start: _fly(grid, *_cut(muons, noise, start, size), settings), starts)
    fresh = muons.count - size * (len(starts) - 1)  # the last chunk overlaps the one before it

    def joined(values: Float[Array, "chunk part"]) -> Numbers:
        return jnp.concatenate([values[:-1].reshape(-1), values[-1, size - fresh :]])

    return jax.tree.map(joined, parts)


def total(
    score: Callable[[Exit], Numbers], magnets: Magnets, muons: Muons, noise: Noise, settings: Settings
) -> Float[Array, ""]:
    """Weighted sum of `score(exit)`, a number per muon, over `muons` through `magnets` (`noise`, `settings`); float64.

    The same as `jnp.sum(exit.weight * score(exit))`, but its derivative with respect to the magnets is taken chunk by
    chunk while the muons are in the cache: memory does not grow with their number.
    """
    return _total(score, _grid(magnets, settings), (muons, noise, settings))


@partial(jax.custom_vjp, nondiff_argnums=(0,))
def _total(score: Callable[..., Any], grid: "Grid", sample: tuple[Muons, Noise, Settings]) -> Float[Array, ""]:
    return _summed(partial(_chunk_total, score), grid, sample)


def _total_forward(score: Callable[..., Any], grid: "Grid", sample: tuple[Muons, Noise, Settings]) -> tuple[Any, ...]:
    return _summed(jax.value_and_grad(partial(_chunk_total, score)), grid, sample)


def _total_backward(score: Callable[..., Any], slope: "Grid", cotangent: Float[Array, ""]) -> tuple[Any, ...]:
    return jax.tree.map(lambda value: (cotangent * value).astype(jnp.float32), slope), None


_total.defvjp(_total_forward, _total_backward)


def _summed(function: Callable[..., Any], grid: "Grid", sample: tuple[Muons, Noise, Settings]) -> Any:
    """Sum over chunks, in float64, of a function of grid, chunk and settings."""
    muons, noise, settings = sample
    size, starts = _chunks(muons, settings)

    def part(start: Int[Array, ""]) -> Any:
        here, numbers = _cut(muons, noise, start, size)
        repeated = jnp.arange(size) + start < start_of_last(start)
        return function(
            grid, eqx.tree_at(lambda m: m.weight, here, jnp.where(repeated, 0, here.weight)), numbers, settings
        )

    def start_of_last(start: Int[Array, ""]) -> Int[Array, ""]:
        return jnp.where(start == starts[-1], size * (len(starts) - 1), 0)

    def add(sums: Any, start: Int[Array, ""]) -> tuple[Any, None]:
        return jax.tree.map(lambda a, b: a + b, sums, part(start)), None

    zero = jax.tree.map(lambda leaf: jnp.zeros(leaf.shape, float), jax.eval_shape(part, starts[0]))
    return jax.lax.scan(add, zero, starts)[0]


def _chunk_total(
    score: Callable[..., Any], grid: "Grid", muons: Muons, noise: Noise, settings: Settings
) -> Float[Array, ""]:
    out = _fly(grid, muons, noise, settings)
    return jnp.sum(out.weight * score(out), dtype=float)


class Grid(eqx.Module):
    """A shield cut into steps, in float32."""

    numbers: Float[Array, "magnet step number"]  # a `Slice`, then z where the step begins, then its depth
    softness: Float[Array, ""] | None


def _grid(magnets: Magnets, settings: Settings) -> Grid:
    fractions = (jnp.arange(settings.steps) + 0.5) / settings.steps
    depth = magnets.lengths / settings.steps
    z = magnets.z_in + depth * jnp.arange(settings.steps)[:, None]
    cut = installed_slices(magnets, fractions, z, settings.saturation, settings.slit, settings.field_free)
    numbers = jnp.stack([*cut, z, jnp.broadcast_to(depth, z.shape)], axis=-1)
    softness = None if settings.softness is None else jnp.asarray(settings.softness, jnp.float32)
    return Grid(jnp.swapaxes(numbers, 0, 1).astype(jnp.float32), softness)


@jax.custom_vjp
def _spread(numbers: Float[Array, " number"], like: Numbers) -> tuple[Numbers, ...]:
    """The numbers of a step, once for each muon. Their derivatives are added up as matrix products.

    Left to itself, XLA on a processor adds up the derivative of every single use of every number, one muon at a time.
    """
    return tuple(jnp.broadcast_to(number, like.shape) for number in numbers)


def _spread_backward(like: Numbers, slopes: tuple[Numbers, ...]) -> tuple[Any, ...]:
    ones = jnp.ones_like(like)
    return jnp.stack([slope @ ones for slope in jax.lax.optimization_barrier(slopes)]), None


_spread.defvjp(lambda numbers, like: (_spread(numbers, like), like), _spread_backward)


def _chunks(muons: Muons, settings: Settings) -> tuple[int, Int[Array, " chunk"]]:
    """Size of a chunk and where each begins; the last begins early enough to be whole."""
    size = min(settings.chunk, muons.count)
    starts = jnp.arange(0, muons.count, size)
    return size, jnp.minimum(starts, muons.count - size)


def _cut(muons: Muons, noise: Noise, start: Int[Array, ""], size: int) -> tuple[Muons, Noise]:
    def part(values: Array) -> Array:
        return jax.lax.dynamic_slice_in_dim(values, start, size, axis=-1)

    return jax.tree.map(part, muons), jax.tree.map(part, noise)


def _fly(grid: Grid, muons: Muons, noise: Noise, settings: Settings) -> Exit:
    """One chunk of muons through the shield."""
    count = grid.numbers.shape[0]
    noise = jax.tree.map(lambda values: values[:count], noise)
    made = None if settings.tolerances is None else settings.tolerances.of_magnets(muons.count)

    @partial(jax.checkpoint, prevent_cse=False)
    def step(track: Track, here: tuple[Any, ...], aside: tuple[Any, ...] | None = None) -> tuple[Track, None]:
        row, numbers = here
        if settings.largest_cotangent is not None:
            track = clipped_cotangents(track, settings.largest_cotangent * muons.weight)
        *cut, z, depth = _spread(row, muons.z)
        depth = jnp.maximum(z + depth - jnp.maximum(z, muons.z), 0)  # not before the muon was born
        half = drift(track, 0.5 * depth)
        if made is None or aside is None:
            matter = matter_at(half.x, half.y, Slice(*cut), grid.softness)
        else:
            matter = matter_at(half.x - aside[0], half.y - aside[1], Slice(*cut), grid.softness)
            matter = scaled(matter, made[0])
        after = interact(half, muons.charge, depth, matter, numbers, settings.physics)
        return drift(after, 0.5 * depth), None

    def magnet(state: tuple[Any, ...], here: tuple[Any, ...]) -> tuple[tuple[Any, ...], None]:
        track, z = state
        rows, numbers, *aside = here
        track = drift(track, jnp.maximum(rows[0, -2] - jnp.maximum(z, muons.z), 0))
        track, _ = jax.lax.scan(partial(step, aside=tuple(aside) or None), track, (rows, numbers))
        return (track, rows[-1, -2] + rows[-1, -1]), None

    track = Track(muons.x, muons.y, muons.direction_x, muons.direction_y, muons.direction_z, energy_of(muons.momentum))
    (track, end), _ = jax.lax.scan(magnet, (track, jnp.float32(-1e9)), (grid.numbers, noise, *(made or ())[1:]))
    track = drift(track, PLANE - jnp.maximum(end, muons.z))
    if settings.hard:
        alive = (~is_stopped(track, settings.physics)).astype(track.x.dtype)
    else:
        where, width = settings.stopping
        alive = jax.nn.sigmoid((track.energy - MUON - where) / width) * (track.direction_z > STEEPEST)
    momentum = momentum_of(track.energy)
    return Exit(track.x, track.y, *track.direction, momentum, alive, muons.charge, muons.weight)
