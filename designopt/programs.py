"""Compiled programs belong to their problem; those of the problems used last are kept, all others are dropped."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from threading import RLock
from typing import Any, Concatenate, ParamSpec, TypeVar

PROBLEMS = 4
"""Problems whose programs are kept: more than a run needs at a time."""

PROGRAMS = 64
"""Programs kept for one problem. A program takes some 70 of the 65,530 pieces of memory that Linux lets a process map,
so those of `PROBLEMS` problems stay below a third of them."""

Arguments = ParamSpec("Arguments")
Program = TypeVar("Program")
Problem = TypeVar("Problem", bound=Hashable)

_kept: OrderedDict[Hashable, OrderedDict[Any, Any]] = OrderedDict()
_lock = RLock()


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
        made = make(problem, *args, **kwargs)  # outside the lock: compiling takes long, and may ask for other programs
        with _lock:
            own = _programs_of(problem)
            own[key] = own.get(key, made)
            own.move_to_end(key)
            while len(own) > PROGRAMS:
                own.popitem(last=False)
            return own[key]

    return kept


def _programs_of(problem: Hashable) -> OrderedDict[Any, Any]:
    own = _kept.setdefault(problem, OrderedDict())
    _kept.move_to_end(problem)
    while len(_kept) > PROBLEMS:
        _kept.popitem(last=False)
    return own


def drop_programs() -> None:
    """Forget every program of every problem; they are compiled again when they are next needed."""
    with _lock:
        _kept.clear()


def kept_programs() -> dict[Hashable, int]:
    """How many programs are kept, by problem, the one used longest ago first."""
    with _lock:
        return {problem: len(own) for problem, own in _kept.items()}
