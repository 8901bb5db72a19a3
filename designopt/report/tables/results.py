"""The result tables of one section: final scores, targets, pairs, physics and money."""

import math
from collections.abc import Callable
from typing import Any

from designopt.benchmarks.best_known import best_known
from designopt.report.data import statistics
from designopt.report.data.comparison import Section
from designopt.report.data.metrics import RunMetrics
from designopt.report.data.progress import gains, metric, metrics, seconds
from designopt.report.tables.table import MISSING, Column, Table, count, interval, number, per_cent, with_error

PENNY = 1e-9
"""Share of the money below which what is left over is rounding."""

CLOSED = 0.9  # share of the gap that the target of the main table closes


def final(section: Section) -> Table:
    """The main table, in the order of rank."""
    target = section.target(CLOSED)
    known = best_known(section.problem)
    least = math.nan if known is None else float(known.get("fresh_score" if section.rescored else "score", math.nan))
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
                "regret": entrant.mean - least,
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
        Column(("optimiser",), "optimiser"),
        Column(("rank", "rank_low", "rank_high"), "rank [95 %]", _rank),
        Column(("completed", "runs"), "runs ended well", lambda row: f"{row['completed']}/{row['runs']}"),
        Column(
            ("interquartile_mean", "interval_low", "interval_high"),
            "interquartile mean [95 %]",
            lambda row: interval(row["interquartile_mean"], (row["interval_low"], row["interval_high"])),
        ),
        Column(("regret",), "" if math.isnan(least) else f"above the best known, {number(least)}"),
        Column(("best",), "best seed", _best if section.rescored else None),
        Column(("worst",)),
        Column(("rescored", "rescored_error"), "" if section.rescored else "best, re-scored", _rescored),
        Column(("winner_cost_share",)),
        Column(("infeasible",), "infeasible", lambda row: per_cent(row["infeasible"])),
        Column(("events_to_target", "target_reached"), "events to target (runs)", _to_target),
        Column(("thinking_seconds", "simulating_seconds"), "thinking + simulating, s per evaluation", _seconds),
        Column(("median", "evaluations", "target", "winner_seed", "winner_file", "winner_trial", "winner_recorded")),
    ]
    kind = "re-scored on fresh events" if section.rescored else "as recorded during the search"
    caption = (
        f"Final score as built, {kind}, within {count(section.allowance)} events, the smallest allowance of "
        "all, beyond which nothing is compared; lower is better. "
        f"Rank by interquartile mean, with its 95 % bootstrap interval. Target: a score of {number(target)}, "
        f"which closes {100 * CLOSED:g} % of the gap between a first feasible design and the best of all."
    )
    return Table("final", caption, columns, rows)


