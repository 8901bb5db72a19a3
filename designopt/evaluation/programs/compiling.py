"""Compiling, by one process at a time: what several want is compiled once, and the others find it in XLA's cache."""

import contextlib
import hashlib
import os
from collections.abc import Iterator

from designopt.runtime import cache_folder


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
