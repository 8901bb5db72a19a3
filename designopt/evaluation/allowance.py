"""What a run may use of the computer: simulated events, the same for every optimiser of a comparison."""

from dataclasses import dataclass

from designopt.design.numbers import shown, whole

MOST = 10**15
"""Events: a nanosecond each, they take twelve days."""


@dataclass(frozen=True)
class Allowance:
    """Computing a run may use: simulated events. Raises ValueError unless it is a positive whole number.

    Args:
        events: simulated events, 1 to 1e15; a batch of designs costs `problem.events` each.

    >>> Allowance(events=20_000).events
    20000
    """

    events: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "events", whole(self.events, "The allowance of simulated events"))
        if self.events > MOST:
            raise ValueError(
                f"The allowance is {shown(self.events)} simulated events, which nothing ever spends. "
                f"Give at most {MOST:g}."
            )
        if self.events <= 0:
            raise ValueError(f"The allowance is {self.events} simulated events. Give a positive number.")
