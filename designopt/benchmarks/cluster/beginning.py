"""What it costs until workers of a cluster simulate: their start, importing, compiling; and what an evaluation costs.

Importing this imports no JAX: a worker is timed from before it does.
"""

import os
import time
from concurrent.futures import Executor
from contextlib import suppress
from pathlib import Path
from typing import Any

from designopt.study.executors.engines import Engine, engine_of

HITS, MISSES = "/jax/compilation_cache/cache_hits", "/jax/compilation_cache/cache_misses"
COMPILED = "/jax/core/compile/backend_compile_duration"
"""Events that JAX tells of: a program that its cache on the disk has or has not, seconds of reading or compiling."""


def begin(problem: str, rows: int = 8) -> dict[str, float]:
    """Processor seconds of a new process until it simulates, and of a batch after that; the first three by the clock.

    Args:
        problem: a registered name.
        rows: designs of a batch.

    `the first batch, but for a later one` holds tracing, and compiling or reading what another process has compiled.
    """
    clock, began = time.perf_counter(), time.process_time()
    from designopt.runtime import prepare

    prepare()
    import jax
    import numpy as np

    from designopt.evaluation.evaluator import Allowance, Evaluator
    from designopt.problem.registry import make

    imported = time.process_time()
    told = {HITS: 0.0, MISSES: 0.0, COMPILED: 0.0}

    def count(event: str, **_: Any) -> None:
        told[event] = told.get(event, 0.0) + 1.0

    def add(event: str, duration_secs: float, **_: Any) -> None:
        told[event] = told.get(event, 0.0) + duration_secs

    jax.monitoring.register_event_listener(count)
    jax.monitoring.register_event_duration_secs_listener(add)
    made = make(problem)
    evaluator = Evaluator(made, Allowance(3 * rows * made.events))
    there = time.process_time()
    points = np.random.default_rng(0).random((3, rows, made.size))
    evaluator.evaluate(points[0])
    first, all_by_the_clock = time.process_time(), time.perf_counter() - clock
    for batch in points[1:]:
        evaluator.evaluate(batch)
    later = (time.process_time() - first) / 2
    return {
        "process": float(os.getpid()), "importing": imported - began, "making the problem": there - imported,
        "the first batch, but for a later one": first - there - later, "a later batch": later,
        "compiling or reading, by the clock": told[COMPILED], "programs found in the cache": told[HITS],
        "programs not found": told[MISSES], "all until the first batch, by the clock": all_by_the_clock,
    }  # fmt: skip


def own_cache(folder: Path) -> Path:
    """The folder of a run, after processes that this one begins were given an empty cache beside it."""
    cache = folder.with_name(f"{folder.name}-cache")
    os.environ["DESIGNOPT_CACHE"] = str(cache)
    os.environ["JAX_COMPILATION_CACHE_DIR"] = str(cache / "xla")  # `prepare` has set it for this process
    return folder


def started(engine: Engine) -> tuple[Executor, float]:
    """An executor, and the seconds that its start took."""
    begun = time.monotonic()
    return engine.start(), time.monotonic() - begun


def beginnings(problem: str, workers: int, folder: Path) -> dict[str, Any]:
    """What every worker of a new Dask cluster spends until it simulates: with an empty cache, and with a filled one."""
    own_cache(folder / "begin")
    found: dict[str, Any] = {}
    for cache in ("empty", "filled"):
        executor, seconds = started(engine_of("dask", workers))
        try:
            tasks = [executor.submit(begin, problem) for _ in range(workers)]
            each = [{name: round(value, 2) for name, value in task.result().items()} for task in tasks]
        finally:
            with suppress(TimeoutError):  # a cluster on a busy machine takes longer to end than is waited for
                executor.shutdown()
        found[f"cache {cache}"] = {"starting the cluster": round(seconds, 2), "workers": each}
    return found
