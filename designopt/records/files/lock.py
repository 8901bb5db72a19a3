"""One writer a ledger: the lock that the system takes back from a process that dies."""

import sys
from pathlib import Path

if sys.platform != "win32":
    import fcntl


def lock(file: int, busy: str) -> None:
    """Lock an open file for this process alone, until it is closed or the process ends.

    Args:
        file: its descriptor.
        busy: the sentence of the error where another process holds it.

    Raises BlockingIOError where another process holds it, and OSError on Windows, which is not supported: it has no
    such locks, and two processes that write one ledger would spoil it unseen.
    """
    if sys.platform == "win32":
        raise OSError(
            "Windows is not supported: ledgers are locked with fcntl, which it does not have. "
            "Use the Windows Subsystem for Linux; describe, evaluate and list work without."
        )
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise BlockingIOError(busy) from None


def is_being_written(path: Path) -> bool:
    """Whether a process holds this file's lock: a run is still going. False where nothing can be locked."""
    if sys.platform == "win32":
        return False
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:  # a file system without locks cannot tell
            return False
    return False
