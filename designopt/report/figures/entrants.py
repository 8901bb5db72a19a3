"""Figures with one row per entrant: final scores by seed, superiority, seconds per evaluation, gains in physics."""

import math
import textwrap
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from designopt.report.data.comparison import Entrant, Section
from designopt.report.data.metrics import COMPLETE
from designopt.report.data.progress import Gain, seconds
from designopt.report.figures.curves import SCORE
from designopt.report.figures.palette import FAINT, GREY, INK, Palette, drawn, logarithmic, named_rows, tip
from designopt.report.tables.table import interval, number, with_error

ROW = 0.42  # inches
BELOW, ABOVE = (-99, -90, -80, -70, -60, -50, -40, -30, -20, -10), (10, 20, 30, 50, 75, 100, 150, 200, 300, 500, 1000)
TICKS = (0, *BELOW, *ABOVE)
"""Per cent: where an axis of ratios may have its numbers."""
NUMBERS = 8
"""Numbers that such an axis has room for."""
SCORES = 4
"""Steps between the numbers of an axis of scores: of seven letters each, beside the names of the rows."""
WAYS = {1: " (more is better)", -1: "", 0: " (neither)"}


def final_scores(section: Section, palette: Palette) -> Figure:
    """A dot with its error per seed, the mean's 95 % interval as a bar, runs without a result as crosses."""
    entrants = section.entrants
    with drawn(1.0 + ROW * len(entrants)) as (figure, axes):
        for row, entrant in enumerate(entrants):
            colour = palette.colour(entrant.name)
            if len(entrant.runs) > 1:
                axes.plot(entrant.interval, (row, row), color=colour, alpha=0.3, linewidth=9, solid_capstyle="butt")
            axes.plot(entrant.mean, row, marker="|", color=colour, markersize=13, markeredgewidth=1.8)
            for place, (run, value) in enumerate(zip(entrant.runs, entrant.values, strict=True)):
                height = row + _jitter(place, len(entrant.runs))
                if run.status != COMPLETE:
                    axes.plot(value, height, marker="x", color=colour, markersize=4.5, markeredgewidth=1)
                    continue
                error = run.winner.get("score_error") if section.rescored and run.winner else None
                dot = axes.errorbar(
                    value, height, xerr=error, marker="o", markersize=3.2, color=colour, elinewidth=0.7,
                    markeredgecolor="white", markeredgewidth=0.4,
                )  # fmt: skip
                tip(dot.lines[0], f"{entrant.name}, seed {run.seed}: {with_error(float(value), error)}")
        for baseline in (e for e in entrants if e.is_baseline):
            axes.axvline(baseline.mean, color=INK, linewidth=0.7, linestyle=(0, (4, 2)), zorder=0)
        _rows(axes, entrants, palette)
        axes.locator_params(axis="x", nbins=SCORES)
        axes.set_xlabel(SCORE + (", re-scored" if section.rescored else ", as recorded"))
    return figure


def superiority(section: Section) -> Figure:
    """Per cent of run pairs in which the row scores lower than the column; bold where Holm's p < 0.05."""
    names = [entrant.name for entrant in section.entrants]
    grid = np.full((len(names), len(names)), np.nan)
    bold = set()
    for pair in section.pairs:
        i, j = names.index(pair.first), names.index(pair.second)
        grid[i, j], grid[j, i] = pair.superiority, 1 - pair.superiority
        if pair.corrected is not None and pair.corrected < 0.05:
            bold |= {(i, j), (j, i)}
    with drawn(1.3 + ROW * len(names)) as (figure, axes):
        edges = np.arange(len(names) + 1) - 0.5
        axes.pcolormesh(edges, edges, grid, cmap="PuOr", vmin=-0.7, vmax=1.7, edgecolors="white", linewidth=1.5)
        axes.set_ylim(len(names) - 0.5, -0.5)
        for i in range(len(names)):
            for j in range(len(names)):
                if np.isfinite(grid[i, j]):
                    weight = "bold" if (i, j) in bold else "normal"
                    axes.text(
                        j, i, f"{100 * grid[i, j]:.0f}", ha="center", va="center", fontsize=8, color=INK, weight=weight
                    )
        axes.set_xticks(range(len(names)), names, rotation=40, ha="left", rotation_mode="anchor")
        axes.xaxis.tick_top()
        axes.set_yticks(range(len(names)), names)
        axes.tick_params(length=0, labelcolor=INK)
        axes.spines[:].set_visible(False)
    return figure


