"""Kill a program, and the process that asks it, at random moments: `python tests/problem/kill_program.py [FOLDER]`.

200 evaluations in batches of 8, four side by side. Every answer is held against what the program must say, and the
program's own log tells how often each evaluation was answered whole.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
EVALUATIONS, BATCH, PARENTS, CHILDREN = 200, 8, 10, 40


def points() -> np.ndarray:
    """What is asked."""
    return 1.0 + 9.0 * np.random.default_rng(0).random(EVALUATIONS)


def ask(folder: Path) -> None:
    """Ask for everything, batch by batch, and write what was answered after each."""
    import designopt as do

    detector = do.CommandDetector(
        [sys.executable, "-S", str(HERE / "programs" / "slow.py"), str(folder / "log")], [do.Real("x", 1.0, 10.0)],
        {"y": ()}, cost=lambda design: design["x"], workers=4, retries=20, cache=folder / "answers",
    )  # fmt: skip
    seen: list[float] = []
    for first in range(0, EVALUATIONS, BATCH):
        batch = points()[first : first + BATCH]
        seen += detector.program.simulate({"x": batch}, np.ones(len(batch), int))["y"].tolist()
        (folder / "seen.new").write_text(json.dumps(seen))
        (folder / "seen.new").replace(folder / "seen")
    (folder / "failures").write_text(str(len(detector.failures())))


def programs() -> list[int]:
    """Processes of the program."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            words = Path(f"/proc/{name}/cmdline").read_bytes()
        except OSError:
            continue
        if b"slow.py" in words and b"kill_program" not in words:
            found.append(int(name))
    return found


def main(folder: Path) -> None:
    """Kill until all is answered, then count."""
    random.seed(1)
    parents = children = 0
    while True:
        parent = subprocess.Popen([sys.executable, __file__, "--ask", str(folder)])
        begun = time.monotonic()
        while parent.poll() is None:
            time.sleep(random.uniform(0.05, 0.4))
            alive = programs()
            if alive and children < CHILDREN and random.random() < 0.3:
                os.kill(random.choice(alive), signal.SIGKILL)
                children += 1
            if alive and parents < PARENTS and time.monotonic() - begun > random.uniform(0.2, 6.0):
                parent.kill()
                parents += 1
        if parent.wait() == 0:
            break
        time.sleep(0.3)
        assert not programs(), "A program outlived its parent."
    seen = json.loads((folder / "seen").read_text())
    answered = [json.loads(line)["x"] for line in (folder / "log").read_text().splitlines()]
    kept = len(list((folder / "answers").glob("*/??/*.json")))
    sys.stdout.write(
        f"{len(seen)} evaluations, {parents} kills of the parent, {children} of the program; {kept} answers kept, "
        f"wrong: {int(np.sum(np.array(seen) != 2.0 * points()))}; the program answered {len(answered)} times; failures "
        f"noted by the last parent's folder: {(folder / 'failures').read_text()}; left running: {len(programs())}\n"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--ask"]:
        ask(Path(sys.argv[2]))
    else:
        main(Path(sys.argv[1]) if sys.argv[1:] else Path(tempfile.mkdtemp()))
