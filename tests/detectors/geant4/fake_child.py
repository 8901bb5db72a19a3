"""A stand-in for Geant4 in a real process: right events with known numbers, and every way to go wrong on demand.

`python fake_child.py MODE FOLDER` reads a job like the real child. FOLDER counts the starts. MODE:
`good`; `crash` (dies by signal in the middle of a line, after three events of each start); `stuck` (dies at event 9);
`hang` (falls silent after three events); `alter` (one line of the first start is altered); `slow` (50 ms an event);
`refuse`; `other` (says that another simulation runs); `dead` (dies before it says anything).
"""

import json
import os
import signal
import sys
import time
from pathlib import Path

import numpy as np

from designopt.detectors.geant4.records import Record, write_record


def truth(seed: int, event: int) -> np.ndarray:
    """What the fake simulation finds in an event."""
    return np.random.default_rng([seed, event]).uniform(0, 1, 5).astype(np.float32)


def main() -> None:
    mode, folder = sys.argv[1], Path(sys.argv[2])
    start = len(list(folder.glob("start*")))
    (folder / f"start{start}").write_text(str(os.getpid()))
    job = json.load(sys.stdin)
    out = os.fdopen(os.dup(1), "w", buffering=1)
    if mode == "dead":
        sys.exit("no room in the stable")
    if mode == "refuse":
        out.write(json.dumps({"refused": "Geant4 knows no material 'G4_Unobtainium'."}) + "\n")
        sys.exit()
    out.write(json.dumps({"simulation": "Another 2.0" if mode == "other" else "Fake 1.0, no physics"}) + "\n")
    for place, event in enumerate(job["events"]):
        line = write_record(job["key"], Record(event, job["beam"]["energy"][0], truth(job["seed"], event)))
        if mode == "crash" and place == 3:
            out.write(line[: len(line) // 2])
            out.flush()
            os.kill(os.getpid(), signal.SIGSEGV)
        if mode == "stuck" and event == 9:
            os.kill(os.getpid(), signal.SIGSEGV)
        if mode == "hang" and place == 3:
            time.sleep(600)
        if mode == "alter" and place == 2 and start == 0:
            line = line.replace(line.split(" ")[1], "7.0", 1)
        if mode == "slow":
            time.sleep(0.05)
        out.write(line + "\n")


if __name__ == "__main__":
    main()
