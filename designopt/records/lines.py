"""Files of JSON lines: read whole, appended line by line, a line torn by an interruption cut off."""

import json
import logging
from pathlib import Path
from typing import Any

_log = logging.getLogger(__name__)


def line_of(record: dict[str, Any]) -> str:
    """A record as one line of text. Raises ValueError for a number that is not finite."""
    return json.dumps(record, separators=(",", ":"), allow_nan=False) + "\n"


def whole_lines(path: Path) -> tuple[list[dict[str, Any]], int]:
    """Parsed lines and the length in bytes of the part that holds them; a torn last line is left out.

    Raises ValueError where a line before the last is not a JSON object.
    """
    records: list[dict[str, Any]] = []
    length = 0
    with path.open("rb") as file:
        for line in file:
            try:
                record = json.loads(line) if line.endswith(b"\n") else None
            except ValueError:
                record = None
            if not isinstance(record, dict):
                rest = file.read()
                if rest.strip():
                    raise ValueError(
                        f"Line {len(records) + 1} of the file {path} is not JSON. "
                        "Restore the file from a copy, or move it away to start anew what it holds."
                    )
                _log.warning("The last line of %s was torn by an interruption; it is cut off.", path)
                break
            records.append(record)
            length += len(line)
    return records, length


def append_line(path: Path, record: dict[str, Any]) -> None:
    """Append one flushed line to a file of lines, after cutting what an interruption left of the last one.

    Raises OSError, in a sentence, where it cannot be written; the lines before stay as they were.
    """
    length = whole_lines(path)[1] if path.exists() else 0
    try:
        with path.open("ab", buffering=0) as file:
            file.truncate(length)
            left = memoryview(line_of(record).encode())
            try:
                while left:
                    left = left[file.write(left) or 0 :]
            except OSError:
                file.truncate(length)
                raise
    except OSError as error:
        raise OSError(
            f"The file {path} cannot be written ({error.strerror}). Its {'earlier ' if length else ''}lines are kept: "
            "make room, or the folder writable, and give the same command again."
        ) from error
