"""Answers of programs on disk, by design, seed and version: nothing is simulated twice, and none is lost.

One file an answer, which appears whole or not at all, with a fingerprint of itself. Who simulates one holds its lock,
so that another process that wants the same waits for it; a lock ends with its process.
"""

import fcntl
import hashlib
import json
import os
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class AnswerWarning(UserWarning):
    """An answer on disk could not be used or written; the numbers served are right all the same."""


def key_of(asked: Mapping[str, Any]) -> str:
    """Twenty hexadecimal digits that name what was asked, bit for bit."""
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:20]


@dataclass(frozen=True)
class Answers:
    """The folder of one program in one version."""

    folder: Path

    def path(self, key: str) -> Path:
        """The file of an answer."""
        return self.folder / key[:2] / f"{key}.json"

    def read(self, key: str) -> dict[str, Any] | None:
        """What was answered, or None. A file that was altered is set aside, with a warning."""
        path = self.path(key)
        try:
            kept = json.loads(path.read_bytes())
            if kept["seal"] == _seal(kept["answer"], key):
                return dict(kept["answer"])
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError):
            pass
        aside = path.with_suffix(".spoilt")
        _warn(f"The answer {path} is torn or altered; it is set aside as {aside.name}, and simulated again.")
        path.replace(aside)
        return None

    def write(self, key: str, asked: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        """Keep an answer. A full disk costs the keeping, with a warning, not the answer."""
        path = self.path(key)
        whole = json.dumps({"asked": dict(asked), "answer": dict(answer), "seal": _seal(answer, key)})
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile("w", dir=path.parent, suffix=".new", delete=False) as file:
                try:
                    file.write(whole)
                    file.flush()
                    os.fsync(file.fileno())
                    os.replace(file.name, path)
                except BaseException:
                    os.unlink(file.name)
                    raise
        except OSError as trouble:
            _warn(
                f"An answer cannot be kept in {path.parent} ({trouble.strerror}). It is used all the same: make room."
            )

    @contextmanager
    def alone(self, key: str) -> Iterator[None]:
        """Within it, no other process or thread simulates the same."""
        path = self.path(key).with_suffix(".lock")
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = _locked(path)
        try:
            yield
        finally:
            with suppress(OSError):
                path.unlink()
            os.close(handle)


def _locked(path: Path) -> int:
    """A lock on a file that is still there: who waited for one that was removed meanwhile begins again."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            if os.stat(path).st_ino == os.fstat(handle).st_ino:
                return handle
        except FileNotFoundError:
            pass
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


def _seal(answer: Any, key: str) -> str:
    return hashlib.sha256((key + json.dumps(answer, sort_keys=True)).encode()).hexdigest()[:16]


def _warn(sentence: str) -> None:
    warnings.warn(sentence, AnswerWarning, stacklevel=3)
