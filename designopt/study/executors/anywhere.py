"""Carry out the missing runs of a study as tasks of an executor: one task a run, whoever dies meanwhile."""

import socket
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import suppress
from pathlib import Path

from designopt.records.files.whole_file import write_whole
from designopt.records.ledger import run_files
from designopt.study.executors.engines import Engine
from designopt.study.executors.local import DEATHS, TICK
from designopt.study.executors.returned import take_home
from designopt.study.executors.task import MARK, Answer, Order, carry_out_run
from designopt.study.plan import RunPlan
from designopt.study.script import Script
from designopt.study.study import Study

IN_FLIGHT = 1000
"""Tasks that are given to an executor at a time: a scheduler need not hold ten thousand."""

PATIENCE = 60.0
"""Seconds for which a ledger may be held by another process, such as a worker of a client that was lost, while
nothing else goes on."""

AGAIN = 2.0
"""Seconds before a run whose ledger was held is tried again."""


def carry_out_anywhere(engine: Engine, script: Script, study: Study, run_dir: Path, command: str,
                       tick: Callable[[], None], missing: Sequence[RunPlan]) -> None:  # fmt: skip
    """Run what is missing of a study as tasks of an executor; `tick` is called a few times a second.

    A worker that sees the run folder writes its ledgers there, each held by a lock; one that does not works in a folder
    of its own and sends the ledger back at its end. A task whose worker died is given out again and goes on from the
    ledger; a run whose workers die three times in a row without a new line is given up with a `failure` line. An
    executor that is lost is made anew.

    Raises ConnectionError where it is lost three times in a row without a new line in any ledger; BlockingIOError for a
    ledger that another process keeps holding; and errors that are not a run's own, such as LedgerMismatch.
    """
    tasks = _Tasks(engine, script, study.plans(), run_dir.absolute(), command, missing)
    try:
        while tasks.busy():
            tasks.look()
            tick()
    finally:
        tasks.end()


class _Tasks:
    """The tasks in flight, and the runs that wait for one."""

    def __init__(self, engine: Engine, script: Script, plans: list[RunPlan], run_dir: Path, command: str,
                 missing: Sequence[RunPlan]):  # fmt: skip
        self._engine, self._script, self._plans, self._run_dir, self._command = engine, script, plans, run_dir, command
        paths = {plan.path(run_dir) for plan in missing}
        self._waiting = [(0.0, number) for number, plan in enumerate(plans) if plan.path(run_dir) in paths]
        self._flying: dict[Future[Answer], int] = {}
        self._unshared: set[int] = set()
        self._deaths: dict[int, tuple[int, int]] = {}  # by run: lines when its worker died last, times in a row
        self._lost, self._lost_at = 0, -1
        self._held, self._moved = "", time.monotonic()
        self._token = f"{socket.gethostname()}:{run_dir}"
        self._text = Path(script.path).read_bytes()
        write_whole(run_dir / MARK, self._token.encode())
        self._executor: Executor = engine.start()

    def busy(self) -> bool:
        """Give out runs that wait; False: all is done."""
        now = time.monotonic()
        while self._waiting and len(self._flying) < IN_FLIGHT and self._waiting[0][0] <= now:
            _, number = self._waiting.pop(0)
            try:
                self._flying[self._executor.submit(carry_out_run, self._order(number))] = number
            except Exception as error:
                self._waiting.insert(0, (0.0, number))
                self._replace(error)
        return bool(self._waiting or self._flying)

    def look(self) -> None:
        """Wait a moment for tasks that end, and take in what they say."""
        if not self._flying:
            time.sleep(TICK)
        lost: BaseException | None = None
        for future in wait(self._flying, TICK, FIRST_COMPLETED).done:
            number = self._flying.pop(future)
            error = error_of(future)
            if error is None:
                self._take(number, future.result())
                continue
            self._waiting.insert(0, (0.0, number))
            if self._engine.died(error):
                self._bury(number)
            else:
                lost = error
        if lost is not None:
            self._replace(lost)

    def end(self) -> None:
        """End the executor and the tasks that it still has."""
        for future in self._flying:
            future.cancel()
        with suppress(Exception):
            self._executor.shutdown(wait=False, cancel_futures=True)
        with suppress(OSError):
            (self._run_dir / MARK).unlink()

    def _order(self, number: int) -> Order:
        path = self._plans[number].path(self._run_dir)
        known = (path.read_bytes() if path.exists() else b"") if number in self._unshared else None
        return Order(self._text, self._script.quick, str(self._run_dir), self._token, number, path.name,
                     self._command, known)  # fmt: skip

    def _take(self, number: int, answer: Answer) -> None:
        if answer.error is not None:
            raise answer.error
        if answer.wants_ledger:
            self._unshared.add(number)
            self._waiting.insert(0, (0.0, number))
            return
        held = answer.held
        if not held and answer.files:
            try:
                take_home(self._plans[number].path(self._run_dir), answer.files)
            except BlockingIOError as error:
                held = str(error)
        if not held:
            self._moved, self._held = time.monotonic(), ""
            return
        self._held = held
        if time.monotonic() - self._moved > PATIENCE and not self._flying:
            raise BlockingIOError(held)
        self._waiting.append((time.monotonic() + AGAIN, number))
        self._waiting.sort()

    def _bury(self, number: int) -> None:
        """The workers of a run died: it is given up if they do so again and again without a new line."""
        plan = self._plans[number]
        lines = _lines(plan.path(self._run_dir))
        before, times = self._deaths.get(number, (-1, 0))
        times = times + 1 if lines <= before else 1
        self._deaths[number] = max(lines, before), times
        if times < DEATHS:
            return
        self._waiting = [one for one in self._waiting if one[1] != number]
        plan.give_up(
            self._run_dir,
            self._command,
            f"Its workers died {DEATHS} times in a row without a new evaluation, perhaps for want of memory. Give "
            "workers more of it, and resume the study.",
        )

    def _replace(self, error: BaseException) -> None:
        """The executor is lost: everything in flight waits again, for a new executor."""
        lines = sum(_lines(path) for path in run_files(self._run_dir))
        self._lost = self._lost + 1 if lines <= self._lost_at else 1
        self._lost_at = max(lines, self._lost_at)
        self._waiting += [(0.0, number) for number in self._flying.values()]
        self._flying.clear()
        self._waiting.sort()
        with suppress(Exception):
            self._executor.shutdown(wait=False, cancel_futures=True)
        if self._lost >= DEATHS:
            raise self._given_up(error)
        time.sleep(TICK)
        try:
            self._executor = self._engine.start()
        except (OSError, TimeoutError) as again:
            raise self._given_up(again) from again

    def _given_up(self, error: BaseException) -> ConnectionError:
        words = " ".join(f"{type(error).__name__}: {error}".split())[:300].rstrip(".")
        return ConnectionError(
            f"{self._engine.name[0].upper()}{self._engine.name[1:]} was lost ({words}). Every evaluation that reached "
            f"{self._run_dir} is kept. Start it again, and go on with `designopt resume {self._run_dir}` and the same "
            "`--executor`."
        )


def error_of(future: Future[Answer]) -> BaseException | None:
    """What a future raised; that it was cancelled is an error like any other."""
    try:
        return future.exception()
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        return error


def _lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0
