"""Files that are there whole or not at all: a death or a full disk leaves the one that was there before."""

import os
from contextlib import suppress
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Write a file under another name in its folder, bring it to the disk, and only then give it its name.

    A file that holds this very text is left alone. Raises OSError where it cannot be written; what was there stays.
    """
    if path.is_file() and path.read_bytes() == data:
        return
    draft = path.with_name(path.name + ".new")
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            with suppress(OSError):  # not every file system can
                os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink()
        raise OSError(error.errno, error.strerror, str(path)) from error
