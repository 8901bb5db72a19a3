"""Several sessions at once: the jobs of a list over the cores of this machine."""

import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from detectors.geant4.job import Job
from detectors.geant4.session import Events, Geant4Error, Session


def run_jobs(
    session: Session,
    jobs: Sequence[tuple[Job, int]],
    minutes: float = float("inf"),
    at_least: int | None = None,
    workers: int | None = None,
) -> list[Events | Geant4Error]:
    """Every job with its number of events, `workers` at a time (all cores if None), within `minutes` together.

    One answer a job, in order; a job that failed answers with its error and does not stop the others.
    """
    ends = time.monotonic() + 60 * minutes

    def one(job: Job, events: int) -> Events | Geant4Error:
        try:
            return session.run(job, events, (ends - time.monotonic()) / 60, at_least)
        except Geant4Error as error:
            return error

    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as threads:
        return list(threads.map(one, *zip(*jobs, strict=True)))
