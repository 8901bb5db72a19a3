"""How fast is the tracker's covariance? Ratios from one run on this machine: 100 tracks through 14 layers.

Prints: the mean logarithm of the errors with its gradient against the value alone; a design of a batch of 256 against
one at a time, bare and through the evaluator; JAX against the same formulas as a plain numpy loop over tracks.
"""

from designopt import prepare

prepare()

import statistics
import time
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from designopt.detectors.tracker.layout.surfaces import Layout
from designopt.detectors.tracker.resolution.crossing import Tracks
from designopt.detectors.tracker.resolution.track_parameters import resolution

LAYERS, TRACKS, DESIGNS = 14, 100, 256
FIELD = 2.0


def seconds(call: Callable[[], Any], repeats: int = 15) -> float:
    """Median processor time of a call, after one that compiles: other work on the machine does not count."""
    jax.block_until_ready(call())
    times = []
    for _ in range(repeats):
        begun = time.process_time()
        jax.block_until_ready(call())
        times.append(time.process_time() - begun)
    return statistics.median(times)


def layout_of(radius: jax.Array) -> Layout:
    """Equal layers of 1 % X0 and 10 um."""
    ones, none = jnp.ones_like(radius), jnp.zeros(0)
    return Layout(radius, 3e3 * ones, none, none, none, 0.01 * ones, ones, ones, 0.01 * ones, 0.01 * ones)


def mean_log_error(radius: jax.Array) -> jax.Array:
    """Mean logarithm of the errors of pT, d0 and z0 of the tracks."""
    cot = jnp.linspace(0.0, 1.0, TRACKS)
    tracks = Tracks(pt=jnp.geomspace(1.0, 100.0, TRACKS), cot=cot, vertex=jnp.zeros(TRACKS))
    found = resolution(layout_of(radius), tracks, FIELD, prior=True, parabola=True)
    return jnp.mean(jnp.log(found.pt) + jnp.log(found.d0) + jnp.log(found.z0))


def plain(radius: np.ndarray) -> float:
    """The same with numpy, a track at a time: parabola, covariance matrix, inverses."""
    total, s = 0.0, radius / 1e3
    lever = np.maximum(s[:, None] - s[None, :], 0.0)
    for pt, cot in zip(np.geomspace(1.0, 100.0, TRACKS), np.linspace(0.0, 1.0, TRACKS), strict=True):
        sine = 1 / np.sqrt(1 + cot**2)
        kick2 = (0.0136 / pt * (1 + 0.038 * np.log(0.01))) ** 2 * 0.01 / sine
        for columns, factor in ((3, 1.0), (2, 1 / sine**2)):
            rows = np.stack([s**0, s, s**2 / 2][:columns], axis=1)
            noise = np.eye(s.size) * 1e-10 + factor * kick2 * lever @ lever.T
            found = np.sqrt(np.diag(np.linalg.inv(rows.T @ np.linalg.inv(noise) @ rows)))
            total += np.log(1e3 * found[0]) + (np.log(found[2] * pt / 0.2998 / FIELD) if columns == 3 else 0.0)
    return total / TRACKS


def main() -> None:
    """Measure and print."""
    designs = np.sort(np.random.default_rng(0).uniform(20, 1000, (DESIGNS, LAYERS)), axis=1)
    value, slope = jax.jit(mean_log_error), jax.jit(jax.value_and_grad(mean_log_error))
    batch, batch_slope = jax.jit(jax.vmap(mean_log_error)), jax.jit(jax.vmap(jax.value_and_grad(mean_log_error)))
    one, one_slope = seconds(lambda: value(designs[0])), seconds(lambda: slope(designs[0]))
    many, many_slope = seconds(lambda: batch(designs)) / DESIGNS, seconds(lambda: batch_slope(designs)) / DESIGNS
    loop = seconds(lambda: plain(designs[0]), 5)
    print(f"{TRACKS} tracks x {LAYERS} layers: {one * 1e3:.2f} ms; with gradient {one_slope / one:.2f} x the value")
    print(f"batch of {DESIGNS}: {one / many:.1f} x faster a design; with gradient {many_slope / many:.2f} x the value")
    print(f"plain numpy loop: {loop * 1e3:.1f} ms, {loop / one:.0f} x one design, {loop / many:.0f} x one of a batch")
    print(f"(they differ by {abs(plain(designs[0]) - float(value(designs[0]))):.3f} in the mean logarithm)")


if __name__ == "__main__":
    main()
