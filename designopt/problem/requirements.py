"""Requirements that a review board sets: what is asked of every design, how much of it, and who says so."""

from dataclasses import dataclass
from typing import Any

ASSUMED = "assumed"
"""Source of a number that nobody has published."""


@dataclass(frozen=True)
class Requirement:
    """One requirement of a problem.

    Attributes:
        option: the option of the problem's maker that sets it.
        meaning: what is asked, in a sentence without its end.
        value: how much of it, with its unit, as read by people.
        source: where the number is from: a publication, a detector, or "assumed", if possible with a range.
        limit: the side limit that enforces it; None where it is part of the response (noise, misalignment).
        off: the value of the option that takes the requirement away.

    Raises ValueError for an empty meaning, value or source.
    """

    option: str
    meaning: str
    value: str
    source: str = ASSUMED
    limit: str | None = None
    off: Any = None

    def __post_init__(self) -> None:
        for name in ("option", "meaning", "value", "source"):
            if not getattr(self, name):
                raise ValueError(f"A requirement has no {name}. Say it: the report and `describe` print it.")
