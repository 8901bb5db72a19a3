"""How much memory one design's evaluation takes at a time, from its program before it is compiled."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np


def working_set(program: Any, of: Sequence[bool]) -> int:
    """Largest number of bytes that are needed at a time when the equations of a program run one after the other.

    What does not depend on the arguments `of` does not count: a batch needs it once. Nothing is fused: XLA, which does
    not keep all that it computes on the way, needs less where a design's arrays are small.

    Args:
        program: a closed jaxpr, as `jax.jit(function).trace(...).jaxpr` has it.
        of: for each argument of the program, whether it is the design's own.
    """
    return _peak(program.jaxpr, of)[0]


def _peak(jaxpr: Any, of: Sequence[bool]) -> tuple[int, list[bool]]:
    """The most bytes at a time, and which results depend on the arguments `of`."""
    own = {value for value, mine in zip(jaxpr.invars, of, strict=True) if mine}
    last = {value: place for place, equation in enumerate(jaxpr.eqns) for value in equation.invars if _named(value)}
    last |= {value: len(jaxpr.eqns) for value in jaxpr.outvars if _named(value)}
    ends = np.zeros(len(jaxpr.eqns) + 1)
    live = most = 0.0
    for place, equation in enumerate(jaxpr.eqns):
        given = [_named(value) and value in own for value in equation.invars]
        if not any(given):
            continue
        inside, results = _inside(equation, given)
        for value, mine in zip(equation.outvars, results, strict=True):
            if mine and value in last:
                own.add(value)
                ends[last[value]] += _bytes(value)
                live += _bytes(value)
        most = max(most, live + inside)
        live -= ends[place]
    return int(most), [_named(value) and value in own for value in jaxpr.outvars]


def _inside(equation: Any, given: list[bool]) -> tuple[int, list[bool]]:
    """The most bytes within an equation that holds programs, and which of its results depend on what is `given`."""
    most, results = 0, [True] * len(equation.outvars)
    for jaxpr in _programs(equation.params):
        same = len(jaxpr.invars) == len(given) and equation.primitive.name not in ("scan", "while")
        inside, out = _peak(jaxpr, given if same else [True] * len(jaxpr.invars))
        most = max(most, inside)
        if same and len(out) == len(results):
            results = out
    return most, results


def _named(value: Any) -> bool:
    """Whether it is a variable, not a number that stands in the program."""
    return not hasattr(value, "val")


def _bytes(value: Any) -> int:
    size = np.prod(getattr(value.aval, "shape", ()), dtype=float)
    try:
        return int(size) * np.dtype(value.aval.dtype).itemsize
    except (AttributeError, TypeError):  # a key of random numbers, or a token
        return int(size) * 8


def _programs(parameters: Mapping[str, Any]) -> Iterator[Any]:
    for value in parameters.values():
        for part in value if isinstance(value, tuple | list) else (value,):
            part = getattr(part, "jaxpr", part)
            if hasattr(part, "eqns"):
                yield part
