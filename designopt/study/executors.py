"""Carry out the missing runs of a study in several processes of this machine."""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from functools import lru_cache
from pathlib import Path

from designopt.runtime import prepare
from designopt.study.script import Script
from designopt.study.study import Study

RESTARTS = 3
"""How often killed worker processes are replaced before the study gives up; what is missing can be resumed."""


@lru_cache(maxsize=1)
def _load(script: Script) -> Study:
    return script.load()


def _execute(script: Script, number: int, run_dir: Path, command: str) -> None:
    """Carry out one run of a study, in a worker process."""
    _load(script).plans()[number].execute(run_dir, command)


def carry_out(
    script: Script, study: Study, run_dir: Path, workers: int, command: str, tick: Callable[[], None]
) -> None:
    """Run what is missing of a study with `workers` processes; `tick` is called a few times a second.

    A worker that dies is replaced and its run goes on from its ledger. Errors that are not a run's own (a
    ledger of another run, an unwritable folder) are raised.
    """
    plans = study.plans()
    for attempt in range(RESTARTS + 1):
        missing = {plan.path(run_dir) for plan in study.missing(run_dir)}
        numbers = [number for number, plan in enumerate(plans) if plan.path(run_dir) in missing]
        if not numbers:
            return
        context = multiprocessing.get_context("spawn")  # never fork a process that has started JAX
        with ProcessPoolExecutor(min(workers, len(numbers)), mp_context=context, initializer=prepare) as pool:
            try:
                _drain([pool.submit(_execute, script, n, run_dir, command) for n in numbers], tick)
                return
            except BrokenProcessPool:
                if attempt == RESTARTS:
                    raise ValueError(
                        f"Worker processes of the study were killed {RESTARTS + 1} times, perhaps for want of memory. "
                        f"Nothing is lost: go on with `designopt resume {run_dir} --workers 1`."
                    ) from None
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise


def _drain(waiting: list[Future[None]], tick: Callable[[], None]) -> None:
    open_futures = set(waiting)
    while open_futures:
        done, open_futures = wait(open_futures, timeout=0.25, return_when=FIRST_COMPLETED)
        for future in done:
            future.result()
        tick()
