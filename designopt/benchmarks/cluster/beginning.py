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

HITS, READ = "/jax/compilation_cache/cache_hits", "/jax/compilation_cache/cache_retrieval_time_sec"
COMPILED = "/jax/core/compile/backend_compile_duration"
"""Events that JAX tells of: a program found in its cache on the disk, seconds of reading or compiling it."""


def begin(problem: str, rows: int = 8) -> dict[str, float]:
    """Seconds that a new process spends on everything before it simulates, and on a batch after that.

    Args:
        problem: a registered name.
        rows: designs of a batch.

    `the first batch, but for the second` holds tracing, and compiling or reading: `found in the cache` counts programs.
    """
    began = time.perf_counter()
    from designopt.runtime import prepare

    prepare()
    import jax
    import numpy as np

    from designopt.evaluation.evaluator import Allowance, Evaluator
    from designopt.problem.registry import make

    imported = time.perf_counter()
    told = {HITS: 0.0, COMPILED: 0.0}

    def count(event: str, **_: Any) -> None:
        told[HITS] += float(event == HITS)

    def add(event: str, seconds: float, **_: Any) -> None:
        told[COMPILED] += seconds * (event == COMPILED)

    jax.monitoring.register_event_listener(count)
    jax.monitoring.register_event_duration_secs_listener(add)
    made = make(problem)
    evaluator = Evaluator(made, Allowance(3 * rows * made.events))
    there = time.perf_counter()
    points = np.random.default_rng(os.getpid()).random((3, rows, made.size))
    ends = []
    for batch in points:
        evaluator.evaluate(batch)
        ends.append(time.perf_counter())
    later = (ends[2] - ends[0]) / 2
    return {
        "process": float(os.getpid()), "importing": imported - began, "making the problem": there - imported,
        "the first batch, but for the second": ends[0] - there - later, "of it compiling or reading": told[COMPILED],
        "found in the cache": told[HITS], "a later batch": later,
    }  # fmt: skip


def started(engine: Engine) -> tuple[Executor, float]:
    """An executor, and the seconds that its start took."""
    begun = time.monotonic()
    return engine.start(), time.monotonic() - begun


def beginnings(problem: str, workers: int, folder: Path) -> dict[str, Any]:
    """What every worker of a new Dask cluster spends until it simulates: with an empty cache, and with a filled one."""
    os.environ["DESIGNOPT_CACHE"] = str(folder / "cache")
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
