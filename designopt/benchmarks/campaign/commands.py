"""Kills of real commands with two workers, and of their workers, and who is left when a parent has been killed."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from designopt.benchmarks.campaign.comparison import compare
from designopt.benchmarks.campaign.moment import Folder, Kept
from designopt.benchmarks.campaign.tally import Tally
from designopt.benchmarks.interrupts import CLI, processes_with
from designopt.records.files.file_names import LINES
from designopt.records.study_note import FILE as NOTE
from designopt.study.script import Script

MARK = "DESIGNOPT_CAMPAIGN"
"""Environment variable that tells the processes of one command from all others."""

LOOK, STUCK = 0.01, 900.0
SOON = 5.0
"""Seconds after which a process that outlives its parent counts as an orphan."""


def kill_until_finished(
    script: Script, folder: Path, undisturbed: Path, tally: Tally, chance: random.Random, wanted: int, ends: float
) -> None:
    """Run the study by `designopt run` with two workers, kill workers and parents, resume, until it has ended; compare.

    Nothing is killed any more when `tally` has `wanted` kills, or from the time `ends` on.
    """
    run_dir, kept, ledgers = folder / "runs", Kept(), Folder(folder / "runs")
    words = ["run", script.path, *(["--quick"] if script.quick else []), "--out", str(run_dir), "--workers", "2"]
    mark, before = f"{folder}/{chance.random()}", 0
    environment = {**os.environ, MARK: mark}
    for _ in range(wanted + 100):
        with (folder / "output").open("wb") as output:
            command = subprocess.Popen([*CLI, *words], env=environment, stdout=output, stderr=output)
        while _under_way(command, ledgers, chance, lambda: tally.counted < wanted and time.monotonic() < ends):
            worker = _worker_to_kill(command.pid, ledgers, chance)
            if worker is None:
                continue
            process, path = worker
            os.kill(process, signal.SIGKILL)
            _wait_for([process])
            ledgers.look()
            kept.note(ledgers)
            tally.kill("worker", ledgers.moment({path}), ledgers.trials - before)
            before = ledgers.trials
        written = set(_writers(_children(command.pid)).values())
        if command.poll() is None:
            command.send_signal(signal.SIGKILL)
        code = command.wait()
        _see_orphans(mark, tally)
        ledgers.look()
        kept.note(ledgers)
        text = (folder / "output").read_text(errors="replace")
        if code == 0:
            break
        if code == -signal.SIGKILL:
            tally.kill("parent of two workers", ledgers.moment(written), ledgers.trials - before)
            before = ledgers.trials
        elif code != 1 or "Traceback" in text:  # 1: a run was given up after three deaths; it is resumed
            tally.faults.append(f"designopt {words[0]} ended with {code}: {text[-2000:]}")
            return
        if (run_dir / NOTE).exists():
            words = ["resume", str(run_dir), "--workers", "2"]
    tally.passes += 1
    tally.differences += compare(run_dir, undisturbed)
    tally.faults += kept.changed


def _under_way(
    command: "subprocess.Popen[bytes]", ledgers: Folder, chance: random.Random, killing: Callable[[], bool]
) -> bool:
    """Wait for a moment to kill a worker; False: it is the parent's turn, or the command has ended.

    The parent is killed at any moment, also while it starts, or soon after a line was written.
    """
    turn = chance.random()
    parent, late = turn < 0.25, chance.uniform(0.0, 60.0) if turn < 0.03 else STUCK
    begun = time.monotonic()
    while command.poll() is None:
        if not killing():
            time.sleep(0.1)
            continue
        if ledgers.look() and chance.random() < 0.4:
            return not parent
        if time.monotonic() - begun > late:
            return False
        time.sleep(LOOK)
    return False


def _worker_to_kill(parent: int, ledgers: Folder, chance: random.Random) -> tuple[int, Path] | None:
    """A worker that has written, and its ledger; mostly one within a write or a re-scoring, if one comes soon."""
    deadline, aimed = time.monotonic() + 2.0, chance.random() < 0.6
    while time.monotonic() < deadline:
        writers = _writers(_children(parent))
        ledgers.look()
        for process, path in writers.items():
            tail = ledgers.tails.get(path)
            if tail is not None and tail.trials and (not aimed or tail.torn or tail.kind == "end"):
                return process, path
        time.sleep(3 * LOOK)
    return None


def _children(process: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == process:
                found.append(int(folder.name))
    return found


def _writers(processes: list[int]) -> dict[int, Path]:
    """The ledger that each process has open."""
    found = {}
    for process in processes:
        with suppress(OSError):
            for entry in Path(f"/proc/{process}/fd").iterdir():
                with suppress(OSError):
                    if (target := os.readlink(entry)).endswith(LINES):
                        found[process] = Path(target)
    return found


def _see_orphans(mark: str, tally: Tally) -> None:
    """Wait until everything that a killed command started has ended too, 5 s at most."""
    begun = time.monotonic()
    while (left := processes_with(f"{MARK}={mark}")) and time.monotonic() - begun < SOON:
        time.sleep(0.02)
    tally.slowest_end = max(tally.slowest_end, time.monotonic() - begun)
    tally.orphans += len(left)
    for process in left:
        with suppress(OSError):
            words = Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            sys.stderr.write(f"Left over: process {process}, {words:.200}\n")
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    _wait_for(left)


def _wait_for(processes: list[int]) -> None:
    """Wait until killed processes are gone, or zombies."""
    while any(_alive(process) for process in processes):
        time.sleep(0.005)


def _alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
