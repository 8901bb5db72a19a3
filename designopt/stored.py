"""Programs that are traced once: their lowered form is kept on the disk, beside the machine code that XLA keeps.

What comes before compiling, tracing a function and lowering it, takes seconds of every process again. A program is
recognised by the `fingerprint` of its function and of all that it holds; where that is not known, or the program asks
something outside JAX, it is traced as by `jax.jit`. One process traces and compiles while the others wait, and find
the program in XLA's cache.
"""

import contextlib
import hashlib
import inspect
import os
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from functools import update_wrapper
from pathlib import Path
from typing import Any, Generic, ParamSpec, TypeVar

import jax
import numpy as np

import designopt.design  # noqa: F401  # gives JAX 64 bits
from designopt.fingerprint import NotKnown, fingerprint
from designopt.plain_form import plain, whole
from designopt.runtime import cache_folder

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

MOST = 400
"""Programs kept on the disk, some 0.3 MB each; the ones that nobody used for the longest time make room for others."""
SHAPES = 16
"""Programs of one function that a process keeps, each for its shapes and fixed arguments."""
ARRAYS = (jax.Array, np.ndarray, np.generic, jax.ShapeDtypeStruct)
ARRAY = type("Array", (), {})()
"""Stands for an array among the fixed arguments."""
QUICKLY: dict[str, str | bool] = {"xla_backend_optimization_level": "0", "xla_cpu_use_fusion_emitters": False}
"""How XLA compiles in a third of the time what then takes a few times as long to run."""


class StoredJit(Generic[Arguments, Result]):
    """A function that is compiled for its arrays, and whose lowered programs are kept on the disk.

    Arrays among the arguments, also within containers and dataclasses, are traced; everything else is hashable and
    fixed: each value has a program of its own. The result is arrays, in containers and dataclasses too.

    Args:
        function: what is compiled.
        numbers: whether `float`s are traced as well, so that one program serves all of their values.
        quickly: whether compiling is to take little time, and running more: for what is asked once or twice and
            simulates no events.
    """

    def __init__(self, function: Callable[Arguments, Result], numbers: bool = False, quickly: bool = False):
        self._function, self._signature, self._quickly = function, inspect.signature(function), quickly
        self._kinds = (*ARRAYS, float) if numbers else ARRAYS
        self._programs: OrderedDict[Any, Any] = OrderedDict()
        update_wrapper(self, function)

    def __call__(self, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        """What the function gives."""
        arrays, key = self._split(args, kwargs)
        if any(isinstance(array, jax.core.Tracer) for array in arrays):  # it becomes part of another program
            return self._function(*args, **kwargs)
        if key not in self._programs:
            file = self._file(*key)
            with contextlib.nullcontext() if file is None else alone(file.name):
                self._programs[key] = _compiled(jax.jit(self._program(file, *key)).lower(*arrays), self._quickly)
            while len(self._programs) > SHAPES:
                self._programs.popitem(last=False)
        return whole(self._programs[key](*arrays))

    def lower(self, *args: Any, **kwargs: Any) -> jax.stages.Lowered:
        """As of `jax.jit`, for arrays or `jax.ShapeDtypeStruct`s; what is compiled takes the arrays one by one."""
        _, key = self._split(args, kwargs)
        return jax.jit(self._program(self._file(*key), *key)).lower(*map(_shape, key[2]))

    def _split(self, args: Any, kwargs: Any) -> tuple[list[Any], tuple[Any, tuple[Any, ...], tuple[Any, ...]]]:
        """The arrays, and what tells programs apart: how things hang together, what is fixed, and the shapes."""
        given = self._signature.bind(*args, **kwargs)
        leaves, tree = jax.tree.flatten((given.args, given.kwargs))
        arrays = [leaf for leaf in leaves if isinstance(leaf, self._kinds)]
        fixed = tuple(ARRAY if isinstance(leaf, self._kinds) else leaf for leaf in leaves)
        return arrays, (tree, fixed, tuple(map(jax.typeof, arrays)))

    def _program(
        self, file: Path | None, tree: Any, fixed: tuple[Any, ...], shapes: tuple[Any, ...]
    ) -> Callable[..., Any]:
        """The function of the arrays, as it was stored if it was."""

        def flat(*arrays: Any) -> Any:
            rest = iter(arrays)
            args, kwargs = jax.tree.unflatten(tree, [next(rest) if leaf is ARRAY else leaf for leaf in fixed])
            return plain(self._function(*args, **kwargs))

        if file is None:
            return flat
        exported = _read(file) or _written(file, flat, shapes)
        return exported.call if exported else flat

    def _file(self, tree: Any, fixed: tuple[Any, ...], shapes: tuple[Any, ...]) -> Path | None:
        """Where the lowered program is kept, if it can be told from others."""
        rest = iter(shapes)
        described = [str(next(rest)) if leaf is ARRAY else [leaf] for leaf in fixed]
        return _place(self._function, jax.tree.unflatten(tree, described))


def _compiled(lowered: jax.stages.Lowered, quickly: bool) -> jax.stages.Compiled:
    if quickly and jax.default_backend() == "cpu":
        with contextlib.suppress(jax.errors.JaxRuntimeError):  # a version of XLA that knows other options
            return lowered.compile(QUICKLY)
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


def stored_number(find: Callable[[], int], *of: Any) -> int:
    """A whole number that takes long to find, from the disk where it was found before.

    Args:
        find: finds it; an error of its own is passed on.
        of: all that the number depends on; where nothing can tell it from others, it is found anew.
    """
    file = _place(find.__qualname__, *of)
    if file is None:
        return find()
    with contextlib.suppress(OSError, ValueError):
        return int(file.read_text())
    number = find()
    _write(file, str(number).encode())
    return number


def once(check: Callable[..., None], *of: Any) -> None:
    """Look at something that takes long, unless a process of this machine has found it in order before.

    Args:
        check: of `of`; raises an error where it is not in order.
        of: what is looked at; where nothing can tell it from others, it is looked at each time.
    """

    def found() -> int:
        check(*of)
        return 1

    stored_number(found, check.__qualname__, *of)


def _place(*identity: Any) -> Path | None:
    """Where something is kept that depends on all of `identity`; None where nothing tells that from others."""
    try:
        return cache_folder() / "traced" / fingerprint(*identity, jax.default_backend())
    except NotKnown:
        return None


def _shape(shape: Any) -> jax.ShapeDtypeStruct:
    return jax.ShapeDtypeStruct(shape.shape, shape.dtype, weak_type=shape.weak_type)


def _read(file: Path) -> Any:
    """The program of a file; None where there is none, or it cannot be read by this version of JAX."""
    try:
        content = file.read_bytes()
        from jax import export

        os.utime(file)
        return export.deserialize(bytearray(content))
    except Exception:  # a damaged file is written again
        return None


def _written(file: Path, function: Callable[..., Any], shapes: Iterable[Any]) -> Any:
    """The program, kept in the file; None where it has no form that a file could hold."""
    from jax import export

    try:
        exported = export.export(jax.jit(function))(*map(_shape, shapes))
        content = exported.serialize()
    except Exception:  # an error of the function's own comes again where it is traced
        return None
    _write(file, bytes(content))
    return exported


def _write(file: Path, content: bytes) -> None:
    """Keep a file, whole or not at all, though others may be writing the same one; nothing where that cannot be."""
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            draft.write_bytes(content)
            draft.replace(file)
        finally:
            draft.unlink(missing_ok=True)
        for old in sorted(file.parent.iterdir(), key=lambda one: one.stat().st_mtime, reverse=True)[MOST:]:
            old.unlink(missing_ok=True)
