"""What a process needs for JAX: one thread for BLAS, a cache of compiled programs, and 64 bits.

`import designopt` changes nothing of the process around it. Two things are set, each in one place:

* **Threads and cache**, by `prepare()`, which has to come before JAX is imported. The command line and its worker
  processes call it themselves. Whoever uses designopt as a library calls `designopt.prepare()` first, or sets
  `OPENBLAS_NUM_THREADS=1` and `NPROC=1` in the environment. Without it a simulation may hang: on two cores a compiled
  program with two independent batched LAPACK solves of about 60 rows or more did so with jax 0.10.2 (none of 11 runs
  with batches of 100 systems of 161 rows returned in one series; with one thread each took 1.2 s). Scikit-optimize is
  several times slower with several threads. The first simulation says so once, as a `ThreadWarning`.
* **64 bits**, by `start_jax()`, when `designopt.design` is imported, which is at the first use of a variable, a problem
  or an optimiser. It holds for the whole process, because JAX knows no other way; without it no design could cost the
  budget to 1e-9. Arrays that were made before keep their 32 bits.
"""

import os
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path

ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "NPROC": "1"}


class ThreadWarning(UserWarning):
    """Simulations of this process may hang, because BLAS may use several threads."""


def cache_folder() -> Path:
    """Folder for compiled programs: `DESIGNOPT_CACHE`, or `designopt` in the user's cache folder."""
    chosen = os.environ.get("DESIGNOPT_CACHE")
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(chosen) if chosen else Path(base) / "designopt"


def one_thread(environment: Mapping[str, str]) -> bool:
    """Whether an environment, or a machine of one core, keeps BLAS and JAX to one thread each."""
    return os.cpu_count() == 1 or all(environment.get(name) == value for name, value in ONE_THREAD.items())


def prepare() -> None:
    """Set the environment of this process and its children for JAX: one thread for BLAS, a cache of compiled programs.

    Call it before JAX is imported. Variables that are set already are kept: `OPENBLAS_NUM_THREADS`, `NPROC`,
    `JAX_COMPILATION_CACHE_DIR` (see `cache_folder`), `JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS` and
    `JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES`. Warns with a `ThreadWarning` if JAX was imported with several threads,
    because then only the processes that this one starts are prepared.
    """
    if "jax" in sys.modules and not one_thread(os.environ):
        warnings.warn(
            "designopt.prepare() came after JAX was imported, so this process keeps several threads and may hang in "
            "batched LAPACK solves. Call it before anything that imports JAX.",
            ThreadWarning,
            stacklevel=2,
        )
        _State.warned = True
    for name, value in ONE_THREAD.items():
        os.environ.setdefault(name, value)
    os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(cache_folder() / "xla"))
    os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
    os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES", "0")


class _State:
    """What was found when JAX started, and whether it was said."""

    single = True
    warned = False


def start_jax() -> None:
    """Import JAX with 64 bits, and note whether it started with one thread. `designopt.design` calls it."""
    _State.single = one_thread(os.environ)
    import jax

    jax.config.update("jax_enable_x64", True)


def warn_of_threads() -> None:
    """Say once in a process that simulates that it may hang. The evaluator calls it."""
    if _State.single or _State.warned:
        return
    _State.warned = True
    warnings.warn(
        "JAX started with several threads for BLAS: a simulation that solves batches of 60 linear equations or more "
        "may hang. Call designopt.prepare() before JAX is imported, or set OPENBLAS_NUM_THREADS=1 and NPROC=1.",
        ThreadWarning,
        stacklevel=3,
    )
