"""Number and checksum at the end of every line of a ledger, so that no line is lost, doubled, moved or changed unseen.

The checksum is the CRC-32 of all lines so far, each without its seal: it tells accidents, and stops no forger.
"""

import re
import zlib

_SEAL = re.compile(rb',"seal":"(\d{6,18}):([0-9a-f]{8})"\}\n\Z')


LENGTH = 48
"""No seal is longer: nothing before the last so many bytes of a line is looked at to find it."""


def _found(line: bytes) -> re.Match[bytes] | None:
    return _SEAL.search(line, max(0, len(line) - LENGTH))


def is_sealed(line: bytes) -> bool:
    """Whether the line ends in a seal, whatever it says."""
    return _found(line) is not None


class Chain:
    """The seals of one ledger, line after line."""

    def __init__(self) -> None:
        self._count, self._checksum = 0, 0

    def seal(self, line: bytes) -> bytes:
        """The next line with its seal.

        Args:
            line: a JSON object that is not empty, with its newline.
        """
        body = line[:-2]
        self._checksum = zlib.crc32(body, self._checksum)
        mark = f',"seal":"{self._count:06d}:{self._checksum:08x}"}}\n'
        self._count += 1
        return body + mark.encode()

    def fault(self, line: bytes) -> str:
        """What is wrong with the next line, in words that follow "it"; empty, and the chain goes on, if nothing is."""
        found = _found(line)
        if found is None:
            return "has no seal"
        number = int(found[1])
        if number > self._count:
            return f"is number {number} of those written, where number {self._count} belongs"
        if number < self._count:
            return f"is number {number} of those written once more, where number {self._count} belongs"
        checksum = zlib.crc32(line[: found.start()], self._checksum)
        if found[2] != b"%08x" % checksum or found[1] != b"%06d" % number:
            return "is not as it was written: its checksum does not fit"
        self._count, self._checksum = number + 1, checksum
        return ""
