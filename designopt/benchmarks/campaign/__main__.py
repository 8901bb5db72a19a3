"""`python -m designopt.benchmarks.campaign`: kills and other disasters, and what is lost by them, as JSON."""

import argparse
import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from designopt.benchmarks.campaign import commands, forked, nursery
from designopt.benchmarks.campaign.disasters import DISASTERS, all_disasters
from designopt.benchmarks.campaign.studies.slow_disk import SLOW
from designopt.benchmarks.campaign.tally import Tally
from designopt.runtime import prepare
from designopt.study.script import Script

STUDIES = Path(__file__).parent / "studies"
MUST_BE_NONE = ("trials_lost", "trials_doubled", "trials_different", "orphans_after_5_s")
SLOWED = "0.95"
"""Share of the processes that are killed whose disk is slow."""


def campaign(
    folder: Path, kills: int, minutes: float, seed: int, cli_share: float, tries: int, quick: bool
) -> dict[str, Any]:
    """Kill forked children and commands until `kills` are counted, then `tries` of each disaster; the result as JSON.

    Each of the three parts takes at most a third of `minutes`, and a study that is under way is still finished.

    Args:
        folder: for the runs; it must be empty or absent.
        kills: to be counted.
        minutes: after which nothing new is begun.
        seed: of the moments and the disasters.
        cli_share: of the kills that are done through the command line with two workers.
        tries: of each disaster.
        quick: two cheap searches only, for a look at whether all works.
    """
    chance, begun = random.Random(seed), time.monotonic()
    small, through_cli = Script(str(STUDIES / "small_study.py"), quick=False), round(cli_share * kills)
    both = {"forked": Tally(), "command line": Tally()}
    for name, kill, wanted, script in (
        ("forked", forked.kill_until_finished, kills - through_cli, Script(str(STUDIES / "line_up.py"), quick=False)),
        ("command line", commands.kill_until_finished, through_cli, Script(str(STUDIES / "line_up.py"), quick=True)),
    ):
        if not wanted:
            continue
        script, right = (small if quick else script), folder / f"undisturbed-{name.replace(' ', '-')}"
        nursery.warm_up(script, right)
        tally, ends = both[name], time.monotonic() + 20.0 * minutes
        os.environ[SLOW] = SLOWED
        while tally.counted < wanted and time.monotonic() < ends and not tally.faults:
            place = folder / f"{name.replace(' ', '-')}-{tally.passes}"
            place.mkdir()
            kill(script, place, right, tally, chance, wanted, ends)
            _say(f"{name}: {tally.counted} of {wanted} kills, {json.dumps(tally.record())}")
        del os.environ[SLOW]
    disasters = {}
    if tries:
        right, ends = folder / "undisturbed-disasters", time.monotonic() + 20.0 * minutes
        nursery.warm_up(small, right, commands=True)
        disasters = all_disasters(folder / "disasters", small, right, chance, tries, ends)
    parts = {name: tally.record() for name, tally in both.items()}
    total = {key: sum(part[key] for part in parts.values()) for key, value in both["forked"].record().items()
             if isinstance(value, int)}  # fmt: skip
    return {
        "seed": seed,
        "minutes": round((time.monotonic() - begun) / 60.0, 1),
        "total": total,
        **parts,
        "disasters": disasters,
    }


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


def main() -> None:
    """Read the options, print the result; exit code 1 if anything was lost, 2 for wrong options."""
    options = argparse.ArgumentParser(prog="python -m designopt.benchmarks.campaign", description=__doc__)
    options.add_argument("--kills", type=int, default=500, help="to be counted: after a trial was added")
    options.add_argument("--minutes", type=float, default=120.0, help="after which nothing new is begun")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--folder", type=Path, help="of the runs, kept; otherwise a temporary one")
    options.add_argument("--cli-share", type=float, default=1 / 3, help="of kills through the command line")
    options.add_argument("--disasters", type=int, default=20, help=f"of each kind: {', '.join(DISASTERS)}")
    options.add_argument("--quick", action="store_true", help="two cheap searches instead of all families")
    options.add_argument("--json", type=Path, help="file for the result too")
    chosen = options.parse_args()
    if chosen.folder is not None and chosen.folder.exists() and any(chosen.folder.iterdir()):
        options.error(f"the folder {chosen.folder} is not empty")
    prepare()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) if chosen.folder is None else chosen.folder
        folder.mkdir(parents=True, exist_ok=True)
        kills = chosen.kills, chosen.minutes, chosen.seed, chosen.cli_share
        found = campaign(folder.resolve(), *kills, chosen.disasters, chosen.quick)
    text = json.dumps(found, indent=2)
    sys.stdout.write(text + "\n")
    if chosen.json is not None:
        chosen.json.write_text(text + "\n")
    lost = sum(found["total"][key] for key in MUST_BE_NONE)
    others = [part[key] for part in (found["forked"], found["command line"]) for key in ("other_differences", "faults")]
    faults = any(kind["faults"] for kind in found["disasters"].values())
    raise SystemExit(1 if lost or any(others) or faults else 0)


if __name__ == "__main__":
    main()
