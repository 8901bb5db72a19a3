"""Side limits: the share of built designs that keep them, along a search too, and how close winners come."""

import math

import numpy as np
from jaxtyping import Float
from matplotlib.figure import Figure

from designopt.report.data.comparison import Entrant, Section
from designopt.report.figures.palette import FAINT, Palette, drawn, label_curves
from designopt.report.tables.table import Column, Table, number, per_cent

BINS = 12
ROUNDING = 1e-9
ACTIVE = 0.01
"""A limit that a winner comes this close to shapes it."""


def limits_table(section: Section) -> Table:
    """One row per entrant; none where a problem has no limits."""
    rows = []
    for entrant in section.entrants if section.problem.get("constraints") else []:
        scored = sum(int(run.scored.sum()) for run in entrant.runs)
        kept = sum(int(run.feasible.sum()) for run in entrant.runs)
        found = [run.winner["violations"] for run in entrant.completed if run.winner]
        worst = max((g for violations in found for g in violations.values()), default=math.nan)
        active = {name: sum(v[name] > -ACTIVE for v in found) for name in section.problem["constraints"]}
        touched = [f"{name} ({times}/{len(found)})" for name, times in active.items() if times]
        rows.append(
            {
                "optimiser": entrant.name,
                "scored": scored,
                "kept": kept / scored if scored else math.nan,
                "winners": len(found),
                "violation": worst if not worst <= ROUNDING else 0.0,
                "closest": worst,
                "active": ", ".join(touched) or "none",
            }
        )
    columns = [
        Column(("optimiser",), "optimiser"),
        Column(("kept", "scored"), "built designs that keep all limits", lambda row: per_cent(row["kept"])),
        Column(("violation", "closest", "winners"), "largest excess of a winner", lambda row: number(row["violation"])),
        Column(("active",), f"limits that winners come closer to than {100 * ACTIVE:g} % (winners)"),
    ]
    caption = "Side limits over all seeds: every design that was built, and the winners as re-scored."
    return Table("limits", caption, columns, rows)


def limits_kept(section: Section, palette: Palette) -> Figure:
    """Share of the built designs that keep all limits, in equal steps of the allowance, over all seeds."""
    edges = np.linspace(0.0, section.allowance, BINS + 1)
    with drawn(3.2) as (figure, axes):
        labels: list[tuple[str, float, float, object]] = []
        for entrant in section.searchers:
            share = _share(entrant, edges)
            shown = np.isfinite(share)
            if not shown.any():
                continue
            middle = 0.5 * (edges[1:] + edges[:-1])[shown]
            axes.plot(middle, share[shown], color=palette.colour(entrant.name), linestyle=palette.dashes(entrant.name))
            labels.append((entrant.name, middle[-1], share[shown][-1], palette.letters(entrant.name)))
        axes.set_ylim(-2, 102)
        axes.set_xlabel("simulated events")
        axes.set_ylabel("built designs that keep all limits (%)")
        axes.grid(axis="y", color=FAINT, linewidth=0.5)
        label_curves(axes, labels)
    return figure


def _share(entrant: Entrant, edges: Float[np.ndarray, " edge"]) -> Float[np.ndarray, " bin"]:
    events = np.concatenate([run.events[run.scored] for run in entrant.runs])
    kept = np.concatenate([run.feasible[run.scored] for run in entrant.runs])
    every, keeping = (np.histogram(values, edges)[0] for values in (events, events[kept]))
    return np.where(every > 0, 100.0 * keeping / np.maximum(every, 1), np.nan)
