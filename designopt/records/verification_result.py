"""What an independent simulation says of one design, beside what its model predicted."""

import math
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Measured:
    """One quantity of a design, smaller is better: predicted by the model, and found by the independent simulation.

    `quantity` is its label with unit; `error` is the standard error of `found`, from the number of its events.
    Raises ValueError unless all three are finite, the values positive and the error not negative.
    """

    quantity: str
    predicted: float
    found: float
    error: float

    def __post_init__(self) -> None:
        values = (self.predicted, self.found, self.error)
        if not (all(map(math.isfinite, values)) and self.predicted > 0 and self.found > 0 and self.error >= 0):
            raise ValueError(
                f"The check of '{self.quantity}' gave {self.predicted:g} predicted and {self.found:g} ± {self.error:g} "
                "found, which no gain can be made of. Simulate more events."
            )


@dataclass(frozen=True)
class Verification:
    """Every checked quantity of one design.

    Attributes:
        simulation: name of the independent simulation, with its version and, where it has one, its physics list.
        quantities: what was checked, in the order they are shown.
        events: events the independent simulation ran for this design.
        note: what the check leaves out, as a sentence; may be empty.
    """

    simulation: str
    quantities: tuple[Measured, ...]
    events: int
    note: str = ""

    def __post_init__(self) -> None:
        if not self.quantities:
            raise ValueError("A verification needs at least one quantity to compare.")

    def to_record(self) -> dict[str, Any]:
        """The verification as JSON values."""
        return asdict(self)

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Verification":
        """A verification from the JSON values of `to_record`."""
        measured = tuple(Measured(**quantity) for quantity in record["quantities"])
        return cls(record["simulation"], measured, int(record["events"]), record["note"])


@dataclass(frozen=True)
class Gain:
    r"""How much better a design is than a reference: $\ln(q_\mathrm{ref} / q_\mathrm{design})$, with its error."""

    quantity: str
    predicted: float
    found: float
    error: float

    @property
    def survives(self) -> float:
        """Share of the predicted gain that the independent simulation confirms; NaN where none was predicted."""
        return self.found / self.predicted if self.predicted > 0 else math.nan

    @property
    def survives_error(self) -> float:
        """Standard error of `survives`."""
        return self.error / self.predicted if self.predicted > 0 else math.nan


def gains(design: Verification, reference: Verification) -> list[Gain]:
    """Gain in every quantity that both have, then their mean, whose quantity is called 'mean of all'.

    The mean is that of the logarithms; errors are independent. Raises ValueError if the two share no quantity.
    """
    held = {measured.quantity: measured for measured in reference.quantities}
    found = [
        Gain(
            mine.quantity,
            math.log(held[mine.quantity].predicted / mine.predicted),
            math.log(held[mine.quantity].found / mine.found),
            math.hypot(mine.error / mine.found, held[mine.quantity].error / held[mine.quantity].found),
        )
        for mine in design.quantities
        if mine.quantity in held
    ]
    if not found:
        raise ValueError("The design and the reference were checked in different quantities. Verify both anew.")
    if len(found) == 1:
        return found
    count = len(found)
    mean = Gain(
        "mean of all",
        sum(gain.predicted for gain in found) / count,
        sum(gain.found for gain in found) / count,
        math.sqrt(sum(gain.error**2 for gain in found)) / count,
    )
    return [*found, mean]
