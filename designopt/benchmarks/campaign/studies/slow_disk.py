"""A disk that takes a line in pieces, with pauses: so a kill at a random moment often falls within a write."""

import os
import random
import stat
import time

SLOW = "DESIGNOPT_CAMPAIGN_SLOW"
"""Environment variable: the share of processes whose disk is slow."""

PAUSE = 0.005
"""Longest pause before a piece, in seconds."""


def slow_if_asked() -> None:
    """Let this process write regular files slowly, as often as the environment says.

    `os.write` is replaced: it writes a random part of what it is given, as the system call may, and leaves the rest to
    the next call. Pipes are left alone.
    """
    chance, write = random.Random(), os.write
    if chance.random() >= float(os.environ.get(SLOW, "0")):
        return

    def slowly(file: int, data: bytes | memoryview) -> int:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            return write(file, data)
        time.sleep(chance.uniform(0.0, PAUSE))
        return write(file, data[: chance.randint(1, max(1, len(data)))])

    os.write = slowly  # type: ignore[assignment]
