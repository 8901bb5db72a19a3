"""Run what is missing of a study, with its progress on the screen: the work of `run` and `resume`."""

import os
import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

from designopt.cli.interrupts import WORKERS, in_hand
from designopt.cli.progress_table import ProgressTable
from designopt.cli.say import complain, console, is_quiet, remark, say
from designopt.evaluation.doing import Doing
from designopt.records.event_log import SCHEMA, EventLog
from designopt.records.watch import RunWatch
from designopt.study.executors.choice import Hands
from designopt.study.provenance import command
from designopt.study.script import Script
from designopt.study.study import Study


def run_study(script: Script, study: Study, run_dir: Path, hands: Hands) -> bool:
    """Carry out what is missing; says which runs failed, and returns whether none did.

    Raises LedgerMismatch, before anything is written, where the folder holds runs that the study would carry out
    otherwise; DamagedLedger where a ledger was changed; OSError where the folder cannot be written to.
    """
    plans, missing = study.plans(), study.missing(run_dir)
    kept = script.keep(run_dir)
    ended = len(plans) - len(missing)
    if ended:
        say(f"Kept {ended} finished {'run' if ended == 1 else 'runs'} of this very configuration.")
    if missing:
        runs = "run" if len(plans) == 1 else "runs"
        say(f"{len(missing)} of {len(plans)} {runs} to carry out, {hands.words(study)}.")
        study.check()
    log = EventLog(run_dir, remark)
    log.write("study-begins", schema=SCHEMA, study=study.name, runs=len(plans), done=ended, workers=hands.workers,
              process=os.getpid(), command=command())  # fmt: skip
    doing: dict[int, Doing] = {}
    with (
        ProgressTable(plans, run_dir, console, hands.workers, doing, log, is_quiet()) as table,
        beside(study.doubts if missing else list, remark) as say_doubts,
    ):
        in_hand(study_in_hand(run_dir, table.watches, hands.options(WORKERS), log))

        def tick() -> None:
            say_doubts()
            table.tick()

        hands.carry_out(kept, study, run_dir, command(), tick, missing, doing)
        table.progress.look()
        failed = [row.label for row in table.progress.rows if row.watch.state != "done"]
    if failed:
        complain(f"{len(failed)} of {len(plans)} runs failed: {', '.join(failed)}. The report says why.")
    return not failed


@contextmanager
def beside(look: Callable[[], Iterable[str]], say: Callable[[str], None]) -> Iterator[Callable[[], None]]:
    """Look for something in a thread while the body works; what the body gets says what was found since.

    At the end the rest is waited for and said, and an error of the search is raised. A body that raises does not wait.

    Args:
        look: finds sentences.
        say: says one of them.
    """
    found: SimpleQueue[str] = SimpleQueue()
    raised: list[Exception] = []

    def search() -> None:
        try:
            for sentence in look():
                found.put(sentence)
        except Exception as error:
            raised.append(error)

    def said() -> None:
        while not found.empty():
            say(found.get())

    thread = Thread(target=search, daemon=True)
    thread.start()
    yield said
    thread.join()
    said()
    if raised:
        raise raised[0]


def study_in_hand(
    run_dir: Path, watches: Sequence[RunWatch], options: Sequence[str] = (), log: EventLog | None = None
) -> Callable[[], str]:
    """What is kept of a study, and the command that goes on, with its options; the event log notes the interruption."""
    words = ["designopt", "resume", str(run_dir), *options]

    def say() -> str:
        states = [watch.state for watch in watches]
        done, begun = states.count("done"), states.count("running") + states.count("re-scoring")
        if log is not None:
            log.write("interrupted", runs=len(states), done=done, begun=begun)
        return (
            f"Kept in {run_dir}: {done} of {len(states)} runs done, {begun} begun, every evaluation so far.\n"
            f"Go on with: {shlex.join(words)}"
        )

    return say
