"""Compiling, by one process at a time: what several want is compiled once, and the others find it in XLA's cache."""

import contextlib
import hashlib
import os
from collections.abc import Iterator
from typing import Any

from designopt.runtime import cache_folder


def compile_once(lowered: Any, *names: object) -> Any:
    """Compile a program; while another process of this machine compiles one of the same names, wait for it first.

    The workers of a study begin with the same programs at the same time. The first compiles, for half a minute of all
    its core, and keeps the result in the cache on the disk (`runtime`), where the others find it.

    Args:
        lowered: what `jax.jit(...).lower(...)` gives.
        names: what tells this program from others; two that share them only wait for each other.
    """
    with alone(*names):
        return lowered.compile()


@contextlib.contextmanager
def alone(*names: object) -> Iterator[None]:
    """Wait until no other process is within for these names. A process that ends, however it does, is out.

    Where files cannot be locked, or the cache's folder cannot be written to, nobody waits.
    """
    file = None
    with contextlib.suppress(ImportError, OSError):
        import fcntl

        folder = cache_folder() / "compiling"
        folder.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(repr(names).encode()).hexdigest()[:24]
        file = os.open(folder / name, os.O_RDWR | os.O_CREAT, 0o666)
        fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        if file is not None:
            os.close(file)
