"""Prepare a process before JAX starts: one BLAS thread, double precision, a compilation cache on disk."""

import os
from pathlib import Path


def cache_folder() -> Path:
    """Folder for compiled programs: `DESIGNOPT_CACHE`, or `designopt` in the user's cache folder."""
    chosen = os.environ.get("DESIGNOPT_CACHE")
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(chosen) if chosen else Path(base) / "designopt"


def prepare() -> None:
    """Set what has to be set before JAX is imported. Variables that the user has set are kept.

    Two batched LAPACK solves in one program can hang with several BLAS threads, and scikit-optimize
    is several times slower with them. The physics needs float64: a budget is met to 1e-9.
    """
    for name in ("OPENBLAS_NUM_THREADS", "NPROC"):
        os.environ.setdefault(name, "1")
    os.environ.setdefault("JAX_ENABLE_X64", "true")
    os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(cache_folder() / "xla"))
    os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0.3")
    os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES", "0")


prepare()
