"""The tables of one section: results first, then what a sceptic asks for; every row names the runs it comes from."""

import json
import math
from typing import Any

from designopt.report import statistics
from designopt.report.comparison import Entrant, Section
from designopt.report.metrics import COMPLETE, RunMetrics, largest
from designopt.report.progress import gains, metric, metrics, seconds
from designopt.report.table import MISSING, Column, Table, count, interval, number, per_cent

CLOSED = 0.9  # share of the gap that the target of the main table closes


def final(section: Section) -> Table:
    """The main table, in the order of rank."""
    target = section.target(CLOSED)
    rows = []
    for entrant in section.entrants:
        winner = entrant.winner
        runtimes = section.runtimes(entrant, target)
        spent = seconds(entrant)
        scored = sum(int(run.scored.sum()) for run in entrant.runs)
        feasible = sum(int(run.feasible.sum()) for run in entrant.runs)
        rows.append(
            {
                "rank": section.rank[entrant.name],
                "rank_low": section.rank_interval[entrant.name][0],
                "rank_high": section.rank_interval[entrant.name][1],
                "optimiser": entrant.name,
                "runs": len(entrant.runs),
                "completed": len(entrant.completed),
                "interquartile_mean": entrant.mean,
                "interval_low": entrant.interval[0],
                "interval_high": entrant.interval[1],
                "median": statistics.median_with_misses(entrant.values),
                "best": float(entrant.values.min()),
                "worst": float(entrant.values.max()),
                "target": target,
                "events_to_target": statistics.median_with_misses(runtimes),
                "target_reached": sum(map(math.isfinite, runtimes)),
                "infeasible": 1 - feasible / scored if scored else math.nan,
                "evaluations": sum(len(run.number) for run in entrant.runs) / len(entrant.runs),
                "thinking_seconds": spent.thinking,
                "simulating_seconds": spent.simulating,
                **_winner(winner),
            }
        )
    columns = [
        Column(("rank", "rank_low", "rank_high"), "rank", _rank),
        Column(("optimiser",), "optimiser"),
        Column(("completed", "runs"), "runs ended well", lambda row: f"{row['completed']}/{row['runs']}"),
        Column(
            ("interquartile_mean", "interval_low", "interval_high"),
            "interquartile mean [95 %]",
            lambda row: interval(row["interquartile_mean"], (row["interval_low"], row["interval_high"])),
        ),
        Column(("median",), "median"),
        Column(("best",), "best seed"),
        Column(("worst",), "worst seed"),
        Column(
            ("rescored", "rescored_error"),
            "best, re-scored",
            lambda row: _with_error(row["rescored"], row["rescored_error"]),
        ),
        Column(("winner_cost_share",), "its cost / budget", lambda row: _decimals(row["winner_cost_share"], 4)),
        Column(("infeasible",), "infeasible", lambda row: per_cent(row["infeasible"])),
        Column(("events_to_target",), "events to target (median)", lambda row: count(row["events_to_target"])),
        Column(("target_reached",), "reached it", lambda row: f"{row['target_reached']}/{row['runs']}"),
        Column(("thinking_seconds",), "thinking, s/evaluation", lambda row: number(row["thinking_seconds"], 2)),
        Column(("simulating_seconds",), "simulating, s/evaluation", lambda row: number(row["simulating_seconds"], 2)),
        Column(("evaluations", "target", "winner_seed", "winner_file", "winner_trial", "winner_recorded")),
    ]
    kind = "re-scored on fresh events" if section.rescored else "as recorded during the search"
    caption = (
        f"Final score as built, {kind}, within {count(section.allowance)} events; lower is better. "
        f"Rank by interquartile mean, with its 95 % bootstrap interval. Target: a score of {number(target)}, "
        f"which closes {100 * CLOSED:g} % of the gap between a first feasible design and the best of all."
    )
    return Table("final", caption, columns, rows)


