"""Where a kill fell, as the ledgers themselves say afterwards, and what they held that must never change again."""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

from designopt.records.ledger import run_files

WRITE, RESCORE, ELSEWHERE = "within a write", "within a re-scoring", "elsewhere"


@dataclass
class Tail:
    """The end of one ledger: whole lines and trials so far, whether a line is torn, the kind of the last whole one."""

    size: int = 0
    length: int = 0
    trials: int = 0
    lines: int = 0
    kind: str = ""
    torn: bool = False


@dataclass
class Folder:
    """The ledgers of a run folder, looked at while others write them."""

    run_dir: Path
    tails: dict[Path, Tail] = field(default_factory=dict)

    def look(self) -> list[Path]:
        """Take in what was written since the last look; the ledgers that changed."""
        changed = []
        for path in run_files(self.run_dir):
            tail, size = self.tails.setdefault(path, Tail()), path.stat().st_size
            if size == tail.size:
                continue
            if size < tail.length:
                tail = self.tails[path] = Tail()
            with path.open("rb") as file:
                file.seek(tail.length)
                new = file.read()
            whole, _, rest = new.rpartition(b"\n")
            for line in whole.split(b"\n") if whole else ():
                tail.kind = str(json.loads(line)["kind"])
                tail.lines += 1
                tail.trials += tail.kind == "trial"
            tail.length += len(new) - len(rest)
            tail.size, tail.torn = tail.length + len(rest), bool(rest)
            changed.append(path)
        return changed

    @property
    def trials(self) -> int:
        """Whole trial lines in all ledgers."""
        return sum(tail.trials for tail in self.tails.values())

    def moment(self, written: set[Path]) -> str:
        """Where a kill fell that ended those who wrote these ledgers: a line is torn, or an end has no winner yet.

        A search that ends without a design that may be ranked has no winner, so its end is no re-scoring; the toys of
        the campaign always find one.
        """
        tails = [self.tails[path] for path in written if path in self.tails]
        if any(tail.torn for tail in tails):
            return WRITE
        return RESCORE if any(tail.kind == "end" for tail in tails) else ELSEWHERE


@dataclass
class Kept:
    """What every ledger held at the kills so far: length and checksum of its whole lines."""

    seen: dict[Path, tuple[int, str]] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)

    def note(self, folder: Folder) -> None:
        """See that what was held is still there, byte for byte, and note what is held now."""
        for path, tail in folder.tails.items():
            whole = path.read_bytes()
            length, checksum = self.seen.get(path, (0, _checksum(b"")))
            if _checksum(whole[:length]) != checksum:
                self.changed.append(f"{path.name} has lost or changed what it held at an earlier kill")
            self.seen[path] = tail.length, _checksum(whole[: tail.length])


def _checksum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
