"""Who took part in a run, as the header of its ledger says: an optimiser, by its name and its role."""

from collections.abc import Mapping
from typing import Any, Literal

Role = Literal["search", "baseline", "reference"]
"""A search learns or samples; a baseline searches nothing; a reference is a design of people. The latter two are what
searches are held against."""


def role_of(header: Mapping[str, Any]) -> Role:
    """Role of the entrant that a ledger's header describes."""
    role: Role = header["optimiser"]["role"]
    return role


def is_compared_with(header: Mapping[str, Any]) -> bool:
    """Whether the run is that of the reference design that gains on its problem are quoted against."""
    wanted, optimiser = header["problem"].get("compare_with"), header["optimiser"]
    return wanted is not None and role_of(header) == "reference" and optimiser["settings"].get("design") == wanted


SCALED = 1.1
"""Ratio of the budget to what a reference was drawn for, or the other way, beyond which the reader is told."""


def is_scaled(price: float, budget: float) -> bool:
    """Whether a design drawn for `price` was changed much to cost the `budget`, both in kCHF.

    Args:
        price: of the design as it was drawn.
        budget: what it costs now.
    """
    return not 1 / SCALED <= price / budget <= SCALED
