"""Evaluations of an expensive simulator side by side: on the executor of the study, or in threads of this process.

A detector whose `expensive` is true hands each of its simulations to `side_by_side`; a study on a cluster then gives
each a task of its own, instead of one task to a whole run.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

Spread = Callable[[Callable[[Any], Any], Sequence[Any]], list[Any]]
"""Applies a function to every item, somewhere, and returns the results in order."""

_spread: list[Spread] = []


@contextmanager
def spread_by(spread: Spread) -> Iterator[None]:
    """Within it, in every thread, `side_by_side` works through `spread`."""
    _spread.append(spread)
    try:
        yield
    finally:
        _spread.remove(spread)


def side_by_side(function: Callable[[Item], Result], items: Sequence[Item], at_once: int = 1) -> list[Result]:
    """The results of a function for all items, in order.

    Args:
        function: a function of a module, or an object with `__call__`, that can be pickled: it may run in another
            process, or twice where a worker dies, so what it leaves behind has to bear that.
        items: what it is called with; equal ones that can be hashed are worked out once.
        at_once: how many threads work on them, where no executor does.

    Raises what the function raises.
    """
    keys: list[Any] = [(item,) if _hashable(item) else place for place, item in enumerate(items)]
    first = {key: item for key, item in reversed(list(zip(keys, items, strict=True)))}
    names, wanted = list(first), list(first.values())
    if _spread:
        found = _spread[-1](function, wanted)
    elif at_once > 1 and len(wanted) > 1:
        with ThreadPoolExecutor(at_once) as pool:
            found = list(pool.map(function, wanted))
    else:
        found = [function(item) for item in wanted]
    results = dict(zip(names, found, strict=True))
    return [results[key] for key in keys]


def _hashable(item: Any) -> bool:
    try:
        hash(item)
    except TypeError:
        return False
    return True
