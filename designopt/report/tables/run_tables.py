"""Tables of what was run: every run, every failure, the money of every trial, the setting of every optimiser."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

from designopt.records.files.file_names import LINES, slug
from designopt.records.identity import flattened
from designopt.report.data.comparison import Entrant, Section
from designopt.report.data.metrics import COMPLETE, RunMetrics, largest
from designopt.report.tables.table import MISSING, Column, Table, count, number, with_error


def budget_kept(section: Section) -> Table:
    """The proof that all had the same money: the worst trial of each entrant."""
    rows = []
    for entrant in section.entrants:
        miss = largest([run.cost_miss for run in entrant.runs])
        over = largest([run.over_budget for run in entrant.runs])
        rows.append(
            {
                "optimiser": entrant.name,
                "trials": sum(len(run.number) for run in entrant.runs),
                "cost_miss": miss.value,
                "cost_miss_file": miss.file,
                "cost_miss_trial": miss.trial,
                "over_budget": over.value,
                "over_budget_file": over.file,
                "over_budget_trial": over.trial,
            }
        )
    at_most = section.problem["spend"] == "at most"
    columns = [
        Column(("optimiser",), "optimiser"),
        Column(("trials",), "trials"),
        Column(
            ("cost_miss",),
            f"max {'(cost − budget)' if at_most else '|cost − budget|'} / budget, relaxed",
            _small("cost_miss"),
        ),
        Column(("cost_miss_file", "cost_miss_trial"), "where", lambda row: _where(section, row, "cost_miss")),
        Column(("over_budget",), "max over budget, as built", _small("over_budget")),
        Column(("over_budget_file", "over_budget_trial"), "where", lambda row: _where(section, row, "over_budget")),
    ]
    return Table("budget", "The money of every trial against the budget.", columns, rows)


def failures(section: Section) -> Table:
    """Runs that did not end well; each stays in every number above."""
    rows = [
        {
            "optimiser": run.name,
            "seed": run.seed,
            "status": run.status,
            "why": run.why,
            "trials": len(run.number),
            "events": run.spent,
            "value": section.worst,
            "file": run.file,
        }
        for run in section.runs
        if run.status != COMPLETE
    ]
    columns = [
        Column(("optimiser",), "optimiser"),
        Column(("seed",), "seed"),
        Column(("status",), "status"),
        Column(("why",), "why"),
        Column(("trials",), "trials"),
        Column(("events",), "events", lambda row: count(row["events"])),
        Column(("value",), "value used"),
        Column(("file",), "file", lambda row: _told(section, row["file"])),
    ]
    caption = "Runs without a result: they count with the worst final score seen, and as infinite in every runtime."
    return Table("failures", caption, columns, rows)


def runs(section: Section) -> Table:
    """One row per run, from which all others are made."""
    rows = [_run(section, entrant, run) for entrant in section.entrants for run in entrant.runs]
    columns = [
        Column(("optimiser",), "optimiser"),
        Column(("seed",), "seed"),
        Column(("status",), "status"),
        Column(("value",), "final score"),
        Column(("best",), "best recorded"),
        Column(("trial",), "trial", lambda row: MISSING if row["trial"] is None else str(row["trial"])),
        Column(("events_to_best",), "events until then", lambda row: count(row["events_to_best"])),
        Column(
            ("rescored", "rescored_error"), "re-scored", lambda row: with_error(row["rescored"], row["rescored_error"])
        ),
        Column(("trials",), "trials"),
        Column(("events",), "events", lambda row: count(row["events"])),
        Column(("seconds",), "wall seconds", lambda row: number(row["seconds"], 3)),
        Column(("file",), "file", lambda row: _told(section, row["file"])),
        Column(
            (
                "why",
                "thinking_seconds",
                "simulating_seconds",
                "infeasible",
                "winner_trial",
                "built_cost",
                "unspent",
                "cost_miss",
                "over_budget",
            )
        ),
    ]
    caption = (
        "Every run. Best recorded: the lowest feasible as-built score within the common allowance, and its trial. "
        f"Files are ledger/{_alike(section)}*{LINES}, of which the part that differs is shown."
    )
    return Table("runs", caption, columns, rows)


def problem(section: Section) -> Table:
    """The problem card as a table: everything the header says of it."""
    card = section.problem
    sense = "spent exactly" if card["spend"] == "exactly" else "at most: money may be left over"
    facts = [
        ("problem", card["name"]),
        ("budget", f"{number(card['budget'])} kCHF, {sense}"),
        ("coordinates of the search", str(card["size"])),
        ("side limits", ", ".join(card.get("constraints", [])) or "none"),
        ("events per evaluation", number(card["events"])),
        ("price of a gradient", _gradient(card["gradient_price"])),
        ("compared at", f"{count(section.allowance)} simulated events per run, the smallest allowance of all"),
    ]
    shown = ("name", "budget", "spend", "size", "constraints", "events", "gradient_price")
    facts += flattened({key: value for key, value in card.items() if key not in shown}).items()
    rows = [{"fact": fact, "value": value} for fact, value in facts]
    return Table("problem", "", [Column(("fact",), "the problem"), Column(("value",), "as in the ledger")], rows)


def _gradient(price: float | None) -> str:
    if price is None:
        return "the simulator has no gradient"
    return f"{number(price, 3)} evaluations, value included"


def optimisers(section: Section) -> Table:
    """The optimiser cards as a table."""
    rows = []
    for entrant in section.entrants:
        card = entrant.runs[0].header["optimiser"]
        needs: dict[str, int] = {}
        for run in entrant.runs:
            for kind, times in run.needs.items():
                needs[kind] = needs.get(kind, 0) + times
        rows.append(
            {
                "optimiser": entrant.name,
                "library": f"{card.get('library', '')} {card.get('version', '')}".strip(),
                "settings": ", ".join(f"{key} = {_plain(value)}" for key, value in card.get("settings", {}).items())
                or "none",
                "tried": entrant.runs[0].header.get("settings_tried"),
                "reason": entrant.runs[0].header.get("reason", ""),
                "seeds": len(entrant.runs),
                "allowance": float(entrant.runs[0].header["allowance"]),
                "asks_for": ", ".join(sorted(needs)).lower().replace("|", " and ") or MISSING,
                "wall_hours": sum(float(run.at[-1]) for run in entrant.runs if len(run.at)) / 3600,
            }
        )
    columns = [
        Column(("optimiser",), "optimiser"),
        Column(("library",), "library"),
        Column(("settings",), "settings"),
        Column(("tried",), "settings tried"),
        Column(("asks_for",), "asks for"),
        Column(("seeds",), "seeds"),
        Column(("allowance",), "allowance, events", lambda row: count(row["allowance"])),
        Column(("wall_hours",), "wall hours, all seeds", lambda row: number(row["wall_hours"], 2)),
    ]
    columns.append(Column(("reason",)))
    caption = "One setting per optimiser, as recorded in the ledger; settings tried: until the defaults were kept."
    return Table("optimisers", caption, columns, rows)


def _run(section: Section, entrant: Entrant, run: RunMetrics) -> dict[str, Any]:
    place = run.best_trial(section.allowance)
    winner = run.winner or {}
    scored = int(run.scored.sum())
    return {
        "optimiser": run.name,
        "seed": run.seed,
        "status": run.status,
        "value": entrant.by_seed[run.seed],
        "best": math.nan if place is None else float(run.best[place]),
        "trial": None if place is None else int(run.number[place]),
        "events_to_best": math.nan if place is None else float(run.events[place]),
        "rescored": winner.get("score"),
        "rescored_error": winner.get("score_error"),
        "trials": len(run.number),
        "events": run.spent,
        "seconds": float(run.at[-1]) if len(run.at) else 0.0,
        "file": run.file,
        "why": run.why,
        "thinking_seconds": run.thinking,
        "simulating_seconds": run.simulating,
        "infeasible": 1 - int(run.feasible.sum()) / scored if scored else math.nan,
        "winner_trial": winner.get("number"),
        "built_cost": winner.get("cost"),
        "unspent": winner.get("unspent"),
        "cost_miss": run.cost_miss.value,
        "over_budget": run.over_budget.value,
    }


def _small(key: str) -> Callable[[dict[str, Any]], str]:
    return lambda row: "0" if row[key] == 0 else number(row[key], 2)


def _where(section: Section, row: dict[str, Any], key: str) -> str:
    file, trial = row[f"{key}_file"], row[f"{key}_trial"]
    return MISSING if not row[key] or trial is None else f"{_told(section, file)}, trial {trial}"


def _alike(section: Section) -> str:
    """What the names of a section's ledgers begin with, where they were named by this version."""
    return f"{slug(section.problem['name'])}--{slug(format(section.problem['budget'], 'g'))}--"


def _told(section: Section, file: str) -> str:
    """The name of a ledger as far as it differs from the others of its section: the rest makes tables wide."""
    return Path(file).name.removeprefix(_alike(section)).removesuffix(LINES)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
