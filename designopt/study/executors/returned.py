"""A ledger that a worker sends back: it takes the place of the client's where it goes further."""

import fcntl
from collections.abc import Mapping
from pathlib import Path

from designopt.records.files.whole_file import write_whole
from designopt.records.ledger import read_run


def take_home(path: Path, files: Mapping[str, bytes]) -> None:
    """Write the files of a run, a ledger among them, into the folder of `path`, the client's ledger of that run.

    A ledger of the client that is complete, or longer, is kept as it is: both are of the same run, to the bit but for
    the clock. Raises BlockingIOError where another process writes it, OSError where it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BlockingIOError(
                f"Another process is writing {path}. Wait for it to end, or stop it, and try again."
            ) from None
        here = path.read_bytes()
        run = read_run(path) if here else None
        ours = run is not None and run.complete
        for name, content in files.items():
            if name != path.name:
                write_whole(path.with_name(name), content)
            elif not ours and content.count(b"\n") >= here.count(b"\n"):
                write_whole(path, content)
