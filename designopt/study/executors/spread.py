"""Expensive simulators: the runs stay in this process, and every evaluation of a batch is a task of the executor."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from designopt.evaluation.doing import Doing
from designopt.problem.command_detector.side_by_side import spread_by
from designopt.study.executors.anywhere import error_of
from designopt.study.executors.engines import Engine
from designopt.study.executors.local import DEATHS, TICK, ticking
from designopt.study.executors.task import worked_out
from designopt.study.plan import RunPlan
from designopt.study.study import Study


def expensive(study: Study) -> bool:
    """Whether one evaluation of a problem of the study is worth a task of its own."""
    return any(problem.as_built_detector.expensive for problem in study.problems)


def carry_out_spread(engine: Engine, study: Study, run_dir: Path, command: str, tick: Callable[[], None],
                     missing: Sequence[RunPlan], doing: dict[int, Doing]) -> None:  # fmt: skip
    """Run what is missing of a study in this process, one run after the other, with its evaluations on an executor.

    A batch is as wide as the optimiser makes it; every evaluation that has ended is kept by the simulator itself if it
    keeps outputs. A task that is lost is given out again; an executor that is lost is made anew, and the run fails
    where that happens three times in a row without a result.
    """
    plans = study.plans()
    paths = {plan.path(run_dir) for plan in missing}
    over = _Over(engine)
    try:
        with spread_by(over), ticking(tick) as raised:
            for number, plan in enumerate(plans):
                if plan.path(run_dir) in paths and not raised:
                    plan.execute(run_dir, command, partial(doing.__setitem__, number))
                    doing.pop(number, None)
    finally:
        over.end()


class _Over:
    """Maps functions over the workers of an engine."""

    def __init__(self, engine: Engine):
        self._engine, self._executor = engine, engine.start()

    def __call__(self, function: Callable[[Any], Any], items: Sequence[Any]) -> list[Any]:
        """One task an item; results in order. Raises what the function raises, ConnectionError if workers are lost."""
        results: dict[int, Any] = {}
        lost = 0
        while len(results) < len(items):
            before = len(results)
            error = self._round(function, items, results)
            if error is None:
                continue
            lost = 1 if len(results) > before else lost + 1
            if lost >= DEATHS:
                raise ConnectionError(
                    f"{self._engine.name} lost {len(items) - len(results)} evaluations {DEATHS} times in a row "
                    f"({type(error).__name__}: {error}). Resume the study when it works again."
                ) from error
            if not self._engine.died(error):
                self._renew()
        return [results[place] for place in range(len(items))]

    def _round(self, function: Callable[[Any], Any], items: Sequence[Any], results: dict[int, Any]) -> Any:
        """Give out what has no result yet and wait for it; returns how workers were lost, if they were."""
        flying: dict[Future[Any], int] = {}
        error: BaseException | None = None
        try:
            for place, item in enumerate(items):
                if place not in results:
                    flying[self._executor.submit(worked_out, function, item)] = place
        except Exception as refused:
            error = refused
        wait(flying)
        for future, place in flying.items():
            if (raised := error_of(future)) is not None:
                error = raised
                continue
            worked, results[place] = future.result()
            if not worked:
                raise results[place]
        return error

    def _renew(self) -> None:
        with suppress(Exception):
            self._executor.shutdown(wait=False, cancel_futures=True)
        time.sleep(TICK)
        self._executor = self._engine.start()

    def end(self) -> None:
        """End the executor."""
        with suppress(Exception):
            self._executor.shutdown(wait=False, cancel_futures=True)
