"""Designs and events a second of one problem, in one batch and shared out among the devices."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import jax
import numpy as np

from designopt.evaluation.programs.measured_price import shortest
from designopt.evaluation.programs.one_design import one_design
from designopt.evaluation.simulator import compiled
from designopt.problem.problem import Problem
from designopt.records.trial import Needs

by_the_clock = partial(shortest, clock=time.perf_counter)
"""Devices work beside the processor, so its own time says nothing of them."""


@dataclass(frozen=True)
class Measured:
    """A problem's speed.

    Attributes:
        scores, gradients: designs a second, of score and of loss with gradient; `gradients` None where there is none.
        events: simulated events a second, of scores.
        shared: scores a second of a batch that all devices share; None where there is one device.
        difference: largest relative difference of such a batch's scores from those of one device; None likewise.
    """

    scores: float
    gradients: float | None
    events: float
    shared: float | None
    difference: float | None


def device_names() -> str:
    """How many devices JAX has here, and of which kind."""
    devices = jax.devices()
    return f"{len(devices)} x {devices[0].device_kind} ({devices[0].platform})"


def measured(problem: Problem, rows: int) -> Measured:
    """Compile and time.

    Args:
        problem: whose random designs are simulated.
        rows: designs of a batch; ValueError unless the devices divide it.
    """
    devices = jax.devices()
    if rows < 1 or rows % len(devices):
        raise ValueError(
            f"A batch of {rows} designs cannot be shared out among {len(devices)} devices. Give a multiple."
        )
    points = np.random.default_rng(0).random((rows, problem.size))
    score = compiled(problem, Needs.SCORE, rows)
    scores = rows / by_the_clock(lambda: score(points, 1.0))
    gradients = None
    if problem.gradient_price is not None:
        slope = compiled(problem, Needs.GRADIENT, rows)
        gradients = rows / by_the_clock(lambda: slope(points, 1.0))
    shared = difference = None
    if len(devices) > 1:
        among_all = shared_out(problem, rows)
        shared = rows / by_the_clock(lambda: among_all(points))
        one, several = score(points, 1.0)["score"], among_all(points)
        difference = float(np.max(np.abs(several - one) / np.maximum(np.abs(one), 1e-300)))
    return Measured(scores, gradients, scores * problem.events, shared, difference)


def shared_out(problem: Problem, rows: int) -> Callable[[np.ndarray], np.ndarray]:
    """Scores of a batch of points, shape (row,), whose designs are computed on all devices.

    Args:
        problem: whose designs they are.
        rows: designs of a batch, a multiple of the devices.
    """
    mesh = jax.sharding.Mesh(np.array(jax.devices()), ("design",))
    along = jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec("design"))
    one, key = one_design(problem, Needs.SCORE), None if problem.deterministic else jax.random.key(0)

    def batch(points: jax.Array) -> jax.Array:
        return jax.vmap(lambda u: one(u, jax.numpy.asarray(1.0), key)["score"])(points)

    shape = jax.ShapeDtypeStruct((rows, problem.size), float)
    run = jax.jit(batch, in_shardings=along, out_shardings=along).lower(shape).compile()
    return lambda points: np.asarray(run(jax.device_put(points, along)))
