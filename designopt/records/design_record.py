"""What a study remembers of its designs beside the ledger: files with one line a design, written once."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from designopt.records.ledger import whole_lines

Kept = TypeVar("Kept")


def remembered(path: Path, read: Callable[[dict[str, Any]], Kept], again: str) -> Iterator[Kept]:
    """Every line of the file as `read` understands it; none where there is no file yet.

    `again` is the command that would write the file anew. Raises ValueError for a damaged file.
    """
    if not path.exists():
        return
    for record in whole_lines(path)[0]:
        try:
            yield read(record)
        except (KeyError, TypeError) as error:
            raise ValueError(f"The file {path} is damaged ({error}). Move it away and {again} again.") from error


@dataclass(frozen=True)
class DesignRecord:
    """What is remembered of one design: whose it is, where it stands in the ledger, and with which seed it was seen."""

    problem: dict[str, Any]
    entrant: str
    file: str
    trial: int
    seed: int

    @property
    def is_reference(self) -> bool:
        """Whether the design is the reference that gains are quoted against."""
        return self.entrant.startswith("Reference-")


Seen = TypeVar("Seen", bound=DesignRecord)


def beside_reference(known: Iterable[Seen]) -> list[tuple[Seen, Seen]]:
    """Every winner with the reference of its problem; nothing where either is missing."""
    every = list(known)
    references = [one for one in every if one.is_reference]
    return [(one, held) for one in every if not one.is_reference for held in references if held.problem == one.problem]
