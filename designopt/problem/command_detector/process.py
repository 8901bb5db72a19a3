"""One process, until it ends, its time is over or its parent dies: nothing that it started is left."""

import os
import select
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from designopt.processes import forget, look_after

MARK = "DESIGNOPT_EVALUATION"
"""In the environment of everything that an evaluation starts, so that what left its process group is found too."""
GUARD = 'exec 3<&0 <stdin; (read -r _ <&3; kill -9 -$$) 2>/dev/null & exec "$@" 3<&-'
"""A shell that becomes the program, and leaves behind a process that ends the group when the parent has gone: then
nobody holds the other end of the pipe that it reads, which is the shell's standard input."""
SHORT, LONG = 0.001, 0.02
"""Seconds between two looks at a process, where the system cannot tell when it ends."""


class CommandFailed(RuntimeError):
    """A program did not answer: it could not be started, ended with an error, took too long or printed no response."""


def finish(words: Sequence[str], folder: Path, seconds: float | None) -> None:
    """Run a program in its working folder, which holds `stdin`; its output goes into `stdout` and `stderr` there.

    Raises CommandFailed, with the reason as a sentence. All that the program started is killed when it has ended.
    """
    mark = uuid.uuid4().hex
    reading, writing = os.pipe()
    try:
        with (folder / "stdout").open("wb") as out, (folder / "stderr").open("wb") as err:
            child = subprocess.Popen(
                ["/bin/sh", "-c", GUARD, "sh", *words],
                stdin=reading, stdout=out, stderr=err, cwd=folder, start_new_session=True,
                env={**os.environ, MARK: mark},
            )  # fmt: skip
        os.close(reading)
        reading = -1
        look_after(child.pid)
        try:
            in_time = _wait(child.pid, seconds)
        finally:
            forget(child.pid)
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)
            _kill_marked(mark)
            code = child.wait()
    finally:
        os.close(writing)
        if reading >= 0:
            os.close(reading)
    if not in_time:
        raise CommandFailed(f"it was stopped after its time limit of {seconds:g} s")
    if code < 0:
        raise CommandFailed(f"it was killed by the signal {signal.Signals(-code).name}{_last_words(folder)}")
    if code:
        what = {126: "it cannot be executed", 127: "its program was not found"}.get(code, f"it ended with code {code}")
        raise CommandFailed(f"{what}{_last_words(folder)}")


def _wait(child: int, seconds: float | None) -> bool:
    """Wait for the end of a child, which stays unburied, so that its number stays its own; whether it came in time."""
    limit = None if seconds is None else time.monotonic() + seconds
    if hasattr(os, "pidfd_open"):
        with suppress(OSError):
            handle = os.pidfd_open(child)
            try:
                return bool(select.select([handle], [], [], seconds)[0])
            finally:
                os.close(handle)
    pause = SHORT
    while os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        if limit is not None and time.monotonic() > limit:
            return False
        time.sleep(pause)
        pause = min(2 * pause, LONG)
    return True


def _kill_marked(mark: str) -> None:
    """Kill what the program started outside of its process group."""
    if sys.platform != "linux":
        return
    wanted = f"{MARK}={mark}".encode()
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with suppress(OSError):
                if wanted in Path(entry.path, "environ").read_bytes():
                    os.kill(int(entry.name), signal.SIGKILL)


def _last_words(folder: Path) -> str:
    """The last line that the program said, as the end of a sentence."""
    for name in ("stderr", "stdout"):
        lines = tail(folder / name).strip().splitlines()
        if lines:
            return f", and said last: {lines[-1].strip():.200}"
    return ""


def tail(path: Path, most: int = 4096) -> str:
    """The end of a file as text; what is no UTF-8 is replaced."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - most))
        return file.read().decode("utf-8", "replace")
