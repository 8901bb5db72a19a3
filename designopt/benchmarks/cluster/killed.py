"""A study on Dask whose workers are killed: its ledgers against those of an undisturbed one, and its times."""

import os
import random
import signal
import time
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from designopt.benchmarks.campaign.comparison import compare
from designopt.benchmarks.campaign.studies.toy import toy
from designopt.benchmarks.cluster.beginning import own_cache, started
from designopt.evaluation.evaluator import Allowance
from designopt.optimisers.baselines import RandomSearch, SobolSearch
from designopt.optimisers.evolution.cma_es import CmaEs
from designopt.optimisers.evolution.differential_evolution import DifferentialEvolution
from designopt.records.study_record import load
from designopt.study.executors.anywhere import carry_out_anywhere
from designopt.study.executors.engines import Engine, engine_of
from designopt.study.executors.local import carry_out
from designopt.study.executors.spread import carry_out_spread, expensive
from designopt.study.script import Script
from designopt.study.study import Study

CALLS = 48
"""Evaluations that the allowance of a run pays for."""


def study(quick: bool = False) -> Study:
    """Four searches with six seeds each, and a reference; quick: five runs in all."""
    searches = [RandomSearch(batch=4), CmaEs(), SobolSearch(batch=8), DifferentialEvolution(members=8, screened=8)]
    optimisers, seeds = (searches[:2], range(2)) if quick else (searches, range(6))
    return Study("cluster", [toy()], optimisers, seeds, Allowance(CALLS * toy().events))


class Killer:
    """Kills a random worker of a cluster that this process began, every now and then."""

    def __init__(self, engine: Engine, kills: int, pause: tuple[float, float], seed: int):
        self.engine = replace(engine, start=self._start)
        self._begin, self._wanted, self._pause, self._chance = engine.start, kills, pause, random.Random(seed)
        self._cluster: Any = None
        self._next = time.monotonic() + pause[1]
        self.kills = 0

    def _start(self) -> Any:
        executor: Any = self._begin()
        self._cluster = executor.cluster
        return executor

    def tick(self) -> None:
        """Kill, if it is time and enough was not killed yet."""
        if self.kills >= self._wanted or time.monotonic() < self._next:
            return
        processes = [nanny.pid for nanny in self._cluster.workers.values() if nanny.pid]
        if processes:
            with suppress(ProcessLookupError):
                os.kill(self._chance.choice(processes), signal.SIGKILL)
                self.kills += 1
        self._next = time.monotonic() + self._chance.uniform(*self._pause)


def timed(carry: Callable[[], object]) -> float:
    """Seconds of a call."""
    begun = time.monotonic()
    carry()
    return time.monotonic() - begun


def searching(run_dir: Path) -> float:
    """Seconds from the first result of every run to its last, summed: without the start of processes."""
    return sum(run.trials[-1].at - run.trials[0].at for run in load(run_dir).runs if run.trials)


def measure(script: Script, folder: Path, kills: int, seed: int, workers: int, times: bool,
            pause: tuple[float, float] = (0.5, 4.0)) -> dict[str, Any]:  # fmt: skip
    """Kill workers of a cluster until the study ends, hold its ledgers against undisturbed ones; time the workers.

    Every part has a cache of its own, so that none finds what another has simulated or compiled. `pause` has the
    shortest and longest time from a kill to the next in seconds: fewer than `kills` fall where the study ends first.
    """
    right = own_cache(folder / "undisturbed")
    plans = script.load()
    found: dict[str, Any] = {"runs": len(plans.plans()), "allowance of a run": plans.allowance.events}
    kept = script.keep(right)
    found["this process, s"] = timed(lambda: carry_out(kept, plans, right, 1, "benchmark", lambda: None))
    found["this process, from the first result of a run to its last, s"] = searching(right)
    killer = Killer(engine_of("dask", workers), kills, pause, seed)
    place, engine = own_cache(folder / "dask"), killer.engine
    found[f"dask, {workers} workers, killed, s"] = timed(lambda: on(engine, script, place, killer.tick))
    found["kills"] = killer.kills
    differences = compare(place, right)
    found["differences"] = {
        "same": differences.same, "lost": differences.lost, "doubled": differences.doubled,
        "different": differences.different, "others": differences.others,
    }  # fmt: skip
    for number in range(1, workers + 1) if times else ():
        engine, place, starts = engine_of("dask", number), own_cache(folder / f"dask-{number}"), [0.0]
        clocked = replace(engine, start=partial(_clocked, engine, starts))
        found[f"dask, {number} workers, s"] = timed(partial(on, clocked, script, place))
        found[f"dask, {number} workers, of it starting the cluster, s"] = sum(starts)
        found[f"dask, {number} workers, from the first result of a run to its last, s"] = searching(place)
    return found


def _clocked(engine: Engine, seconds: list[float]) -> Executor:
    """Start an executor, and note how long that took."""
    executor, took = started(engine)
    seconds.append(took)
    return executor


def on(engine: Engine, script: Script, run_dir: Path, tick: Callable[[], None] = lambda: None) -> None:
    """Carry out a script's study on an engine, as `designopt run` does: a task a run, or an evaluation."""
    kept = script.keep(run_dir)
    loaded = kept.load()
    if expensive(loaded):
        carry_out_spread(engine, loaded, run_dir, "benchmark", tick, loaded.missing(run_dir), {})
        return
    carry_out_anywhere(engine, kept, loaded, run_dir, "benchmark", tick, loaded.missing(run_dir))
