"""Kills of forked children that carry out a study in their own process, as `Study.run` does."""

import os
import random
import signal
import time
from pathlib import Path

from designopt.benchmarks.campaign.comparison import compare
from designopt.benchmarks.campaign.moment import Folder, Kept
from designopt.benchmarks.campaign.nursery import fork, wait
from designopt.benchmarks.campaign.tally import Tally
from designopt.study.script import Script

LOOK = 0.002
"""Seconds between two looks at the ledgers."""

STUCK = 300.0
"""Seconds without a new line after which a child counts as hanging."""


def carry_out(script: Script, run_dir: Path) -> None:
    """The work of a child: what is missing of the study, run after run. The one that kills it goes first."""
    os.nice(5)
    for plan in script.load().missing(run_dir):
        plan.execute(run_dir, "campaign")


def kill_until_finished(
    script: Script, folder: Path, undisturbed: Path, tally: Tally, chance: random.Random, wanted: int, ends: float
) -> None:
    """Start the study, kill its process at a random moment, start it again, until it is finished; then compare.

    The process is no longer killed when `tally` has `wanted` kills, or from the time `ends` on.
    """
    run_dir, kept = folder / "runs", Kept()
    ledgers, before = Folder(run_dir), 0
    while True:
        child = fork(lambda: carry_out(script, run_dir), folder / "output")
        killing = tally.counted < wanted and time.monotonic() < ends
        written = _strike(child, ledgers, chance) if killing else None
        code = wait(child)
        ledgers.look()
        kept.note(ledgers)
        if code == 0:
            break
        if code != -signal.SIGKILL or written is None:
            tally.faults.append(f"a child ended with {code}: {(folder / 'output').read_text()[-2000:]}")
            return
        tally.kill("process of its own", ledgers.moment(written), ledgers.trials - before)
        before = ledgers.trials
    tally.passes += 1
    tally.differences += compare(run_dir, undisturbed)
    tally.faults += kept.changed


def _strike(child: int, ledgers: Folder, chance: random.Random) -> set[Path] | None:
    """Kill a child at a moment that is drawn: the ledgers that it wrote, or None where it ended before.

    At any moment; after so many new lines; then within a write; or within the re-scoring of a winner.
    """
    ledgers.look()
    start, written = {path: tail.lines for path, tail in ledgers.tails.items()}, set[Path]()
    aim = chance.choices(("any", "lines", "write", "rescore"), (1, 3, 5, 2))[0]
    lines, delay = chance.randint(1, 10), chance.uniform(0.0, 3.0)
    begun = last = time.monotonic()
    while True:
        ended = os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if ended is not None:
            return None
        if changed := ledgers.look():
            last = time.monotonic()
            written |= set(changed)
        tails = [ledgers.tails[path] for path in written]
        new = sum(tail.lines - start.get(path, 0) for path, tail in ledgers.tails.items() if path in written)
        due = {
            "any": time.monotonic() - begun > delay,
            "lines": new >= lines,
            "write": new >= lines and any(tail.torn for tail in tails),
            "rescore": any(ledgers.tails[path].kind == "end" for path in changed) and _pause(chance),
        }[aim]
        if due or time.monotonic() - last > STUCK:
            os.kill(child, signal.SIGKILL)
            return written if due else None
        time.sleep(LOOK)


def _pause(chance: random.Random) -> bool:
    """Wait a little: a re-scoring lasts some tenths of a second."""
    time.sleep(chance.uniform(0.0, 0.2))
    return True
