"""Carry out the missing runs of a study: in this process, or in several processes of this machine."""

import pickle
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import connection, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from multiprocessing.sharedctypes import RawValue
from pathlib import Path
from typing import Any

from designopt import processes
from designopt.evaluation.doing import Doing
from designopt.study.executors.portable import portable
from designopt.study.plan import RunPlan
from designopt.study.script import Script
from designopt.study.study import Study

DEATHS = 3
"""How often in a row the process of a run may die without a new line in its ledger before the run is given up."""

TICK = 0.25
"""Seconds between two looks at what has changed."""


def carry_out(script: Script, study: Study, run_dir: Path, workers: int, command: str, tick: Callable[[], None],
              missing: Sequence[RunPlan] | None = None, doing: dict[int, Doing] | None = None) -> None:  # fmt: skip
    """Run what is missing of a study with `workers` processes, or in this one if there is one; `tick` is called a few
    times a second.

    A worker that dies is replaced and its run goes on from its ledger; a run whose workers die three times without a
    new line in its ledger is given up with a `failure` line, and the others go on. Errors that are not a run's own (a
    ledger of another run, an unwritable folder) are raised, and end the workers.

    `missing` is what `study.missing(run_dir)` has just found, so that not every ledger is read twice. `doing` holds, at
    every tick, what each run in hand is doing, by its number in `study.plans()`.
    """
    plans = study.plans()
    paths = {plan.path(run_dir) for plan in (study.missing(run_dir) if missing is None else missing)}
    numbers = [number for number, plan in enumerate(plans) if plan.path(run_dir) in paths]
    hand = {} if doing is None else doing
    if workers == 1:
        with ticking(tick) as raised:
            for number in numbers:
                if not raised:
                    plans[number].execute(run_dir, command, partial(hand.__setitem__, number))
                    hand.pop(number, None)
        return
    pool = _Pool(script, plans, run_dir, command, numbers)
    try:
        while pool.busy(workers):
            pool.look(TICK)
            hand.clear()
            hand.update(pool.doing())
            tick()
    finally:
        pool.end()


@contextmanager
def ticking(tick: Callable[[], None]) -> Iterator[list[Exception]]:
    """Call `tick` from a thread while this one works; what it raises is in the list, and raised at the end."""
    over = threading.Event()
    raised: list[Exception] = []

    def loop() -> None:
        try:
            while not over.wait(TICK):
                tick()
        except Exception as error:
            raised.append(error)

    thread = threading.Thread(target=loop, daemon=True)
    thread.start()
    try:
        yield raised
    finally:
        over.set()
        thread.join()
    if raised:
        raise raised[0]


@dataclass
class _Worker:
    """A process that carries out one run after the other, as told over a pipe; `number` is its run, None if idle."""

    process: SpawnProcess
    pipe: Connection
    state: Any  # a byte, in which it writes what it is doing
    number: int | None = None

    def end(self) -> None:
        """End the process and wait for it."""
        if self.process.pid is not None:
            processes.kill(self.process.pid)
            processes.forget(self.process.pid)
        self.process.join()
        self.pipe.close()


@dataclass
class _Deaths:
    """How often in a row a run's process died without a new line in its ledger."""

    lines: int = 0
    count: int = 0


class _Pool:
    """The workers of a study and the runs that wait for them."""

    def __init__(self, script: Script, plans: list[RunPlan], run_dir: Path, command: str, numbers: list[int]):
        self._script, self._plans, self._run_dir, self._command = script, plans, run_dir, command
        self._waiting = deque(numbers)
        self._workers: list[_Worker] = []
        self._deaths: dict[int, _Deaths] = {}

    def busy(self, workers: int) -> bool:
        """Give runs to idle workers, start workers that are missing, end those without work; False: all is done."""
        for worker in [worker for worker in self._workers if worker.number is None]:
            if self._waiting:
                self._give(worker)
            else:
                self._remove(worker)
        while self._waiting and len(self._workers) < workers:
            worker = self._start()
            self._give(worker)
        return bool(self._workers)

    def look(self, seconds: float) -> None:
        """Wait at most `seconds` for news of the workers and take them in."""
        news = connection.wait([worker.pipe for worker in self._workers], seconds)
        for worker in [worker for worker in self._workers if worker.pipe in news]:
            try:
                error = worker.pipe.recv()
            except (EOFError, OSError):
                self._bury(worker)
                continue
            if error is not None:
                raise error
            worker.number = None

    def doing(self) -> dict[int, Doing]:
        """What each run in hand is doing."""
        return {one.number: Doing(one.state.value) for one in self._workers if one.number is not None}

    def end(self) -> None:
        """End every worker, whatever it is doing."""
        while self._workers:
            self._remove(self._workers[0])

    def _give(self, worker: _Worker) -> None:
        worker.number, worker.state.value = self._waiting.popleft(), Doing.STARTING
        try:
            worker.pipe.send(worker.number)
        except OSError:
            self._bury(worker)

    def _start(self) -> _Worker:
        context = get_context("spawn")  # never fork a process that has started JAX
        ours, theirs = context.Pipe()
        state = RawValue("B", Doing.STARTING)
        work = pickle.dumps((serve, (self._script, self._run_dir, self._command)))
        process = context.Process(target=processes.work_while_parent_lives, args=(work, theirs, state))
        with processes.deaf_to_terminal():  # and so is the child, until it leads a process group of its own
            process.start()
        theirs.close()
        if process.pid is not None:
            processes.look_after(process.pid)
        self._workers.append(_Worker(process, ours, state))
        return self._workers[-1]

    def _remove(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        worker.end()

    def _bury(self, worker: _Worker) -> None:
        """A worker died: its run is tried again at once, unless it died too often."""
        self._remove(worker)
        if worker.number is None:
            return
        plan = self._plans[worker.number]
        path, deaths = plan.path(self._run_dir), self._deaths.setdefault(worker.number, _Deaths())
        lines = path.read_bytes().count(b"\n") if path.exists() else 0
        deaths.count = deaths.count + 1 if lines <= deaths.lines else 1
        deaths.lines = max(lines, deaths.lines)
        if deaths.count < DEATHS:
            self._waiting.appendleft(worker.number)
            return
        plan.give_up(
            self._run_dir,
            self._command,
            f"Its process was killed {DEATHS} times in a row without a new evaluation (last exit code "
            f"{worker.process.exitcode}), perhaps for want of memory. Resume the study with fewer workers.",
        )


def serve(script: Script, run_dir: Path, command: str, pipe: Connection, state: Any) -> None:
    """The life of a worker process: carry out the runs whose numbers come through `pipe`, answer with None or an error.

    `state` is a byte shared with the parent, in which the runs say what they are doing.
    """
    plans: list[RunPlan] = []
    while True:
        try:
            run = pipe.recv()
        except EOFError:
            return
        error = None
        try:
            plans = plans or script.load().plans()
            plans[run].execute(run_dir, command, partial(setattr, state, "value"))
        except Exception as raised:
            error = portable(raised)
        pipe.send(error)
