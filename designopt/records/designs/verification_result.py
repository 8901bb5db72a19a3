"""What an independent simulation says of one design, beside what its model predicted."""

import math
from dataclasses import asdict, dataclass
from typing import Any

from designopt.records.designs.reading import as_declared

MEAN = "mean of all"
"""Name of the summary of several quantities."""

CLEAR = 2.0
"""Standard errors that a predicted gain has to be, for a check to decide whether it is there."""


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
        quantities = tuple(as_declared(Measured, quantity) for quantity in record["quantities"])
        rest = {name: record[name] for name in ("simulation", "events", "note")}
        return as_declared(cls, {"quantities": quantities, **rest})


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

    @property
    def decides(self) -> bool:
        """Whether the check can tell the predicted gain from none: it is more than two standard errors."""
        return abs(self.predicted) > CLEAR * self.error


def gains(design: Verification, reference: Verification) -> list[Gain]:
    r"""Gain in every quantity that both have, then their mean, whose quantity is called 'mean of all'.

    The mean is that of the logarithms, each with the weight $1/\sigma^2$ of its error, in what is predicted and what
    is found alike: a quantity that is hardly known says hardly anything. Quantities that are known exactly, if there
    are any, make the mean alone. Errors are independent. Raises ValueError if the two share no quantity.
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
    exact = [gain for gain in found if not gain.error]
    weights = [1.0 / gain.error**2 for gain in found] if not exact else [float(not gain.error) for gain in found]
    total = sum(weights)
    mean = Gain(
        MEAN,
        sum(weight * gain.predicted for weight, gain in zip(weights, found, strict=True)) / total,
        sum(weight * gain.found for weight, gain in zip(weights, found, strict=True)) / total,
        0.0 if exact else math.sqrt(1.0 / total),
    )
    return [*found, mean]
