"""Descent on renewed muons: fast ones, whose derivatives mean something, near a design that stops the slow ones."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray
from numpy import ndarray

from designopt.detectors.muon_shield.detector import MuonShield
from designopt.detectors.muon_shield.muons.beam import Bands
from designopt.detectors.muon_shield.muons.sample import Sample, draw_sample
from designopt.problem.constraints import augmented_lagrangian, updated_multipliers
from designopt.problem.problem import Problem
from designopt.units import GeV

SLOWEST = 22 * GeV
FAST = Bands(
    (0.0, SLOWEST, 30.0, 40.0, 60.0, 100.0, 150.0, 200.0, 250.0, 400.0),
    (0.0005, 0.2, 0.2, 0.15, 0.08, 0.08, 0.1, 0.1, 0.09),
)
MARGIN, WEIGHT = 0.001, 500.0  # of the augmented Lagrangian of the side limits


@dataclass(frozen=True)
class Round:
    """Where a round ended: its point, its loss on the muons of the round, side limits, gradients taken so far."""

    u: Float[ndarray, " coordinate"]
    loss: float
    violation: float
    gradients: int


def focused(
    sample: Sample, scores: Float[Array, " muon"], count: int, key: PRNGKeyArray, uniform: float = 0.3
) -> Sample:
    """Muons of a sample drawn again by their share of the loss; weighted back, so sums keep their mean.

    A share `uniform` of them is drawn by weight alone, whatever it scored: another design may let others through.
    """
    if not 0.1 <= uniform <= 1:
        raise ValueError(
            f"A share of {uniform:g} was to be drawn uniformly. Keep at least 0.1, or new leaks go unseen."
        )
    weights = sample.muons.weight.astype(float)
    scores = jnp.maximum(scores.astype(float), 0.0)
    total = jnp.sum(scores)
    by_loss = jnp.where(total > 0, scores / jnp.where(total > 0, total, 1.0), weights / jnp.sum(weights))
    chance = (1 - uniform) * by_loss + uniform * weights / jnp.sum(weights)
    chosen = jax.random.choice(key, weights.size, (count,), p=chance)
    part = jax.tree.map(lambda values: jnp.take(values, chosen, axis=-1), sample)
    renewed = part.muons.weight / (count * chance[chosen])
    return eqx.tree_at(lambda s: s.muons.weight, part, renewed.astype(part.muons.weight.dtype))


def descend(
    problem: Problem,
    start: Float[ndarray, " coordinate"],
    tethers: Sequence[float] = (20.0, 10.0, 10.0, 5.0),
    gradients: int = 16,
    muons: int = 16_000,
    seed: int = 0,
) -> Iterator[Round]:
    r"""L-BFGS on fresh muons above 22 GeV in every round, tethered to the start: loss + $\kappa\,|u - u_0|^2$.

    Four fifths of the baseline's hits are fast muons, and their derivatives are those of the mean. Slow muons fly
    chaotic paths through yokes and windows, so that their leaks are only ever known by counting; near a design that
    stops them they stay few, and the tether keeps the search there until the fast ones are gone. Count every muon
    afterwards. Side limits: augmented Lagrangian. Yields a `Round` after each tether.
    """
    from scipy.optimize import minimize

    origin, u = np.asarray(start, dtype=float), np.asarray(start, dtype=float)
    slope, count = jax.jit(jax.value_and_grad(_tethered(problem, origin), has_aux=True)), 0
    shield, multipliers = cast(MuonShield, problem.detector), jnp.zeros(len(problem.constraint_names))
    draw = jax.jit(lambda key: _fast(draw_sample(key, muons, FAST, shield.rows.shape[0], shield.flight.steps)))
    for number, tether in enumerate(tethers):
        sample = draw(jax.random.fold_in(jax.random.key(seed), number))

        def value(u: ndarray, fixed: tuple = (sample, jnp.asarray(tether), multipliers)) -> tuple[float, ndarray]:
            (loss, _), gradient = slope(jnp.asarray(u), *fixed)
            return float(loss), np.asarray(gradient, dtype=float)

        options = {"maxfun": gradients, "maxiter": gradients, "maxcor": 15}
        end = minimize(value, u, jac=True, method="L-BFGS-B", bounds=[(0.0, 1.0)] * problem.size, options=options)
        u, count = np.clip(end.x, 0.0, 1.0), count + end.nfev
        loss, limits = slope(jnp.asarray(u), sample, jnp.asarray(tether), multipliers)[0][1]
        multipliers = updated_multipliers(limits + MARGIN, multipliers, WEIGHT)
        yield Round(u, float(loss), float(jnp.max(limits)), count)


def _fast(sample: Sample) -> Sample:
    """Only the muons above 22 GeV count."""
    fast = jnp.where(sample.muons.momentum > SLOWEST, sample.muons.weight, 0.0)
    return eqx.tree_at(lambda s: s.muons.weight, sample, fast)


def _tethered(problem: Problem, origin: Float[ndarray, " coordinate"]) -> Callable[..., Any]:
    """The function that is descended, of a point, a sample, a tether and multipliers; with plain loss and limits."""

    def function(
        u: Float[Array, " coordinate"], sample: Sample, tether: Float[Array, ""], multipliers: Float[Array, " limit"]
    ) -> tuple[Array, tuple[Array, Array]]:
        shield = eqx.tree_at(lambda s: s.sample, problem.detector, sample)
        design = problem.decode(u)
        loss = problem.objective(shield.response(design))
        limits = jnp.stack(list(problem.constraints(design).values()))
        penalty = augmented_lagrangian(limits + MARGIN, multipliers, WEIGHT)
        return loss + tether * jnp.sum((u - origin) ** 2) + penalty, (loss, limits)

    return function
