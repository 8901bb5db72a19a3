"""A key gives other events, and their mean agrees with the training events."""

import jax
import jax.numpy as jnp
import numpy as np

from designopt.testing.rules.case import Case

KEYS = 12
"""Samples of fresh events."""
SPREADS = 5.0
"""Standard deviations of one sample by which training and fresh events may differ."""
ROUNDING = 1e-9


def fresh_events_agree(case: Case) -> str | None:
    """A built design on twelve keys: the same key, the same score; others differ; their mean is that of training."""
    problem = case.problem
    u = case.at_references[0] if len(case.at_references) else case.inside[0]
    built = jax.jit(problem.build)(jnp.asarray(u))
    keys = jax.random.split(jax.random.key(20_011 + case.seed), KEYS)
    detector = problem.as_built_detector

    def one(key: jax.Array) -> jax.Array:
        return problem.objective(detector.response(built, key))

    run = jax.jit(lambda keys: jax.lax.map(one, keys))
    scores, again = np.asarray(run(keys), float), np.asarray(run(keys), float)
    if not np.array_equal(scores, again, equal_nan=True):
        row = int(np.argmax(scores != again))
        case.fail(
            "fresh-events",
            f"the same key gave the score {scores[row]:.9g} and then {again[row]:.9g}.",
            "Draw every random number from `key`.",
        )
    trained = float(case.evaluated(u[None])["score"][0])
    scale = ROUNDING * max(1.0, abs(trained))
    spread, mean = float(np.std(scores, ddof=1)), float(np.mean(scores))
    if spread <= scale:
        if abs(mean - trained) <= scale:
            return "a key changes nothing: the response has no random events"
        case.fail(
            "fresh-events",
            f"every key gives the score {mean:.9g}, and no key {trained:.9g}.",
            "Draw the events from `key`: all keys give the same ones.",
        )
    away = abs(mean - trained) / (spread * np.sqrt(1.0 + 1.0 / KEYS))
    if not away <= SPREADS:
        case.fail(
            "fresh-events",
            f"the training events give the score {trained:.6g}, fresh ones {mean:.6g} with a spread of {spread:.2g} a "
            f"sample: {away:.1f} standard deviations.",
            "Simulate both with the same physics; more training events, if the search has overfitted few of them.",
        )
    return None
