"""Children that start at once: forked from this process, which has imported and compiled everything that they need.

To fork a process that has started JAX is not safe in general, and designopt never does it: a child waits for ever
where it needs a thread of its parent. Toys that are compiled already, and run in the thread that calls them, need none.
A child that waits all the same is killed and reported as a fault.
"""

import importlib
import os
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from designopt.study.script import Script

PRELOADED = ("designopt.cli.app", "designopt.cli.run_study", "designopt.report.page", "designopt.analysis.drawing")
"""What the command line imports when it is needed."""


def fork(work: Callable[[], int | None], output: Path) -> int:
    """Start a child that does the work and ends with its exit code (1, with a traceback, for an error); its id.

    What it prints goes to the file `output`.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        target = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        os.dup2(target, 1)
        os.dup2(target, 2)
        os.setpgrp()
        code = work() or 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def wait(child: int, seconds: float = 600.0) -> int:
    """Wait for a child: its exit code, negative for the signal that killed it; it is killed after so many seconds."""
    ends = time.monotonic() + seconds
    while os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        if time.monotonic() > ends:
            sys.stderr.write(f"Child {child} hangs and is killed.\n")
            os.kill(child, signal.SIGKILL)
        time.sleep(0.002)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def warm_up(script: Script, run_dir: Path, commands: bool = False) -> None:
    """Carry out a study in this process: children find everything imported and compiled, and this is the undisturbed.

    With `commands` what the command line needs is imported too. JAX runs a program in the thread that calls it from now
    on: a child has no other.
    """
    import jax

    jax.config.update("jax_cpu_enable_async_dispatch", False)
    warnings.filterwarnings("ignore", message="os.fork", category=RuntimeWarning)
    for name in PRELOADED if commands else ():
        importlib.import_module(name)
    for plan in script.load().plans():
        plan.execute(run_dir, "campaign")
