"""Executors by name: this machine, Dask, or a function of one's own that returns a `concurrent.futures.Executor`."""

import importlib
import inspect
import os
import sys
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from designopt.optimisers.extras import lacking
from designopt.runtime import cache_folder

LOCAL, DASK = "local", "dask"
LONELY = 30
"""Seconds to wait for a scheduler, or for its first worker."""


def _never(error: BaseException) -> bool:
    return False


@dataclass(frozen=True)
class Engine:
    """A way to get executors.

    Attributes:
        name: as people call it, in sentences.
        start: makes an executor; called again where one was lost.
        died: whether an error of a future says that a task's own worker died, and not that the executor is lost.
    """

    name: str
    start: Callable[[], Executor]
    died: Callable[[BaseException], bool] = _never


def engine_of(executor: str, workers: int, scheduler: str | None = None) -> Engine:
    """The engine with this name: "dask", or "MODULE:FUNCTION".

    A function of one's own returns an executor; it may take `workers`. Raises ValueError, in a sentence, for anything
    that is none, and for a scheduler that is not Dask's.
    """
    if executor == DASK:
        return _dask(workers, scheduler)
    if scheduler is not None:
        raise ValueError(f"Only Dask has a scheduler, not '{executor}'. Add `--executor dask`, or leave it out.")
    module, colon, name = executor.partition(":")
    if not colon or not module or not name:
        raise ValueError(
            f"No executor is called '{executor}'. Write local, dask, or MODULE:FUNCTION, where the function returns a "
            "concurrent.futures.Executor."
        )
    return Engine(f"the executor of {executor}", _own(executor, module, name, workers))


def _own(spelt: str, module: str, name: str, workers: int) -> Callable[[], Executor]:
    if os.getcwd() not in sys.path:
        sys.path.append(os.getcwd())
    try:
        function = getattr(importlib.import_module(module), name, None)
    except Exception as error:
        raise ValueError(
            f"The module of the executor '{spelt}' cannot be imported ({type(error).__name__}: {error}). Correct its "
            "name, or install what it needs."
        ) from error
    if not callable(function):
        raise ValueError(f"The module {module} has no function '{name}' that could make an executor.")

    def start() -> Executor:
        try:
            takes = "workers" in inspect.signature(function).parameters
            made: Any = function(workers=workers) if takes else function()
        except Exception as error:
            raise ValueError(
                f"{spelt} cannot be called ({type(error).__name__}: {error}). Let it take nothing, or `workers`, and "
                "return a concurrent.futures.Executor."
            ) from error
        missing = [method for method in ("submit", "shutdown") if not callable(getattr(made, method, None))]
        if missing:
            raise ValueError(
                f"{spelt} returned {type(made).__name__}, which has no `{missing[0]}`. Let it return a "
                "concurrent.futures.Executor."
            )
        return made

    return start


def _dask(workers: int, scheduler: str | None) -> Engine:
    if lacking(["distributed"]):
        raise ValueError("`--executor dask` needs dask and distributed, not installed here: pip install distributed.")
    os.environ.setdefault("DASK_LOGGING__DISTRIBUTED", "critical")  # what a person has to know is said by us
    from distributed import KilledWorker

    def start() -> Executor:
        from distributed import Client, LocalCluster

        if scheduler is None:
            scratch = cache_folder() / "dask"
            scratch.mkdir(parents=True, exist_ok=True)
            client = Client(
                LocalCluster(
                    n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None,
                    scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},  # any port: two clusters may run
                    local_directory=str(scratch),
                ),
                set_as_default=False,
            )  # fmt: skip
        else:
            try:
                client = Client(scheduler, timeout=LONELY, set_as_default=False)
            except (OSError, ValueError, TimeoutError) as error:
                raise ConnectionError(
                    f"There is no Dask scheduler at {scheduler} ({type(error).__name__}). Start one with "
                    "`dask scheduler`, and workers with `dask worker`, or correct the address."
                ) from error
        return _WithClient(client)

    where = f"the Dask scheduler at {scheduler}" if scheduler else "the Dask cluster of this machine"
    return Engine(where, start, lambda error: isinstance(error, KilledWorker))


class _WithClient(Executor):
    """Dask's own executor, which takes its client, and the cluster that the client began, along when it ends."""

    def __init__(self, client: Any):
        self._client, self._executor = client, client.get_executor(pure=False)
        self.cluster = client.cluster

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        """As of `concurrent.futures.Executor`."""
        return self._executor.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the client, and the cluster if the client began it."""
        self._client.close(timeout=2)
        if self.cluster is not None:
            self.cluster.close(timeout=2)
