"""Why a run ended, as sentences."""

from enum import Enum


class Stop(Enum):
    """The ending of a run."""

    EVENTS = "The simulated-event allowance is spent."
    CONVERGED = "The optimiser found no better design within its tolerance."
    EXHAUSTED = "The optimiser has nothing more to propose."
