"""Batches of designs in chunks that fit the processor's cache, all by one program, whatever the size of the batch."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp

import designopt.design  # noqa: F401  # gives JAX 64 bits

Row = Callable[..., Any]

L2 = 1 << 20
"""Bytes of a processor's second cache where the system does not say."""
CAPACITY = 64
"""Rows of the one program that computes batches of every size where designs are computed one after the other."""
_CACHE = Path("/sys/devices/system/cpu/cpu0/cache/index2/size")
_UNITS = {"K": 1 << 10, "M": 1 << 20}


@cache
def second_cache() -> int:
    """Bytes of the processor's second cache, as Linux has it; elsewhere `L2`."""
    try:
        text = _CACHE.read_text().strip()
        return int(text[:-1]) * _UNITS[text[-1]]
    except (OSError, KeyError, ValueError, IndexError):
        return L2


def chunk_for(rows: int, bytes_of_one: int) -> int:
    """How many designs of a batch are computed side by side: `rows`, or fewer where they would not fit.

    On a processor one, where the intermediate results of one design fill more than half of its second cache: several
    would push each other out of it. Smaller designs are bound by the number of calls, and go all together. On an
    accelerator all, or as many as fit half of its memory, a power of two.

    Args:
        rows: designs of the batch.
        bytes_of_one: intermediate results of one design (`working_set`).
    """
    device = jax.local_devices()[0]
    if device.platform == "cpu":
        return rows if 2 * bytes_of_one <= second_cache() else 1
    memory = (device.memory_stats() or {}).get("bytes_limit", 0)
    fitting = memory // (2 * max(bytes_of_one, 1)) if memory else rows
    return rows if fitting >= rows else 1 << max(fitting.bit_length() - 1, 0)


def in_chunks(one: Row, chunk: int) -> Callable[..., Any]:
    """A function of a batch: of points (row, coordinate), of how many of them count, and of what all rows share.

    The rows that count are computed chunk after chunk; what is left of the others is zero, or means nothing.

    Args:
        one: of a point (coordinate,) and of two things that all rows share.
        chunk: rows that are computed side by side; the batch's rows are a multiple of it.
    """
    several = jax.vmap(one, in_axes=(0, None, None))

    def part(points: jax.Array, first: Any, *shared: Any) -> Any:
        if chunk > 1:
            return several(jax.lax.dynamic_slice_in_dim(points, first, chunk), *shared)
        found = one(jax.lax.dynamic_index_in_dim(points, first, keepdims=False), *shared)
        return jax.tree.map(lambda value: jnp.asarray(value)[None], found)

    def batch(points: jax.Array, count: jax.Array, *shared: Any) -> Any:
        shapes = jax.eval_shape(part, points, 0, *shared)
        empty = jax.tree.map(lambda s: jnp.zeros((len(points), *s.shape[1:]), s.dtype), shapes)

        def more(number: Any, so_far: Any) -> Any:
            found = part(points, number * chunk, *shared)
            return jax.tree.map(
                lambda old, new: jax.lax.dynamic_update_slice_in_dim(old, new, number * chunk, 0), so_far, found
            )

        return jax.lax.fori_loop(0, (count + chunk - 1) // chunk, more, empty)

    return batch
