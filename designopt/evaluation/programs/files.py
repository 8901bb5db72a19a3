"""Compiled programs on the disk, so that a second start traces nothing: keyed by code, versions, processor and problem.

A program is kept only if all that it was made from can be named: the problem is written out as `pickle` does, and every
function and class in it has to be of this package or of the libraries whose versions are in the key. A file that is
damaged, or that this JAX cannot load, counts as missing.
"""

import contextlib
import hashlib
import io
import logging
import os
import pickle
import platform
import time
from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import BuiltinFunctionType, FunctionType
from typing import Any

from designopt.runtime import cache_folder

KNOWN = ("jax", "jaxlib", "numpy", "equinox", "ml_dtypes")
"""Libraries whose versions are part of every key."""
FROM_PYTHON = ("builtins", "functools", "collections", "copyreg", "operator", "pathlib")
UNUSED = 30 * 86400.0
"""Seconds after which a program that nobody used is deleted."""
DIGEST = 32
_log = logging.getLogger(__name__)


class _Unknown(Exception):
    """Something in a problem is neither ours nor of a library in the key."""


class _Named(pickle.Pickler):
    """Writes an object out, if all code in it is known."""

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, type | FunctionType | BuiltinFunctionType):
            root = (getattr(value, "__module__", None) or "builtins").partition(".")[0]
            if root not in ("designopt", *KNOWN, *FROM_PYTHON):
                raise _Unknown(root)
        return NotImplemented


@cache
def _surroundings() -> bytes:
    """Digest of our code and data, of the versions of the libraries, and of the processor."""
    import jax

    found = hashlib.sha256()
    package = Path(__file__).parents[2]
    for folder in (package, package / "detectors"):  # a link in a checkout, which a search would not follow
        for path in sorted(folder.rglob("*")):
            if path.suffix not in (".pyc", ".md") and path.is_file():
                found.update(f"{path.relative_to(package)}\0".encode() + path.read_bytes())
    for name in KNOWN:
        with contextlib.suppress(PackageNotFoundError):
            found.update(f"{name} {version(name)}\0".encode())
    device = jax.local_devices()[0]
    found.update(
        f"{platform.machine()} {device.device_kind} {device.client.platform_version} {jax.device_count()}\0".encode()
    )
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        found.update("".join(next((x for x in lines if x.startswith(w)), "") for w in ("model name", "flags")).encode())
    found.update(repr([os.environ.get(name) for name in ("XLA_FLAGS", "NPROC")]).encode())
    found.update(repr(jax.config.values.get("jax_default_matmul_precision")).encode())
    return found.digest()


def key_of(problem: Any, *further: Any) -> str | None:
    """Name of what is made from a problem and from further values; None where it may not be kept.

    Args:
        problem: a dataclass, such as `Problem`.
        further: whatever has a `repr` that says all.
    """
    import jax

    if not jax.config.jax_enable_compilation_cache:
        return None
    written = io.BytesIO()
    try:
        _Named(written, protocol=5).dump([(f.name, getattr(problem, f.name)) for f in fields(problem)])
    except Exception:  # whatever a user's object raises when it is written out
        return None
    found = hashlib.sha256(_surroundings() + written.getvalue() + repr(further).encode())
    return found.hexdigest()[:40]


def kept(key: str | None, make: Callable[[], Any], write: Callable[[Any], bytes], read: Callable[[bytes], Any]) -> Any:
    """What is on the disk under the key, or else what `make` gives, which is then kept. One process makes it at a time.

    Args:
        key: from `key_of`; None: it is made, and not kept.
        make: without arguments.
        write: of what was made, its bytes; whatever it raises, nothing is kept.
        read: of those bytes, the same again; whatever it raises, it is made once more.
    """
    if key is None:
        return make()
    path = cache_folder() / "programs" / key
    if (found := _read(path, read)) is not None:
        return found
    with _alone(path.with_suffix(".lock")):
        if (found := _read(path, read)) is not None:
            return found
        made = make()
        _write(path, made, write)
        return made


def _read(path: Path, read: Callable[[bytes], Any]) -> Any | None:
    try:
        content = path.read_bytes()
    except OSError:
        return None
    if hashlib.sha256(content[DIGEST:]).digest() != content[:DIGEST]:
        _log.info("The compiled program %s is damaged, and is made again.", path)
        return None
    try:
        found = read(content[DIGEST:])
        with contextlib.suppress(OSError):
            os.utime(path)  # it was used
        return found
    except Exception as error:
        _log.info("The compiled program %s cannot be loaded (%s), and is made again.", path, error)
        return None


def _write(path: Path, made: Any, write: Callable[[Any], bytes]) -> None:
    try:
        content = write(made)
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(f".{os.getpid()}")
        new.write_bytes(hashlib.sha256(content).digest() + content)
        os.replace(new, path)
        _forget_the_unused(path.parent)
    except Exception as error:  # it works without: a full disk, or a program that cannot be written
        _log.info("The compiled program %s is not kept (%s).", path, error)


def _forget_the_unused(folder: Path) -> None:
    for path in folder.iterdir():
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > UNUSED:
                path.unlink()


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Wait until no other process is within for this file. It is freed when a process ends, however it does."""
    try:
        import fcntl

        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except (ImportError, OSError):  # another system, or a folder that cannot be written: everybody for himself
        yield
        return
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)
