"""`designopt compare`: two campaigns side by side, what differs between them and what it did."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from designopt.cli.say import say


def compare(
    first: Annotated[Path, typer.Argument(help="Folder of a study.")],
    second: Annotated[Path, typer.Argument(help="Folder of another study, or of the same one made anew.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Hold two campaigns, price books or versions side by side: what changed, and what it did to scores and winners.

    Problems are matched by name and, where a folder holds several budgets, by budget; optimisers by name.

    Example: `designopt compare runs/spectrometer-old-prices runs/spectrometer-layout`
    """
    from designopt.report.content import read
    from designopt.report.data.campaigns import compare_campaigns
    from designopt.report.formats.data import plain
    from designopt.report.tables.campaign_table import campaign_table

    found = compare_campaigns(read(first), read(second))
    if as_json:
        sys.stdout.write(json.dumps(plain(found), indent=1, ensure_ascii=False, allow_nan=False) + "\n")
        return
    for sentence in found["changed"] or ["Nothing that the ledgers hold differs but the runs themselves."]:
        say(sentence)
    for match in found["problems"]:
        say(f"\n{match['title']}")
        for sentence in match["changed"]:
            say(f"- {sentence}")
        say(campaign_table(match))
    for place, alone in (("first", found["only_first"]), ("second", found["only_second"])):
        if alone:
            say(f"\nOnly the {place} holds: {', '.join(alone)}.")
