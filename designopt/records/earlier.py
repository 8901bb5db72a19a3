"""Run folders written by earlier versions: the only place that knows what they called things and left out."""

from collections.abc import Mapping
from typing import Any

from designopt.records.entrant import Role

HELD_AGAINST = ("reference", "expert", "uniform")
"""Names of optimisers that searched nothing began so, before headers held a role."""
BLIND = 1e15
"""Price of a gradient that stood for none."""


def role_by_name(name: str) -> Role:
    """Role of an entrant whose header holds none: worked out from its name, as it was then."""
    lower = name.lower()
    if lower.startswith("reference-"):
        return "reference"
    return "baseline" if lower.startswith(HELD_AGAINST) else "search"


def header_now(header: Mapping[str, Any]) -> dict[str, Any]:
    """A ledger's header as this version writes it: the entrant's role, and null where there is no gradient."""
    optimiser = dict(header["optimiser"])
    if "role" not in optimiser:
        optimiser["role"] = role_by_name(optimiser["name"])
        optimiser.setdefault("settings", {})
        if optimiser["role"] == "reference":
            optimiser["settings"] = {"design": optimiser["name"].partition("-")[2], **optimiser["settings"]}
    return {**header, "problem": card_now(header["problem"]), "optimiser": optimiser}


def card_now(card: Mapping[str, Any]) -> dict[str, Any]:
    """A problem's card as this version writes it."""
    price = card.get("gradient_price")
    return {**card, "gradient_price": None} if price is not None and price >= BLIND else dict(card)


def trial_now(card: Mapping[str, Any], record: Mapping[str, Any]) -> dict[str, Any]:
    """A trial's record as this version writes it; `card` is its problem's.

    The money of the built detector was not recorded. Where money could be kept, the last coordinate of the point said
    how much, as a share of the budget less the least sum (`least`, an option of the problem).
    """
    from designopt.records.trial import unpack

    if "paid" in record:
        return dict(record)
    least, paid = card.get("options", {}).get("least"), record["built_cost"]
    if paid is not None and least is not None:
        paid -= float(unpack(record["u"])[-1]) * (card["budget"] - least)
    return {**record, "paid": paid}


def design_now(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record of a single design as this version writes it: with a role, and compensations for answers."""
    now = {**record, "problem": card_now(record["problem"])}
    now.setdefault("role", role_by_name(now["entrant"]))
    result = dict(now["result"])
    for moved in ("rescored", "rescored_error"):
        if moved in now:
            result[moved] = now.pop(moved)
    if "changes" in result:
        result["changes"] = [_change_now(change) for change in result["changes"]]
    return {**now, "result": result}


def _change_now(change: Mapping[str, Any]) -> dict[str, Any]:
    return {("compensation" if key == "answer" else key): value for key, value in change.items()}
