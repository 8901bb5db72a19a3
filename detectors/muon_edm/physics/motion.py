"""Exact relativistic motion in a magnetic field: turns that keep the momentum's size, in the manner of Boris."""

import math

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.detectors.muon_edm.physics.fields import Fields, Region, Vector
from designopt.detectors.muon_edm.physics.kinematics import BEND, speed

CHUNK = 25
"""Steps between two states that are kept for the derivative; those between them are computed again."""
EVEN = 128.0 / 35.0
"""One over the mean eighth power of a sine."""


def turned(momentum: Vector, field: Vector, path: Float[Array, "*any"]) -> Vector:
    r"""The momentum of a positive unit charge after a path in a uniform field: turned about B, its size kept.

    $p' = p + \frac{2}{1+t^2}(p + p\times t)\times t$, $t = 0.29979\,B s/2p$: Boris 1970. The angle is
    $2\arctan|t|$ instead of $2|t|$, smaller by $|t|^2/3$: 1e-4 for a turn of 0.035, more than any field beside the main
    one makes in a step.

    Args:
        momentum: GeV, shape (..., 3).
        field: T.
        path: mm, along the momentum.
    """
    size = jnp.sqrt(jnp.sum(momentum**2, -1))
    turn = (0.5 * BEND * path / size)[..., None] * field
    middle = momentum + jnp.cross(momentum, turn)
    return momentum + jnp.cross(middle, turn) * (2.0 / (1.0 + jnp.sum(turn**2, -1)))[..., None]


def circling(
    place: Vector, momentum: Vector, main: Float[Array, ""] | float, time: Float[Array, ""] | float
) -> tuple[Vector, Vector]:
    r"""Place and momentum after a time on the helix of a uniform field along z, exact: $\omega = v\,0.29979\,B/p$.

    Args:
        place: mm.
        momentum: GeV, of positive unit charges, which turn clockwise.
        main: B, T.
        time: ns.
    """
    size = jnp.sqrt(jnp.sum(momentum**2, -1))
    v = speed(size)
    angle = v * BEND * main / size * time
    cos, sin = jnp.cos(angle), jnp.sin(angle)
    px, py, pz = momentum[..., 0], momentum[..., 1], momentum[..., 2]
    qx, qy = cos * px + sin * py, cos * py - sin * px
    moved = jnp.stack([(py - qy) / (BEND * main), (qx - px) / (BEND * main), pz / size * v * time], -1)
    return place + moved, jnp.stack([qx, qy, pz], -1)


def farthest(place: Vector, momentum: Vector, main: Float[Array, ""] | float) -> Float[Array, "*any"]:
    """Largest distance from the axis (mm) on the circle that a muon follows in the main field.

    Args:
        place: mm.
        momentum: GeV.
        main: T.
    """
    across = momentum[..., :2] / (BEND * main)
    x, y = place[..., 0] + across[..., 1], place[..., 1] - across[..., 0]
    return jnp.sqrt(x**2 + y**2 + 1e-6) + jnp.sqrt(jnp.sum(across**2, -1))


def step(
    fields: Fields,
    region: Region,
    place: Vector,
    momentum: Vector,
    time: Float[Array, "*any"],
    dt: Float[Array, ""] | float,
) -> tuple[Vector, Vector]:
    """Half a step on the main field's helix, the whole turn of all other fields there, half a step on the helix.

    Second order in the other fields, which are 1 % of the main one, exact in that, and the same backwards in time.

    Args:
        fields: of the design.
        region: the vessel, beyond whose wall the loops' fields fade.
        place: mm.
        momentum: GeV.
        time: ns, at the beginning of the step.
        dt: ns.
    """
    place, momentum = circling(place, momentum, fields.main, 0.5 * dt)
    there = region.fading(farthest(place, momentum, fields.main))
    path = speed(jnp.sqrt(jnp.sum(momentum**2, -1))) * dt
    momentum = turned(momentum, fields.beside(place, time + 0.5 * dt, there), path)
    return circling(place, momentum, fields.main, 0.5 * dt)


class Extent(eqx.Module):
    """How far each muon went, in mm: largest late |z|, largest reach of its circle, largest |z|; and smooth ones.

    `swing` is the late mean of z^8 (mm^8) times 128/35, the amplitude's eighth power where z swings evenly; `circle`
    and `length` are means over the flight of the sixteenth powers of the circle's reach and of z (mm^16).
    """

    reach: Float[Array, " muon"]
    distance: Float[Array, " muon"]
    furthest: Float[Array, " muon"]
    swing: Float[Array, " muon"]
    circle: Float[Array, " muon"]
    length: Float[Array, " muon"]


def late_extent(
    fields: Fields, region: Region, place: Vector, momentum: Vector, start: Float[Array, " muon"],
    dt: float, steps: int, late: float,
) -> Extent:  # fmt: skip
    """Follow every muon, and say how far it went in the last part of its flight.

    Args:
        fields: of the design.
        region: the vessel.
        place: at the beginning, mm, shape (muon, 3).
        momentum: GeV, shape (muon, 3).
        start: ns, on the clock of the kick.
        dt: ns.
        steps: how many; rounded up to whole chunks.
        late: share of the flight, its end, that counts for z.
    """
    chunks = -(-steps // CHUNK)
    counts_from = (1.0 - late) * chunks * CHUNK
    counted = chunks * CHUNK - math.ceil(counts_from)

    def one(state: tuple[Array, Array, Extent], number: Array) -> tuple[tuple[Array, Array, Extent], None]:
        place, momentum, so_far = state
        place, momentum = step(fields, region, place, momentum, start + number * dt, dt)
        far, counts, z = farthest(place, momentum, fields.main), number >= counts_from, place[..., 2]
        extent = Extent(
            jnp.where(counts, jnp.maximum(so_far.reach, jnp.abs(z)), so_far.reach),
            jnp.maximum(so_far.distance, far),
            jnp.maximum(so_far.furthest, jnp.abs(z)),
            so_far.swing + jnp.where(counts, EVEN / counted * z**8, 0.0),
            so_far.circle + far**16 / (chunks * CHUNK),
            so_far.length + z**16 / (chunks * CHUNK),
        )
        return (place, momentum, extent), None

    @jax.checkpoint
    def chunk(state: tuple[Array, Array, Extent], numbers: Array) -> tuple[tuple[Array, Array, Extent], None]:
        return jax.lax.scan(one, state, numbers)

    nothing = jnp.zeros_like(start)
    numbers = jnp.arange(chunks * CHUNK, dtype=float).reshape(chunks, CHUNK)
    first = Extent(nothing, farthest(place, momentum, fields.main), jnp.abs(place[..., 2]), nothing, nothing, nothing)
    (_, _, extent), _ = jax.lax.scan(chunk, (place, momentum, first), numbers)
    return extent
