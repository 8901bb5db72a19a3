"""The verification table: the gain that the model predicts for each winner beside what another simulation finds."""

import math
from collections.abc import Sequence
from typing import Any

from designopt.records.designs.verification import VerificationRecord, outcomes
from designopt.records.designs.verification_result import Gain
from designopt.report.data.comparison import Section
from designopt.report.tables.table import MISSING, Column, Table, number, with_error


def verification_table(section: Section, verification_records: Sequence[VerificationRecord]) -> Table:
    """One row per winner and quantity; empty where the reference or every winner is still unchecked."""
    found = outcomes(one for one in verification_records if one.problem == section.problem)
    rows = [
        {
            "entrant": one.entrant,
            "quantity": gain.quantity,
            "predicted": smaller_by(gain.predicted),
            "found": smaller_by(gain.found),
            "error": 100 * gain.error * math.exp(-gain.found),
            "survives": 100 * gain.survives,
            "survives_error": 100 * gain.survives_error,
            "decides": gain.decides,
            "simulation": one.result.simulation,
            "events": one.result.events,
            "file": one.file,
            "trial": one.trial,
        }
        for one, _, found_gains in found
        for gain in found_gains
    ]
    columns = [
        Column(("entrant",), "winner of"),
        Column(("quantity",), "quantity"),
        Column(("predicted",), "predicted to be smaller by, %", lambda row: number(row["predicted"], 3)),
        Column(("found", "error"), "found smaller by, %", lambda row: with_error(row["found"], row["error"])),
        Column(("survives", "survives_error", "decides"), "survives, %", _survives),
        Column(("simulation", "events", "file", "trial")),
    ]
    notes = " ".join(dict.fromkeys(one.result.note for one, _, _ in found if one.result.note))
    simulations = ", ".join(dict.fromkeys(one.result.simulation for one, _, _ in found)) or "an independent simulation"
    against = found[0][1].entrant if found else "the reference"
    caption = (
        f"Gain over {against} at the same cost, as the model predicts it and as {simulations} finds it "
        f"(errors: its statistics). Survives: ratio of the logarithmic gains; the mean weighs them by their errors. "
        f"{undecided(found)}{notes}"
    ).strip()
    return Table("verification", caption, columns, rows)


def smaller_by(gain: float) -> float:
    """A logarithmic gain as per cent by which the quantity is smaller."""
    return -100 * math.expm1(-gain)


def undecided(found: Sequence[tuple[VerificationRecord, VerificationRecord, list[Gain]]]) -> str:
    """Which quantities the check says nothing about, as a sentence that ends in a space; empty where there are none."""
    silent = dict.fromkeys(gain.quantity for _, _, gains in found for gain in gains if not gain.decides)
    if not silent:
        return ""
    return (
        f"Decides nothing, since twice its error is more than what is predicted: {', '.join(silent)}. "
        "More events (--events) would. "
    )


def _survives(row: dict[str, Any]) -> str:
    if math.isnan(row["survives"]):
        return MISSING
    return with_error(row["survives"], row["survives_error"]) + ("" if row["decides"] else " (decides nothing)")
