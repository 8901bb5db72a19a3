"""Files that are there whole or not at all: a death or a full disk leaves the one that was there before."""

import errno
import os
from contextlib import suppress
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Write a file under another name in its folder, bring it to the disk, and only then give it its name.

    A file that holds this very text is left alone; where a link leads to, the file is written there. What is no file,
    such as /dev/stdout, is written to and stays what it is. Raises OSError where it cannot be written; what was there
    stays.
    """
    path = _end_of(path)
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
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


def _end_of(path: Path) -> Path:
    """Where a path leads to. Raises OSError for links that lead to themselves."""
    end = Path(os.path.realpath(path))
    if end.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    return end
