"""Several sessions at once: the jobs of a list over the cores of this machine."""

import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from designopt.detectors.geant4.job import Job
from designopt.detectors.geant4.session import Events, Geant4Error, Session


def run_jobs(
    session: Session,
    jobs: Sequence[tuple[Job, int]],
    minutes: float = float("inf"),
    at_least: int | None = None,
    workers: int | None = None,
) -> list[Events | Geant4Error]:
    """Every job with its number of events, `workers` at a time (all cores if None), within `minutes` together.

    One result per job, in order; that of a failed job is its error, and the others go on.
    """
    ends = time.monotonic() + 60 * minutes

    def one(job: Job, events: int) -> Events | Geant4Error:
        try:
            return session.run(job, events, (ends - time.monotonic()) / 60, at_least)
        except Geant4Error as error:
            return error

    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as threads:
        return list(threads.map(one, *zip(*jobs, strict=True)))


def run_in_rounds(
    session: Session, jobs: Sequence[tuple[Job, int]], minutes: float, workers: int | None = None
) -> list[Events]:
    """Every job at the same pace, so that a short time leaves some events of each: a tenth, a third, then all.

    The session needs a cache, where each round finds the events of the one before. Raises Geant4Error if a job was
    refused or has no event at all.
    """
    if session.cache is None:
        raise ValueError("Rounds build on each other's events: give the session a cache.")
    ends = time.monotonic() + 60 * minutes
    last: list[Events | Geant4Error] = []
    for share in (0.1, 0.33, 1.0):
        parts = [(job, max(1, round(share * events))) for job, events in jobs]
        last = run_jobs(session, parts, (ends - time.monotonic()) / 60, 1, workers)
        for result in last:
            if isinstance(result, Geant4Error):
                raise result
    return [result for result in last if isinstance(result, Events)]
