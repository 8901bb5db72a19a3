"""Compiled programs belong to their problem; those of the problems used last are kept, all others are dropped.

Programs that are no problem's (a network whose sample grows, for one) stay in JAX's own caches, which bound their
number, not their size. So the process is looked at too: where it has mapped too many pieces of memory, `make_room`
drops all of them, and what is still needed is compiled, or read from the cache on the disk, once more.
"""

import ctypes
import gc
import sys
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from threading import RLock
from typing import Any, Concatenate, ParamSpec, TypeVar

from designopt.processes import MAPS_OF_LINUX, mapped_pieces

PROBLEMS = 16
"""Problems whose programs are kept: those of a study that takes its problems by turns."""

PROGRAMS = 64
"""Programs kept for one problem. A program takes 70 to 300 pieces of memory."""

MOST_MAPS = 10_000
"""Pieces of memory that a process may have mapped before it drops its programs. Measured: 500 at the start, 0.1 MB for
a piece more. Linux stops it at 65,530."""

OFTEN = 2.0
"""Seconds between two counts, which take some milliseconds each."""

Arguments = ParamSpec("Arguments")
Program = TypeVar("Program")
Problem = TypeVar("Problem", bound=Hashable)

_kept: OrderedDict[Hashable, OrderedDict[Any, Any]] = OrderedDict()
_lock = RLock()


class _Room:
    """When maps were counted last, and from how many on all programs are dropped."""

    counted = 0.0
    limit = MOST_MAPS


def program(
    make: Callable[Concatenate[Problem, Arguments], Program],
) -> Callable[Concatenate[Problem, Arguments], Program]:
    """Decorate a function that compiles something for a problem, its first argument: the same call, the same program.

    The other arguments must be hashable. When the programs of more than `PROBLEMS` problems are there, those of the
    problem that was used longest ago are dropped together, and with them their machine code.
    """

    @wraps(make)
    def kept(problem: Problem, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Program:
        key = (make, args, tuple(sorted(kwargs.items())))
        with _lock:
            own = _programs_of(problem)
            if key in own:
                own.move_to_end(key)
                return own[key]
        make_room()
        made = make(problem, *args, **kwargs)  # outside the lock: compiling takes long, and may ask for other programs
        with _lock:
            own = _programs_of(problem)
            own[key] = own.get(key, made)
            own.move_to_end(key)
            while len(own) > PROGRAMS:
                own.popitem(last=False)
            return own[key]

    return kept  # type: ignore[return-value] # `wraps` names the first argument, which a caller may not


def _programs_of(problem: Hashable) -> OrderedDict[Any, Any]:
    own = _kept.setdefault(problem, OrderedDict())
    _kept.move_to_end(problem)
    while len(_kept) > PROBLEMS:
        _kept.popitem(last=False)
    return own


def make_room() -> bool:
    """Drop every program, JAX's own too, if this process has mapped too many pieces of memory; whether it did.

    Called before something is compiled and between evaluations; it counts at most every few seconds. Where what is in
    use takes more than half of what is allowed, that much is allowed from then on, below half of what Linux allows.
    """
    now = time.monotonic()
    if now - _Room.counted < OFTEN:
        return False
    _Room.counted = now
    if mapped_pieces() <= _Room.limit:
        return False
    drop_programs()
    if "jax" in sys.modules:
        sys.modules["jax"].clear_caches()
    gc.collect()  # programs and what they were made from hold each other
    _give_back()
    _Room.limit = min(max(MOST_MAPS, 2 * mapped_pieces()), MAPS_OF_LINUX // 3)
    return True


def _give_back() -> None:
    """Hand freed memory back to the system: glibc keeps what lies below a piece in use, half of a long process's."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)


def drop_programs() -> None:
    """Forget every program of every problem; they are compiled again when they are next needed."""
    with _lock:
        _kept.clear()


def kept_programs() -> dict[Hashable, int]:
    """How many programs are kept, by problem, the one used longest ago first."""
    with _lock:
        return {problem: len(own) for problem, own in _kept.items()}
