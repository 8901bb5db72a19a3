"""What is said when a command is cut short: what is kept, and how to go on."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress

WORKERS = 2
"""Processes that carry out runs side by side, unless the user says otherwise."""

SHOW_CURSOR = "\x1b[?25h\n"  # a live table hides it

_in_hand: list[Callable[[], str]] = []


def in_hand(say: Callable[[], str]) -> None:
    """From now on an interruption says this: what is kept and how to go on. It is called in another thread."""
    _in_hand[:] = [say]


def last_words() -> None:
    """Say what was in hand, past every lock of the work that is cut short."""
    said = [say() for say in _in_hand]
    with suppress(OSError):
        if os.isatty(sys.__stdout__.fileno() if sys.__stdout__ else 1):
            os.write(1, SHOW_CURSOR.encode())
    with suppress(OSError):  # the terminal may be gone
        os.write(2, (" ".join(["Interrupted.", *said]) + "\n").encode(errors="replace"))
