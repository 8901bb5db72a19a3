"""Files of JSON lines: each sealed, appended line by line, a line torn by an interruption cut off."""

import json
import logging
from pathlib import Path
from typing import Any

from designopt.records.files.seal import Chain, is_sealed

_log = logging.getLogger(__name__)


class ChangedLine(ValueError):
    """A line is not what was written there; the message says which and why."""


_AS_LINE = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


def line_of(record: dict[str, Any]) -> str:
    """A record as one line of text. Raises ValueError for a number that is not finite."""
    return _AS_LINE(record) + "\n"


class LineFile:
    """What a file of lines holds, read when it is made.

    Attributes:
        records: a JSON object for each whole line; a torn last line is left out, with a warning.
        length: of the part that holds them, in bytes.
        chain: the seals so far; None where an earlier version began the file, which has none.

    Raises ChangedLine, in a sentence, for a line that is no JSON object or does not fit its seal.
    """

    def __init__(self, path: Path):
        self.path = path
        self.records: list[dict[str, Any]] = []
        self.length = 0
        self.chain: Chain | None = Chain()
        if not path.exists():
            return
        with path.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    _log.warning("The last line of %s was torn by an interruption; it is cut off.", path)
                    return
                self._take(line)

    def append(self, record: dict[str, Any]) -> None:
        """Append one flushed line, after cutting what an interruption left of the last one.

        Raises OSError, in a sentence, where it cannot be written; the lines before stay as they were.
        """
        line = line_of(record).encode()
        try:
            with self.path.open("ab", buffering=0) as file:
                file.truncate(self.length)
                left = memoryview(line if self.chain is None else self.chain.seal(line))
                try:
                    while left:
                        left = left[file.write(left) or 0 :]
                except OSError:
                    file.truncate(self.length)
                    raise
        except OSError as error:
            raise OSError(
                f"The file {self.path} cannot be written ({error.strerror}). Its {'earlier ' if self.length else ''}"
                "lines are kept: make room, or the folder writable, and give the same command again."
            ) from error

    def _take(self, line: bytes) -> None:
        if not self.records and not is_sealed(line):
            self.chain = None
        if self.chain is not None and (fault := self.chain.fault(line)):
            raise self._changed(f"it {fault}")
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            raise self._changed("it is not JSON" if line.strip() else "it is blank") from None
        if not isinstance(record, dict) or ("seal" in record) != (self.chain is not None):
            raise self._changed("it is no record, or its seal does not stand where it was written")
        record.pop("seal", None)
        self.records.append(record)
        self.length += len(line)

    def _changed(self, why: str) -> ChangedLine:
        return ChangedLine(f"line {len(self.records) + 1} is not as it was written: {why}")