def targets(section: Section) -> Table:
    """Fixed targets: how many events until a score, and how often."""
    wanted = [(f"{100 * closed:g} % of the gap closed", section.target(closed)) for closed in (0.5, 0.9, 0.99)]
    wanted += [(f"as good as {e.name}", e.mean) for e in section.entrants if e.is_baseline and e.completed]
    rows = []
    for label, target in wanted:
        for entrant in section.searchers:
            needed = section.runtimes(entrant, target)
            reached = sum(map(math.isfinite, needed))
            spent = sum(
                min(events, run.spent, section.allowance) for events, run in zip(needed, entrant.runs, strict=True)
            )
            rows.append(
                {
                    "target": label,
                    "score": target,
                    "optimiser": entrant.name,
                    "median_events": statistics.median_with_misses(needed),
                    "reached": reached,
                    "runs": len(needed),
                    "expected_events": spent / reached if reached else math.inf,
                }
            )
    columns = [
        Column(("target",), "target"),
        Column(("score",), "score"),
        Column(("optimiser",), "optimiser"),
        Column(("median_events",), "median events", lambda row: count(row["median_events"])),
        Column(("reached", "runs"), "runs that reached it", lambda row: f"{row['reached']}/{row['runs']}"),
        Column(("expected_events",), "expected events", lambda row: count(row["expected_events"])),
    ]
    caption = (
        "Simulated events until a target is reached, on recorded scores. A run that missed it, failed or was interrupted "
        "counts as infinite in the median. Expected events: those spent by all runs, divided by the runs that reached it."
    )
    return Table("targets", caption, columns, rows)


def pairs(section: Section) -> Table:
    """Every pair with its probability of superiority and corrected p."""
    rows = [
        {
            "first": pair.first,
            "second": pair.second,
            "superiority": pair.superiority,
            "low": pair.interval[0],
            "high": pair.interval[1],
            "p": pair.p,
            "p_holm": pair.corrected,
            "test": pair.test,
        }
        for pair in section.pairs
    ]
    columns = [
        Column(("first",), "scores lower"),
        Column(("second",), "than"),
        Column(
            ("superiority", "low", "high"),
            "probability [95 %]",
            lambda row: f"{row['superiority']:.2f} [{row['low']:.2f}, {row['high']:.2f}]",
        ),
        Column(("p",), "p", lambda row: number(row["p"], 2)),
        Column(("p_holm",), "p, Holm", lambda row: number(row["p_holm"], 2)),
        Column(("test",), "test"),
    ]
    caption = f"Probability of superiority over seeds, and two-sided p corrected after Holm over all {len(rows)} pairs."
    return Table("pairs", caption, columns, rows)


def physics(section: Section) -> Table:
    """Physics figures of the best seed of each entrant, side by side."""
    rows = [{"metric": label} | {e.name: metric(e, label) for e in section.entrants} for label in metrics(section)]
    columns = [Column(("metric",), "as built, re-scored"), *(Column((e.name,), e.name) for e in section.entrants)]
    return Table("physics", "Physics figures of the winner of each optimiser (its best seed).", columns, rows)


def physics_gains(section: Section) -> Table:
    """Change of every physics figure against the baseline, over seeds."""
    found = gains(section)
    by_metric: dict[str, dict[str, Any]] = {}
    for gain in found:
        row = by_metric.setdefault(gain.metric, {"metric": gain.metric})
        row |= {gain.entrant: gain.mean, f"{gain.entrant} low": gain.interval[0], f"{gain.entrant} high": gain.interval[1]}
    names = [e.name for e in section.searchers if any(gain.entrant == e.name for gain in found)]
    columns = [Column(("metric",), "change in per cent [95 %]")]
    columns += [Column((name, f"{name} low", f"{name} high"), name, _gain(name)) for name in names]
    against = section.baseline.name if section.baseline else "a baseline"
    caption = f"Change against {against} at the same cost, in per cent: interquartile mean over seeds, not the best seed."
    return Table("gains", caption, columns, list(by_metric.values()))


