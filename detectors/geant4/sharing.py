"""Share the showers of a verification among its energies so that all of them are known about as well."""

import time
from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Float, Int

from designopt.detectors.geant4.cache import Cache
from designopt.detectors.geant4.job import Job
from designopt.detectors.geant4.session import Events
from designopt.detectors.geant4.showers import FEWEST, showers

LOOK = 0.5
"""Part of the showers that is shared equally, to see how much a shower tells at each energy."""


def alike(
    jobs: Sequence[Job],
    total: int,
    relative_error: Callable[[int, Events], float],
    labels: Sequence[str],
    minutes: float | None,
    cache: Cache | None,
) -> list[Events]:
    """About `total` showers of all jobs together: half shared equally, the others where the errors are largest.

    `relative_error(i, events)` is the relative error of what the events of job i measure; it falls as the root of
    their number. Where tails are long (leakage), a hundred showers say less than elsewhere ten. Raises ValueError as
    `showers` does.
    """
    began = time.monotonic()
    first = [max(FEWEST, round(LOOK * total / len(jobs)))] * len(jobs)
    half = None if minutes is None else LOOK * minutes
    found = showers(list(zip(jobs, first, strict=True)), labels, half, cache)
    seen = np.array([len(events.energy) for events in found])
    variance = seen * np.square([relative_error(i, events) for i, events in enumerate(found)])
    numbers = topped_up(seen, variance, max(total, int(seen.sum())))
    left = None if minutes is None else max(minutes - (time.monotonic() - began) / 60, 0.0)
    if left == 0.0 or not np.any(numbers > seen):
        return found
    return showers([(job, int(number)) for job, number in zip(jobs, numbers, strict=True)], labels, left, cache)


def topped_up(
    seen: Int[np.ndarray, " job"], variance: Float[np.ndarray, " job"], total: int
) -> Int[np.ndarray, " job"]:
    r"""Numbers of events, `total` together and no fewer than `seen`, whose largest error is as small as can be.

    Those that grow end at one error, $n_i = \lambda v_i$ with the variance $v_i$ of one event; the others know enough.

    Returns a whole number of events for each job.
    """
    order = np.argsort(seen / variance)  # the worst known first
    numbers = seen.astype(float)
    for last in range(1, len(seen) + 1):
        growing = order[:last]
        level = (total - seen.sum() + seen[growing].sum()) / variance[growing].sum()
        if last == len(seen) or level <= seen[order[last]] / variance[order[last]]:
            numbers[growing] = level * variance[growing]
            break
    return np.maximum(np.round(numbers), seen).astype(int)
