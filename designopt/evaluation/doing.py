"""What a run is doing at this moment, for those who watch it."""

from collections.abc import Callable
from enum import IntEnum


class Doing(IntEnum):
    """One thing at a time; small numbers, so that one byte of shared memory tells another process."""

    STARTING = 0
    """Its process starts, the study's script is loaded."""
    REPLAYING = 1
    """The search is led through what its ledger holds; nothing is simulated."""
    COMPILING = 2
    """The simulator is compiled for batches of a new size."""
    SIMULATING = 3
    """Designs are scored."""
    THINKING = 4
    """The optimiser chooses what to score next, what it compiles itself included."""
    RESCORING = 5
    """The winner is scored again, on fresh events."""

    @property
    def word(self) -> str:
        """As people read it."""
        return "re-scoring" if self is Doing.RESCORING else self.name.lower()


Tell = Callable[[Doing], None]
"""Hears what a run begins to do: called often, so it has to be quick."""


def nobody(doing: Doing) -> None:
    """Nobody watches."""