def targets(section: Section) -> Table:
    """Fixed targets: how many events until a score, and how often."""
    wanted = [
        (f"gap_{100 * closed:g}", f"{100 * closed:g} % of the gap", section.target(closed))
        for closed in (0.5, 0.9, 0.99)
    ]
    held = [e for e in section.entrants if e.is_baseline and e.completed]
    wanted += [(e.name, f"as good as {e.name}" if e is section.baseline else "", e.mean) for e in held]
    rows = []
    for entrant in section.searchers:
        row: dict[str, Any] = {"optimiser": entrant.name, "runs": len(entrant.runs)}
        for key, _, target in wanted:
            needed = section.runtimes(entrant, target)
            reached = sum(map(math.isfinite, needed))
            pairs = zip(needed, entrant.runs, strict=True)
            spent = sum(min(events, run.spent, section.allowance) for events, run in pairs)
            row |= {
                f"{key}_target": target,
                f"{key}_median": statistics.median_with_misses(needed),
                f"{key}_reached": reached,
                f"{key}_expected": spent / reached if reached else math.inf,
            }
        rows.append(row)
    columns = [Column(("optimiser", "runs"), "optimiser")]
    for key, label, target in wanted:
        keys = (f"{key}_median", f"{key}_reached", f"{key}_target")
        columns.append(Column(keys, f"{label}: {number(target)}" if label else "", _median_and_runs(key)))
        columns.append(Column((f"{key}_expected",), "expected" if label else "", _count(f"{key}_expected")))
    caption = (
        "Simulated events until a score is reached as recorded: median over the runs (and how many reached it; one "
        "that missed it, failed or was interrupted counts as infinite), then those expected: spent by all runs, "
        "divided by the runs that reached it."
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
    decided = 0.05
    caption = (
        "Probability of superiority over seeds, and two-sided p. Holm's correction covers all pairs of searches, and "
        "apart from them all searches against the baselines."
    )
    are = f"pair{{s}} that this study does not tell apart (Holm-corrected p above {decided:g}, or no test)"
    return Table("pairs", caption, columns, rows, lambda row: row["p_holm"] is None or row["p_holm"] > decided, are)


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
        row |= {
            gain.entrant: gain.mean,
            f"{gain.entrant} low": gain.interval[0],
            f"{gain.entrant} high": gain.interval[1],
        }
    names = [e.name for e in section.searchers if any(gain.entrant == e.name for gain in found)]
    columns = [Column(("metric",), "change in per cent [95 %]")]
    columns += [Column((name, f"{name} low", f"{name} high"), name, _gain(name)) for name in names]
    against = section.baseline.name if section.baseline else "a baseline"
    caption = (
        f"Change against {against} at the same cost, in per cent: interquartile mean over seeds, not the best seed."
    )
    return Table("gains", caption, columns, list(by_metric.values()))


def money(section: Section) -> Table:
    """Cost of every component of every winner."""
    winners = {e.name: e.winner.winner for e in section.entrants if e.winner and e.winner.winner}
    items = dict.fromkeys(item for winner in winners.values() for item in winner.get("cost_items", {}))
    rows = [{"item": i} | {n: w.get("cost_items", {}).get(i) for n, w in winners.items()} for i in items]
    rows.append({"item": "unspent"} | {name: _left(winner) for name, winner in winners.items()})
    rows.append({"item": "built cost"} | {name: winner["cost"] for name, winner in winners.items()})
    columns = [Column(("item",), "kCHF"), *(Column((name,), name) for name in winners)]
    return Table("money", "Money by component of the winner of each optimiser, in kCHF.", columns, rows)


def _left(winner: dict[str, Any]) -> float | None:
    """Money that a winner leaves over; what rounding makes of none is none."""
    left: float | None = winner.get("unspent")
    return 0.0 if left is not None and abs(left) <= PENNY * winner["cost"] else left


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
    spread = "" if row["rank_low"] == row["rank_high"] else f" [{row['rank_low']}–{row['rank_high']}]"
    return f"{row['rank']}{spread}"


def _best(row: dict[str, Any]) -> str:
    return with_error(row["best"], row["rescored_error"])


def _rescored(row: dict[str, Any]) -> str:
    return with_error(row["rescored"], row["rescored_error"])


def _to_target(row: dict[str, Any]) -> str:
    return f"{count(row['events_to_target'])} ({row['target_reached']}/{row['runs']})"


def _seconds(row: dict[str, Any]) -> str:
    return f"{number(row['thinking_seconds'], 2)} + {number(row['simulating_seconds'], 2)}"


def _median_and_runs(key: str) -> Callable[[dict[str, Any]], str]:
    return lambda row: f"{count(row[f'{key}_median'])} ({row[f'{key}_reached']}/{row['runs']})"


def _count(key: str) -> Callable[[dict[str, Any]], str]:
    return lambda row: count(row[key])


def _gain(name: str) -> Callable[[dict[str, Any]], str]:
    return lambda row: interval(row[name], (row[f"{name} low"], row[f"{name} high"])) if name in row else MISSING
