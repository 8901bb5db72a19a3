"""A search that renews its muons: evolution of a shield on samples that no design can learn by heart."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray
from numpy import ndarray

from designopt.problem.problem import Problem
from detectors.muon_shield.sample import Sample, draw_sample

STEEPNESS, STEP = 20.0, 3.0  # of the price of a broken side limit, per unit and at once, in units of ln(hits)


@dataclass(frozen=True)
class Round:
    """The centre of the cloud after a round: its wish, its smooth loss and side limits, muons simulated so far."""

    wish: Float[ndarray, " coordinate"]
    loss: float
    violation: float
    muons: int


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


def evolve(
    problem: Problem,
    start: Float[ndarray, " coordinate"],
    rounds: int,
    generations: int = 8,
    population: int = 16,
    width: float = 0.02,
    seed: int = 0,
) -> Iterator[Round]:
    """CMA-ES on the smooth loss of the problem's detector, with fresh muons every `generations` generations.

    The problem's own sample gives the number of muons. Side limits cost steeply, money is the spending map's business.
    Yields the centre of the cloud after every round. Hansen, arXiv 1604.00772.
    """
    import cma

    key, shield = jax.random.key(seed), problem.detector
    draw = jax.jit(partial(_fresh, shield))
    score = jax.jit(partial(_priced, problem))
    cloud = cma.CMAEvolutionStrategy(
        start, width, {"popsize": population, "bounds": [0, 1], "seed": seed + 1, "verbose": -9}
    )
    muons = 0
    for _ in range(rounds):
        key, fresh = jax.random.split(key)
        sample = draw(fresh)
        for _ in range(generations):
            wishes = np.clip(np.array(cloud.ask()), 0.0, 1.0)
            losses = np.asarray(score(sample, wishes)[0])
            cloud.tell(list(wishes), losses.tolist())
            muons += population * problem.events
        centre = np.clip(np.asarray(cloud.mean), 0.0, 1.0)
        loss, violation = score(sample, np.repeat(centre[None], population, axis=0))
        yield Round(centre, float(loss[0]), float(violation[0]), muons)


def _fresh(shield, key: PRNGKeyArray) -> Sample:
    return draw_sample(key, shield.sample.muons.count, shield.bands, shield.rows.shape[0], shield.flight.steps)


def _priced(problem: Problem, sample: Sample, wishes: Float[Array, "wish coordinate"]) -> tuple[Array, Array]:
    """Loss with its side limits, and the sum of what is over them, wish by wish."""
    shield = eqx.tree_at(lambda s: s.sample, problem.detector, sample)

    def one(wish: Float[Array, " coordinate"]) -> tuple[Array, Array]:
        design = problem.decode(wish)
        over = jnp.sum(jnp.maximum(jnp.stack(list(problem.constraints(design).values())), 0.0))
        loss = problem.objective(shield.response(design))
        return loss + STEEPNESS * over + STEP * (over > 0), over

    return jax.lax.map(one, wishes)
