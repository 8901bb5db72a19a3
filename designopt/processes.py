"""Processes of ours: all end at once on a signal, and none outlives the process that started it."""

import ctypes
import os
import pickle
import select
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import connection, parent_process
from pathlib import Path

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals that end a command: Ctrl-C, the usual request to stop (batch systems), the terminal that closes."""

FROM_TERMINAL = (signal.SIGINT, signal.SIGHUP, signal.SIGTSTP)
"""What a terminal sends to every process of its foreground group; a parent decides what becomes of its workers."""

LAST_WORDS = 1.0
"""Seconds that may be spent on saying what is kept: a terminal that is stopped, or a full pipe, takes nothing."""

MAPS_OF_LINUX = 65_530
"""Pieces of memory that Linux lets a process map (vm.max_map_count); at that number allocations fail."""

PR_SET_PDEATHSIG = 1  # linux/prctl.h

_children: set[int] = set()


def mapped_pieces(process: int | str = "self") -> int:
    """Pieces of memory that a process has mapped. 0 on systems that do not say; OSError where it has ended."""
    if not sys.platform.startswith("linux"):
        return 0
    return Path(f"/proc/{process}/maps").read_bytes().count(b"\n")


def resident_mb(process: int | str = "self") -> float:
    """Memory of a process in MB. 0 on systems that do not say; OSError where it has ended."""
    if not sys.platform.startswith("linux"):
        return 0.0
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def look_after(child: int) -> None:
    """End this child process, given by its id, and all of its process group when a signal ends this process."""
    _children.add(child)


def forget(child: int) -> None:
    """A child is about to be waited for: its id may soon belong to another process."""
    _children.discard(child)


def kill(child: int, number: int = signal.SIGKILL) -> None:
    """Send a signal to a child process and to all of the process group that it leads, if it leads one."""
    try:
        os.killpg(child, number)
    except ProcessLookupError:
        with suppress(ProcessLookupError):
            os.kill(child, number)


def wait_for_reader_to_go(pipe: int) -> None:
    """Return when nobody can read any more what is written to this file descriptor of a pipe."""
    poll = select.poll()
    poll.register(pipe, 0)  # errors alone, which are always told
    poll.poll()


def end_with_parent(wait_for_its_end: Callable[[], object], has_children: bool = False) -> None:
    """End this process, whatever it is doing, when its parent has ended for whatever reason.

    A thread calls `wait_for_its_end`, which returns when the parent has gone, and then kills the process and the group
    that it leads. Where a library keeps Python's global lock the thread has to wait; Linux can then do without it: it
    kills a process without children at once, and one that `has_children` a second later than the thread would.
    """
    if sys.platform == "linux":
        library = ctypes.CDLL(None)
        number = signal.SIGKILL
        if has_children:
            # A handler in C, which runs in any case: alarm(number of the signal) kills the process one second later.
            number = signal.SIGHUP
            library.signal(number, ctypes.cast(library.alarm, ctypes.c_void_p))
        library.prctl(PR_SET_PDEATHSIG, number)

    def watch() -> None:
        wait_for_its_end()
        kill(os.getpid())

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def deaf_to_terminal() -> Iterator[None]:
    """Within it, this process and what it starts hear nothing of a terminal; this one hears it afterwards."""
    old = signal.pthread_sigmask(signal.SIG_BLOCK, FROM_TERMINAL)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, old)


def work_while_parent_lives(work: bytes, *shared: object) -> None:
    """The target of a process that multiprocessing spawns: what is done in it ends when its parent does.

    `work` is a pickled pair of a function and its first arguments; `shared`, what only multiprocessing itself can hand
    over (pipes, shared memory), follows them. The parent is watched before `work` is read, which may import for long.
    The process leads a group of its own, so that what it starts ends with it, and was started `deaf_to_terminal`.
    """
    os.setpgrp()
    for number in FROM_TERMINAL:  # what came meanwhile is dropped
        signal.signal(number, signal.signal(number, signal.SIG_IGN))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, FROM_TERMINAL)
    parent = parent_process()
    assert parent is not None
    end_with_parent(lambda: connection.wait([parent.sentinel]), has_children=True)
    function, arguments = pickle.loads(work)
    function(*arguments, *shared)


@contextmanager
def ended_by_signals(last_words: Callable[[], None]) -> Iterator[None]:
    """Within it, SIGINT, SIGTERM and SIGHUP end this process and its children at once, with the exit code 128 + number.

    Python hands a signal to the main thread, which may be inside a library for minutes (compiling, a matrix). Here a
    thread is told instead: it kills the children, calls `last_words` and ends the process, so that nothing is ever
    raised in the work that is cut short, and a second signal finds nothing to disturb. Only code that keeps Python's
    global lock can delay this. Signals that were ignored (`nohup`) stay ignored. A stop from the terminal (Ctrl-Z)
    stops the children too.

    Raises ValueError outside the main thread.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    taken = [s for s in (*ENDING, signal.SIGTSTP) if signal.getsignal(s) is not signal.SIG_IGN]
    before = {number: signal.signal(number, lambda *_: None) for number in taken}
    woken = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    thread = threading.Thread(target=_listen, args=(reading, last_words), daemon=True)
    thread.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(woken)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(writing)
        thread.join()
        os.close(reading)


def _listen(reading: int, last_words: Callable[[], None]) -> None:
    while told := os.read(reading, 1):
        if told[0] in ENDING:
            _end(128 + told[0], last_words)
        if told[0] == signal.SIGTSTP:
            _signal_children(signal.SIGSTOP)
            signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)  # of all threads, and this one goes no further
            _signal_children(signal.SIGCONT)


def _signal_children(number: int) -> None:
    for child in tuple(_children):
        kill(child, number)


def _end(code: int, last_words: Callable[[], None]) -> None:
    limit = threading.Timer(LAST_WORDS, os._exit, (code,))
    limit.daemon = True
    limit.start()
    _signal_children(signal.SIGKILL)
    try:
        last_words()
    finally:
        os._exit(code)
