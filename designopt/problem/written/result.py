"""What every evaluation of a written design has in common: money, requirements, warnings."""

from collections.abc import Mapping, Sequence
from typing import Any

COMMON = ("cost", "total_cost", "requirements", "warnings")
"""Keys that every result has."""

Requirements = dict[str, dict[str, Any]]


def common_part(
    cost: Mapping[str, Any] | None, warnings: Sequence[str], requirements: Mapping[str, Mapping[str, Any]] | None = None
) -> dict[str, Any]:
    """The keys that every result has.

    Args:
        cost: kCHF by item; None where something has no price, which a warning has to say.
        warnings: sentences on what to keep in mind.
        requirements: by name what `at_most`, `at_least` or `below_zero` give; none where nothing is asked.

    Returns:
        `cost` {item: kCHF}, empty where something has no price; `total_cost` in kCHF, then None; `requirements`
        {name: {"value", "limit", "unit", "kept"}}; `warnings`, each once.
    """
    items = {name: float(value) for name, value in (cost or {}).items()}
    return {
        "cost": items,
        "total_cost": None if cost is None else sum(items.values()),
        "requirements": {name: dict(one) for name, one in (requirements or {}).items()},
        "warnings": list(dict.fromkeys(warnings)),
    }


def at_most(value: float | None, limit: float | None, unit: str = "") -> dict[str, Any]:
    """A value that must not be above its limit; a limit of 0 or None asks nothing, nor is anything asked of None."""
    kept = not limit or value is None or value <= limit * (1 + 1e-9)
    return {"value": value, "limit": limit or None, "unit": unit, "kept": bool(kept)}


def at_least(value: float | None, limit: float | None, unit: str = "") -> dict[str, Any]:
    """A value that must not be below its limit; None where the design has nothing of the kind."""
    kept = not limit or value is None or value >= limit * (1 - 1e-9)
    return {"value": value, "limit": limit or None, "unit": unit, "kept": bool(kept)}


def below_zero(limits: Mapping[str, Any]) -> Requirements:
    """Side limits of a problem, dimensionless numbers that are met when not positive, as requirements."""
    return {name: {"value": float(g), "limit": 0.0, "unit": "", "kept": bool(g <= 0)} for name, g in limits.items()}
