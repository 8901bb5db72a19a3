"""One simulated event as one line of text that knows whether it is whole: what the child says and the cache keeps."""

import base64
import hashlib
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Record:
    """What one event left in every channel (float32); `energy` of the primary particle in GeV."""

    event: int
    energy: float
    values: np.ndarray


def seal(key: str, text: str) -> str:
    """A fingerprint of a line in the entry `key`; a line of another entry does not pass."""
    return hashlib.blake2b(f"{key} {text}".encode(), digest_size=8).hexdigest()


def write_record(key: str, record: Record) -> str:
    """The event as a line, without its end."""
    packed = base64.b64encode(np.ascontiguousarray(record.values, np.float32).tobytes()).decode()
    text = f"{record.event} {record.energy!r} {packed}"
    return f"{text} {seal(key, text)}"


def read_record(key: str, line: str) -> Record | None:
    """The event of a line; None if the line is torn, altered or belongs to another entry."""
    text, _, mark = line.rstrip("\n").rpartition(" ")
    if mark != seal(key, text):
        return None
    event, energy, packed = text.split(" ")
    return Record(int(event), float(energy), np.frombuffer(base64.b64decode(packed), np.float32))
