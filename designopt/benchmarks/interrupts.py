"""How long until the prompt is back after an interruption, and what is left running.

`python -m designopt.benchmarks.interrupts` prints a table. Real commands in processes of their own are interrupted at
random moments of compiling, simulating, thinking, replaying and reporting, with one and with two busy workers. What is
left is counted with Linux's /proc.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from designopt.benchmarks.busy_study import MARKS, MOMENT
from designopt.processes import ENDING
from designopt.records.ledger import run_files

SCRIPT = Path(__file__).with_name("busy_study.py")
CLI = (sys.executable, "-c", "from designopt.cli.app import main; main()")
MOMENTS = ("compiling", "simulating", "thinking", "replaying", "reporting")
WAIT = 600.0
"""Seconds that a command may take until it is in its moment."""

PATIENCE = 60.0
"""Seconds until a command that an interruption did not end is killed."""


@dataclass(frozen=True)
class Outcome:
    """What an interrupted command did: `seconds` until it had ended, `gone` until what it had started had ended too.

    `left` are the processes that were still there when nobody waited longer.
    """

    code: int
    seconds: float
    gone: float
    left: int
    output: str


def interrupted(
    words: Sequence[str],
    environment: dict[str, str],
    ready: Callable[[], bool],
    number: int,
    delay: float,
    after: float = 5.0,
) -> Outcome:
    """Start `designopt *words`, wait until `ready` and `delay` seconds more, send it a signal, wait for all to end.

    The signal goes to the whole process group, as a terminal's does; SIGKILL goes to the first process alone.
    """
    for ending in ENDING:
        if signal.getsignal(ending) is signal.SIG_IGN:  # as a background job of a shell: it would be inherited
            signal.signal(ending, signal.SIG_DFL)
    with tempfile.TemporaryFile() as output:
        mine = {**os.environ, **environment}
        command = subprocess.Popen([*CLI, *words], env=mine, stdout=output, stderr=output, start_new_session=True)
        ends = time.monotonic() + WAIT
        while not ready() and command.poll() is None and time.monotonic() < ends:
            time.sleep(0.02)
        time.sleep(delay)
        sent = time.monotonic()
        if command.poll() is None:
            (os.kill if number == signal.SIGKILL else os.killpg)(command.pid, number)
        try:
            code = command.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(command.pid, signal.SIGKILL)
            code = command.wait()
        seconds = time.monotonic() - sent
        mark = f"{MARKS}={environment[MARKS]}"
        while (left := processes_with(mark)) and time.monotonic() < sent + seconds + after:
            time.sleep(0.02)
        gone = time.monotonic() - sent
        output.seek(0)
        return Outcome(code, seconds, gone, len(left), output.read().decode(errors="replace"))


def processes_with(variable: str) -> list[int]:
    """Living processes whose environment has this `NAME=value`, zombies left out."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if variable.encode() in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def one(folder: Path, moment: str, workers: int, number: int, delay: float) -> Outcome:
    """Interrupt a study in this moment."""
    run_dir, marks = folder / "runs", folder / "marks"
    environment = {MOMENT: "simulating" if moment == "replaying" else moment, MARKS: str(marks)}

    def begun() -> bool:
        return marks.exists() and marks.read_text().count("\n") >= workers

    def simulated() -> bool:
        return begun() and sum(path.stat().st_size for path in run_files(run_dir)) > 20_000_000

    words = ["run", str(SCRIPT), "--out", str(run_dir), "--workers", str(workers)]
    if moment in ("replaying", "reporting"):
        ready = simulated if moment == "replaying" else (run_dir / "report.html").exists
        interrupted(words, environment, ready, signal.SIGKILL, 0.0)
        marks.unlink(missing_ok=True)
        words = ["resume", str(run_dir), "--workers", str(workers)]
    if moment == "reporting":
        (run_dir / "report.html").unlink(missing_ok=True)
        return interrupted(words, environment, lambda: reports(environment), number, delay)
    return interrupted(words, environment, begun, number, delay)


def reports(environment: dict[str, str]) -> bool:
    """A process of this environment has loaded what draws the figures."""
    for process in processes_with(f"{MARKS}={environment[MARKS]}"):
        try:
            if "matplotlib" in Path(f"/proc/{process}/maps").read_text():
                return True
        except OSError:
            continue
    return False


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--tries", type=int, default=2, help="of each moment and number of workers")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--signal", default="SIGINT", choices=["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"])
    arguments.add_argument("--moments", nargs="+", default=MOMENTS, choices=MOMENTS)
    chosen = arguments.parse_args()
    number, draw = signal.Signals[chosen.signal], random.Random(chosen.seed)
    say = sys.stdout.write
    say(f"{'moment':12}{'workers':>8}{'delay s':>9}{'exit':>6}{'prompt s':>10}{'gone s':>8}{'left':>6}")
    say(f"{'resume':>8}{'traceback':>11}\n")
    for moment in chosen.moments:
        for workers in (1, 2):
            for _ in range(chosen.tries):
                delay = draw.uniform(0.0, 0.3 if moment == "reporting" else 3.0)
                with tempfile.TemporaryDirectory() as folder:
                    found = one(Path(folder), moment, workers, number, delay)
                told, torn = "designopt resume" in found.output, "Traceback" in found.output
                say(
                    f"{moment:12}{workers:8}{delay:9.2f}{found.code:6}{found.seconds:10.2f}{found.gone:8.2f}{found.left:6}"
                )
                say(f"{'yes' if told else 'no':>8}{'yes' if torn else 'no':>11}\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
