"""What `designopt verify` prints at its end: predicted gain beside the one that was found."""

import math
from pathlib import Path

from rich.table import Table

from designopt.cli.say import say
from designopt.records.designs.verification import outcomes
from designopt.records.study_record import load
from designopt.report.tables.verification_table import smaller_by, undecided


def show_gains(run_dir: Path) -> None:
    """Print a table for every verified winner whose reference is verified too."""
    for winner, reference, gains in outcomes(load(run_dir).verification):
        title = f"{winner.entrant} against {reference.entrant}, {winner.result.simulation}"
        table = Table("quantity", "predicted smaller by, %", "found, %", "survives, %", title=title, box=None)
        for gain in gains:
            found = f"{smaller_by(gain.found):.1f} ± {100 * gain.error * math.exp(-gain.found):.1f}"
            survives = f"{100 * gain.survives:.0f} ± {100 * gain.survives_error:.0f}" if gain.predicted > 0 else "–"
            survives += "" if gain.decides else " (decides nothing)"
            table.add_row(gain.quantity, f"{smaller_by(gain.predicted):.1f}", found, survives)
        say(table)
        if silent := undecided([(winner, reference, gains)]):
            say(silent.strip())
