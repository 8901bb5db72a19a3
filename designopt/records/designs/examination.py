"""What is found around one design: its slopes at constant cost, shadow prices, and its score under changes."""

import math
from dataclasses import asdict, dataclass
from typing import Any, Literal

from designopt.records.designs.reading import as_declared

Kind = Literal["as built", "budget", "price", "ranges", "assumed", "construction", "rebuilt", "size"]


@dataclass(frozen=True)
class Scored:
    """A design that was changed a little, scored as built on the samples that all changes of a problem share.

    Attributes:
        kind: what was changed: nothing ("as built"), the budget, a price, all prices within their "ranges", a number of
            the requirements ("assumed"), sizes made inexactly ("construction"), nothing but the rebuilding that all
            changes of sizes go through, or a variable at constant cost ("size").
        what: name of the cost item or variable, the option of a requirement and its value in words, or empty.
        amount: relative change of budget or price; value of an option; step of a size as a share of its range.
        draw: which of several random directions.
        compensation: what was given to pay for the change: nothing, sizes, or whole units ("2 less") and sizes.
        scores: one per sample; none where the simulator gave no finite number.
        spent: cost as a share of the budget, both as changed.
        excess: sum of the excesses over the side limits.
    """

    kind: Kind
    what: str
    amount: float
    draw: int
    compensation: str
    scores: tuple[float, ...]
    spent: float
    excess: float

    @property
    def score(self) -> float:
        """Mean over the samples; NaN where there is none."""
        return sum(self.scores) / len(self.scores) if self.scores else math.nan

    @property
    def change(self) -> tuple[Kind, str, float, int]:
        """What tells this change from the others of a design."""
        return self.kind, self.what, self.amount, self.draw


@dataclass(frozen=True)
class Slope:
    """First-order change of the loss if every slot of a variable moved by 1 % of its range, each the better way.

    `step` is that 1 % in the variable's own unit. `unpaid`: as if money and limits did not matter; `paid`: at constant
    cost and side limits; `free`: the part of `paid` that no bound of the variable forbids, 0 at an optimum.
    """

    variable: str
    step: str
    unpaid: float
    paid: float
    free: float


@dataclass(frozen=True)
class Slopes:
    """First-order conditions at a design.

    `shadow`: loss that is saved by 1 % more budget, or by a side limit that is 1 % wider, for every one that binds.
    `unexplained`: length of the free gradient at constant cost, as a share of the whole gradient's; 0 at an optimum.
    """

    variables: tuple[Slope, ...]
    shadow: dict[str, float]
    unexplained: float


@dataclass(frozen=True)
class Examination:
    """Everything that was found around one design.

    Attributes:
        changes: the design itself and with everything changed a little.
        slopes: None where there is no gradient, or none was wanted.
        rescored, rescored_error: mean score and standard error by which the study ranked the design; None for a design
            of no study.
    """

    changes: tuple[Scored, ...]
    slopes: Slopes | None = None
    rescored: float | None = None
    rescored_error: float | None = None

    @property
    def nominal(self) -> Scored:
        """The design itself."""
        return next(one for one in self.changes if one.kind == "as built")

    def of(self, kind: Kind) -> list[Scored]:
        """All changes of a kind, in the order they were made."""
        return [one for one in self.changes if one.kind == kind]

    def to_record(self) -> dict[str, Any]:
        """The examination as JSON values."""
        return asdict(self)

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Examination":
        """The inverse of `to_record`."""
        changes = tuple(as_declared(Scored, one) for one in record["changes"])
        if not any(one.kind == "as built" for one in changes):
            raise ValueError("The design itself is not among the changes.")
        found = record["slopes"]
        if found is not None:
            variables = tuple(as_declared(Slope, one) for one in found["variables"])
            found = as_declared(Slopes, {**found, "variables": variables})
        ranked = {name: record[name] for name in ("rescored", "rescored_error")}
        return as_declared(cls, {"changes": changes, "slopes": found, **ranked})


def gain(design: Scored, reference: Scored) -> tuple[float, float]:
    """By how much a design scores lower than a reference, sample by sample: mean and its standard error.

    The gain is NaN where one of them has no score; the error is 0 for a single sample.
    """
    pairs = list(zip(reference.scores, design.scores, strict=False))
    if not pairs:
        return math.nan, 0.0
    differences = [held - mine for held, mine in pairs]
    mean = sum(differences) / len(pairs)
    if len(pairs) == 1:
        return mean, 0.0
    variance = sum((one - mean) ** 2 for one in differences) / (len(pairs) - 1)
    return mean, math.sqrt(variance / len(pairs))