def money(section: Section) -> Table:
    """Cost of every component of every winner."""
    winners = {e.name: e.winner.winner for e in section.entrants if e.winner and e.winner.winner}
    items = dict.fromkeys(item for winner in winners.values() for item in winner.get("cost_items", {}))
    rows = [{"item": i} | {n: w.get("cost_items", {}).get(i) for n, w in winners.items()} for i in items]
    rows.append({"item": "unspent"} | {name: winner.get("unspent") for name, winner in winners.items()})
    rows.append({"item": "built cost"} | {name: winner["cost"] for name, winner in winners.items()})
    columns = [Column(("item",), "kCHF"), *(Column((name,), name) for name in winners)]
    return Table("money", "Money by component of the winner of each optimiser, in kCHF.", columns, rows)


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
        Column(("cost_miss",), f"max {'(cost − budget)' if at_most else '|cost − budget|'} / budget, relaxed", _small("cost_miss")),
        Column(("cost_miss_file", "cost_miss_trial"), "where", lambda row: _where(row, "cost_miss")),
        Column(("over_budget",), "max over budget, as built", _small("over_budget")),
        Column(("over_budget_file", "over_budget_trial"), "where", lambda row: _where(row, "over_budget")),
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
        Column(("file",), "file"),
    ]
    caption = "Runs without a result: they count with the worst final score seen, and as infinite in every runtime."
    return Table("failures", caption, columns, rows)


def runs(section: Section) -> Table:
    """One row a run, from which all others are made."""
    rows = [_run(section, entrant, run) for entrant in section.entrants for run in entrant.runs]
    columns = [
        Column(("optimiser",), "optimiser"),
        Column(("seed",), "seed"),
        Column(("status",), "status"),
        Column(("value",), "final score"),
        Column(("best",), "best recorded"),
        Column(("trial",), "trial", lambda row: MISSING if row["trial"] is None else str(row["trial"])),
        Column(("events_to_best",), "events until then", lambda row: count(row["events_to_best"])),
        Column(("rescored", "rescored_error"), "re-scored", lambda row: _with_error(row["rescored"], row["rescored_error"])),
        Column(("trials",), "trials"),
        Column(("events",), "events", lambda row: count(row["events"])),
        Column(("seconds",), "wall seconds", lambda row: number(row["seconds"], 3)),
        Column(("file",), "file"),
        Column(("why", "thinking_seconds", "simulating_seconds", "infeasible", "winner_trial", "built_cost", "unspent", "cost_miss", "over_budget")),
    ]
    caption = "Every run. Best recorded: the best feasible as-built score within the common allowance, and the trial that has it."
    return Table("runs", caption, columns, rows)


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
                "settings": ", ".join(f"{key} = {_plain(value)}" for key, value in card.get("settings", {}).items()) or "none",
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
        Column(("asks_for",), "asks for"),
        Column(("seeds",), "seeds"),
        Column(("allowance",), "allowance, events", lambda row: count(row["allowance"])),
        Column(("wall_hours",), "wall hours, all seeds", lambda row: number(row["wall_hours"], 2)),
    ]
    return Table("optimisers", "One setting an optimiser, as recorded in the ledger.", columns, rows)


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


def _winner(run: RunMetrics | None) -> dict[str, Any]:
    winner = (run.winner if run else None) or {}
    budget = run.header["problem"]["budget"] if run else math.nan
    place = winner.get("number")
    recorded = run.best[run.number == place] if run and place is not None else []
    return {
        "rescored": winner.get("score"),
        "rescored_error": winner.get("score_error"),
        "winner_cost_share": winner["cost"] / budget if "cost" in winner else math.nan,
        "winner_seed": run.seed if run else None,
        "winner_file": run.file if run else None,
        "winner_trial": place,
        "winner_recorded": float(recorded[0]) if len(recorded) else None,
    }


def _rank(row: dict[str, Any]) -> str:
    spread = "" if row["rank_low"] == row["rank_high"] else f" ({row['rank_low']}–{row['rank_high']})"
    return f"{row['rank']}{spread}"


def _with_error(value: float | None, error: float | None) -> str:
    if value is None or not error:
        return number(value)
    places = max(0, 1 - math.floor(math.log10(error)))
    return f"{value:.{places}f} ± {error:.{places}f}".replace("-", "−")


def _decimals(value: float, places: int) -> str:
    return MISSING if math.isnan(value) else f"{value:.{places}f}"


def _small(key: str):
    return lambda row: "0" if row[key] == 0 else number(row[key], 2)


def _gain(name: str):
    return lambda row: interval(row[name], (row[f"{name} low"], row[f"{name} high"])) if name in row else MISSING


def _where(row: dict[str, Any], key: str) -> str:
    return MISSING if not row[key] or row[f"{key}_trial"] is None else f"{row[f'{key}_file']}, trial {row[f'{key}_trial']}"


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
