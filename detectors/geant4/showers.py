"""Showers for a verification: all jobs at one pace within the time, enough of each, failures as sentences."""

import math
from collections.abc import Sequence

from designopt.detectors.geant4.cache import Cache
from designopt.detectors.geant4.job import Job
from designopt.detectors.geant4.pool import run_in_rounds
from designopt.detectors.geant4.session import Events, Geant4Error, Session

FEWEST = 10
"""Showers of an energy from which a spread can be told."""


def showers(
    jobs: Sequence[tuple[Job, int]], labels: Sequence[str], minutes: float | None, cache: Cache | None
) -> list[Events]:
    """The events of every job; `labels` name them in a sentence, such as "showers of 5 GeV".

    They are kept on disk, in the project's own `cache` if none is given: a verification that was killed goes on.
    Raises ValueError where Geant4 is missing, refuses a job, or had time for fewer than `FEWEST` events of one.
    """
    try:
        found = run_in_rounds(Session(cache or Cache()), jobs, math.inf if minutes is None else minutes)
    except Geant4Error as refused:
        raise ValueError(str(refused)) from refused
    for label, events in zip(labels, found, strict=True):
        if len(events.energy) < FEWEST:
            raise ValueError(
                f"Geant4 simulated {len(events.energy)} {label} in its time, too few for a spread. "
                "Give it more --minutes."
            )
    return found


def remarks(note: str, found: Sequence[Events]) -> str:
    """A note followed by what went wrong in the sessions."""
    trouble = " ".join(sentence for events in found for sentence in events.trouble)
    return f"{note.strip()} {trouble}".strip()
