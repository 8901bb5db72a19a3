"""The best designs known, one file an entry: read, looked up for a problem's card, and proposed from a run folder."""

import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from designopt.records.files.file_names import slug
from designopt.records.study_record import load

FOLDER = Path(__file__).parent
CLOSE = 1e-3
"""Difference of scores up to which an optimiser has reached the same."""
KEYS = ("problem", "options", "budget", "score", "cost", "design", "how", "evaluations", "families")


def entries(folder: Path = FOLDER) -> list[dict[str, Any]]:
    """Every entry, sorted by its file.

    `problem`, `options` (all of them), `budget` and `cost` (kCHF), `score` (as built, on the events that all
    designs are ranked on), `design` (internal units), `how` it was found, with how many `evaluations` in all, and the
    `families` of optimisers that reached it to within a thousandth. Raises ValueError for a file that lacks one of
    them.

    Args:
        folder: that holds the files.
    """
    found = []
    for path in sorted(folder.glob("*.json")):
        entry = json.loads(path.read_text(encoding="utf-8"))
        if lacking := [key for key in KEYS if key not in entry]:
            raise ValueError(f"The best-known design in {path} lacks {', '.join(lacking)}. Complete it.")
        found.append(entry)
    return found


def best_known(card: Mapping[str, Any], folder: Path = FOLDER) -> dict[str, Any] | None:
    """The entry of a problem of the same name, budget and options; None where none is known.

    Args:
        card: of the problem, as `Problem.card` returns it.
        folder: that holds the files.
    """
    for entry in entries(folder):
        same = entry["problem"] == card["name"] and entry["options"] == dict(card.get("options", {}))
        if same and abs(entry["budget"] - card["budget"]) <= 1e-9 * card["budget"]:
            return entry
    return None


def file_name(entry: Mapping[str, Any]) -> str:
    """Name of the file of an entry: problem, budget, and eight digits that tell its options from others."""
    digits = zlib.crc32(json.dumps(entry["options"], sort_keys=True).encode())
    return f"{slug(entry['problem'])}-{entry['budget']:g}-{digits:08x}.json"


def proposals(run_dir: Path, folder: Path = FOLDER) -> list[tuple[str, dict[str, Any], dict[str, Any] | None]]:
    """For every problem of a run folder the best winner as an entry, its file's name, and the entry known so far.

    Raises ValueError where no run ended with an allowed design.

    Args:
        run_dir: folder of a study.
        folder: that holds the entries known.
    """
    record, found = load(run_dir), []
    for card in record.problems:
        runs = [(run, run.best, run.winner) for run in record.runs if run.header["problem"] == card]
        scored = [
            (run, best, winner, float(best.score)) for run, best, winner in runs if best and winner and best.score
        ]
        if not scored:
            continue
        run, _, winner, score = min(scored, key=lambda one: one[3])
        entry = {
            "problem": card["name"],
            "options": dict(card["options"]),
            "budget": card["budget"],
            "score": score,
            "fresh_score": winner["score"],
            "fresh_error": winner["score_error"],
            "cost": winner["cost"],
            "design": winner["design"],
            "how": f"{run.entrant}, seed {run.header['seed']}, the best of {len(runs)} runs of '{record.name}'",
            "evaluations": round(sum(trial.events for one, _, _ in runs for trial in one.trials) / card["events"]),
            "families": sorted({one.entrant for one, _, _, other in scored if other <= score + CLOSE}),
        }
        name = file_name(entry)
        found.append((name, entry, best_known(card, folder)))
    if not found:
        raise ValueError(f"No run in {run_dir} ended with an allowed design, so there is nothing to record.")
    return found
