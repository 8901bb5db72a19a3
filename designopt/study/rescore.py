"""The winner of a run, scored again: as built, on fresh events, with ten times the statistics."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from designopt.problem.problem import Problem
from designopt.problem.rounding import as_built
from designopt.programs import program
from designopt.records.trial import Trial
from designopt.stored import StoredJit

REPLICATES = 10
"""Independent event samples of a re-score, each as large as a training sample."""

FRESH = 20_011
"""Seed of the fresh events: the same for every winner of a problem, never used in training."""


@program
def _scored(problem: Problem) -> Callable[..., Any]:
    """Score a built design on many samples. Compiled once for all winners of a problem.

    What comes from outside is asked for all samples at once, so that they can be simulated side by side.
    """

    def fresh(design: dict[str, jax.Array], keys: jax.Array) -> tuple[jax.Array, dict[str, jax.Array]]:
        def one(key: jax.Array) -> tuple[jax.Array, dict[str, jax.Array]]:
            response = problem.as_built_detector.response(design, key)
            return problem.objective(response), response

        return jax.lax.map(one, keys) if problem.as_built_detector.differentiable else jax.vmap(one)(keys)

    return StoredJit(fresh)


def rescore(problem: Problem, trial: Trial) -> dict[str, Any]:
    """A ledger's `winner` record: mean score and its standard error over fresh samples, cost by item, metrics.

    The side limits are those of the trial, since fresh events do not move them.
    """
    _, design, money = as_built(problem)(jnp.asarray(trial.u), jnp.asarray(trial.sharpness))
    keys = jax.random.split(jax.random.key(FRESH), REPLICATES)
    scores, responses = jax.device_get(_scored(problem)(design, keys))  # no program for a mean or for one row of many
    tables = [
        problem.as_built_detector.metrics(jax.tree.map(lambda v, i=i: jnp.asarray(v[i]), responses))
        for i in range(REPLICATES)
    ]
    items = {item: float(part) for item, part in money.items()}
    return {
        "kind": "winner",
        "number": trial.number,
        "score": float(np.mean(scores)),
        "score_error": float(np.std(scores, ddof=1) / np.sqrt(REPLICATES)),
        "events": REPLICATES * problem.events,
        "cost": sum(items.values()),
        "cost_items": items,
        "unspent": problem.budget - sum(items.values()),
        "violations": dict(trial.built_violations),
        "design": {name: np.asarray(value).tolist() for name, value in design.items()},
        "metrics": {label: float(np.mean([table[label] for table in tables])) for label in tables[0]},
        "better": {label: problem.as_built_detector.better(label) for label in tables[0]},
    }