def seconds_per_evaluation(section: Section, palette: Palette) -> Figure:
    """Thinking (filled) beside simulating (hollow), on a logarithmic axis."""
    entrants = [e for e in section.searchers if math.isfinite(seconds(e).thinking)]
    with drawn(1.0 + ROW * len(entrants)) as (figure, axes):
        for row, entrant in enumerate(entrants):
            spent, colour = seconds(entrant), palette.colour(entrant.name)
            thinking, simulating = max(spent.thinking, 1e-6), max(spent.simulating, 1e-6)
            axes.plot((thinking, simulating), (row, row), color=FAINT, linewidth=1.2, zorder=0)
            for value, face, what in ((simulating, "white", "simulating"), (thinking, colour, "thinking")):
                (dot,) = axes.plot(value, row, "o", markersize=6, markerfacecolor=face, color=colour)
                tip(dot, f"{entrant.name}, {what}: {number(value, 2)} s per evaluation")
        logarithmic(axes)
        low, high = axes.get_xlim()
        axes.set_xlim(10 ** math.floor(math.log10(low)), 10 ** math.ceil(math.log10(high)))
        axes.xaxis.set_minor_formatter("")
        _rows(axes, entrants, palette)
        axes.set_xlabel("wall seconds per evaluation: ● thinking, ○ simulating")
    return figure


def physics_gains(found: list[Gain], against: str, palette: Palette) -> Figure:
    """Change of each physics figure against the baseline, in per cent, with its 95 % interval over seeds."""
    metrics = list(dict.fromkeys(gain.metric for gain in found))
    entrants = sorted({gain.entrant for gain in found}, key=[g.entrant for g in found].index)
    step = 0.75 / max(1, len(entrants))
    with drawn(1.2 + len(metrics) * (0.22 + 0.13 * len(entrants))) as (figure, axes):
        intervals: list[list[tuple[float, float]]] = []
        colours: list[str] = []
        for gain in found:
            height = metrics.index(gain.metric) + (entrants.index(gain.entrant) - (len(entrants) - 1) / 2) * step
            colour = palette.colour(gain.entrant)
            if math.isfinite(gain.interval[0]):
                intervals.append([(_ratio(end), height) for end in gain.interval])
                colours.append(colour)
            face = "white" if gain.verdict < 0 else colour
            (dot,) = axes.plot(_ratio(gain.mean), height, "o", markersize=3.8, color=colour, markerfacecolor=face)
            tip(dot, f"{gain.entrant}, {gain.metric}: {interval(gain.mean, gain.interval)} %")
        axes.add_collection(LineCollection(intervals, colors=colours, linewidths=1.2, zorder=1))
        axes.axvline(0, color=INK, linewidth=0.8, linestyle=(0, (4, 2)), zorder=0)
        directed = any(gain.better for gain in found)
        way = {gain.metric: WAYS[gain.better] if directed else "" for gain in found}
        named_rows(axes, [_wrapped(metric + way[metric]) for metric in metrics])
        axes.hlines(np.arange(1, len(metrics)) - 0.5, 0, 1, FAINT, linewidth=0.5, transform=axes.get_yaxis_transform())
        _number_ratios(axes)
        axes.set_xlabel(f"change against {against} (%)")
        palette.legend(figure, axes, entrants)
    return figure


def _ratio(change: float) -> float:
    """Where a change in per cent stands on an axis of the ratio's logarithm: halved and doubled are equally far."""
    return math.log1p(change / 100)


def _number_ratios(axes: Axes) -> None:
    """Numbers in per cent along an axis of the ratio's logarithm, as many as there is room for."""
    low, high = axes.get_xlim()
    shown = [tick for tick in TICKS if low <= _ratio(tick) <= high]
    apart = (high - low) / NUMBERS
    kept = [0] if 0 in shown else shown[:1]
    for tick in sorted(shown, key=abs):
        if all(abs(_ratio(tick) - _ratio(other)) >= apart for other in kept):
            kept.append(tick)
    axes.set_xticks([_ratio(tick) for tick in kept], [f"{tick:g}".replace("-", "−") for tick in kept])
    axes.set_xlim(low, high)


def _rows(axes: Any, entrants: list[Entrant], palette: Palette) -> None:
    axes.set_yticks(range(len(entrants)), [entrant.name for entrant in entrants])
    for label, entrant in zip(axes.get_yticklabels(), entrants, strict=True):
        label.set_color(palette.letters(entrant.name))
    axes.set_ylim(len(entrants) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="x", labelcolor=GREY)
    for row in range(len(entrants)):
        axes.axhline(row, color=FAINT, linewidth=0.4, zorder=-1)


def _jitter(place: int, count: int) -> float:
    """Seeds side by side within a row, in the order of the seeds."""
    return 0.0 if count < 2 else 0.5 * (place / (count - 1) - 0.5)


def _wrapped(text: str, width: int = 22) -> str:
    return "\n".join(textwrap.wrap(text, width))
